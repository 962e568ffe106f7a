// Features of the tool beside labels on a plain text: pages, conversations, taxonomies, drafts; and texts that look
// like addresses.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withWritten, readBack } from "../../../test/fixtures/format-contract.ts";
import { codes, read, type Reading } from "../../../test/fixtures/label-studio.ts";
import { surface } from "../../corpus/document.ts";
import { labelStudio } from "./index.ts";
import { openPage } from "./page.ts";

const caseFile = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../test/cases/${name}`, import.meta.url)), "utf8");

const summary = ({ documents, ...reading }: Reading): object =>
  documents.map((document) => ({
    text: document.text,
    entities: document.entities.map((entity) => `${surface(document, entity)}/${entity.type}`),
    relations: document.relations.map(({ head, tail, label }) => `${head} ${label} ${tail}`),
    codes: codes({ documents, ...reading }),
  }));

const task = (data: object, result: unknown[], change: object = {}): object => ({
  id: 1,
  data,
  annotations: [{ id: 2, result }],
  ...change,
});
const labelled = (id: string, value: object, change: object = {}): object => ({
  id,
  from_name: "label",
  to_name: "text",
  type: "labels",
  value: { labels: ["X"], ...value },
  ...change,
});
const met = { from_id: "a", to_id: "b", type: "relation", direction: "right", labels: ["met"] };

describe("pages of HTML", () => {
  test("are read as people see them, their regions by path", async () => {
    expect(summary(await read(caseFile("08-ls-html/html.json")))).toEqual([
      {
        text: "\n  こんにちは！\n  アリスはボブに会った。\n\n\n",
        entities: ["アリス/PER", "ボブ/PER"],
        relations: ["0 met 1"],
        codes: [],
      },
    ]);
  });

  const html =
    "<div><p>Ana &amp; Bo 📦 met</p><p>Tom<br>Lee</p></div><script>x()</script><table><tr><td>a<td>b</table>";
  const page = (
    path: string,
    start: number,
    end: number,
    text: string | undefined,
    global?: [number, number],
  ): object =>
    labelled(
      "r",
      {
        start: path,
        end: path,
        startOffset: start,
        endOffset: end,
        ...(text === undefined ? {} : { text }),
        ...(global ? { globalOffsets: { start: global[0], end: global[1] } } : {}),
        hypertextlabels: ["X"],
      },
      { type: "hypertextlabels" },
    );
  test.each([
    ["a path", page("/div[1]/p[2]/text()[1]", 0, 3, "Tom"), "Tom", []],
    ["a path that names html and body", page("/html[1]/body[1]/div[1]/p[2]/text()[2]", 0, 3, "Lee"), "Lee", []],
    ["code units behind an emoji", page("/div/p[1]/text()", 12, 15, "met"), "met", []],
    ["code points behind an emoji", page("/div/p[1]/text()", 11, 14, "met"), "met", []],
    [
      "a cell in a body of the table that only the browser has",
      page("/table/tbody/tr/td[2]/text()", 0, 1, "b"),
      "b",
      [],
    ],
    ["an element", page("/div[1]/p[1]", 0, 1, undefined), "Ana & Bo 📦 met", []],
    ["global offsets where there is no such path", page("/span[9]/text()", 0, 3, "Tom", [14, 17]), "Tom", []],
    ["its text where nothing else leads to it", page("/span[9]/text()", 0, 3, "Lee"), "Lee", [["found-by-text", 1]]],
  ])("%s", async (_, region, expected, told) => {
    const [document] = summary(await read([task({ html }, [region])])) as [object];
    expect(document).toMatchObject({
      text: "Ana & Bo 📦 met\nTom\nLee\na b",
      entities: [`${expected}/X`],
      codes: told,
    });
  });

  test("what is nowhere is left out and counted, with its relations; no span is on a tag", async () => {
    const reading = await read([
      task({ html }, [
        { ...page("/span[9]/text()", 0, 3, "nobody"), id: "a" },
        { ...page("/div[1]/p[2]/text()[1]", 0, 3, "Tom"), id: "b" },
        met,
      ]),
    ]);
    expect(summary(reading)).toMatchObject([
      {
        entities: ["Tom/X"],
        relations: [],
        codes: [
          ["region-not-found", 1],
          ["relation-not-of-text", 1],
        ],
      },
    ]);
  });

  test("a task without regions is a page where an earlier one of the file is, or where it says that it is one", async () => {
    const region = page("/p/text()", 0, 3, "Ana");
    const { documents } = await read([
      task({ body: "<!DOCTYPE html><html><head><title>T</title></head><body><b>So</b></body></html>" }, []),
      task({ html: "<p>Ana" }, [region], { id: 2 }),
      task({ html: "<b>Bo</b>" }, [], { id: 3 }),
    ]);
    expect(documents.map(({ text }) => text)).toEqual(["So", "Ana", "Bo"]);
  });

  test("a page as deep as it likes costs no stack", () => {
    expect(openPage(`${"<b>".repeat(20_000)}x`, false).text).toBe("x");
  });
});

describe("conversations", () => {
  test("are one text, their turns on lines; who speaks is metadata", async () => {
    const reading = await read(caseFile("10-ls-paragraphs/dialogue.json"));
    expect(summary(reading)).toEqual([
      {
        text: "My router broke on Monday.\nWe will send Tom.",
        entities: ["router/OBJ", "Monday/TIME", "Tom/PER"],
        relations: ["0 when 1"],
        codes: [],
      },
    ]);
    expect(reading.documents[0]!.metadata).toEqual({ dialogue: [{ author: "Cust" }, { author: "Agent" }] });
  });

  const turns = [
    { name: "A", say: "Ça va 📦 ?" },
    { name: "B", say: "Oui, Tom" },
  ];
  const turn = (first: unknown, start: number, last: unknown, end: number, text?: string): object =>
    labelled(
      "r",
      { start: first, end: last, startOffset: start, endOffset: end, text, paragraphlabels: ["X"] },
      {
        type: "paragraphlabels",
      },
    );
  test.each([
    ["over two turns", turn("0", 6, "1", 3, "📦 ?\n\nOui"), "📦 ?\nOui"],
    ["code units", turn(0, 9, 0, 10, "?"), "?"],
    ["code points", turn("0", 8, "0", 9, "?"), "?"],
    ["without a recorded text", turn("1", 5, "1", 8), "Tom"],
  ])("%s", async (_, region, expected) => {
    const { documents } = await read([task({ chat: turns, title: "t" }, [region])]);
    expect(documents[0]!.entities.map((entity) => surface(documents[0]!, entity))).toEqual([expected]);
  });

  test("a turn that is not there is counted", async () => {
    const reading = await read([task({ chat: turns }, [turn("7", 0, "7", 3, "nobody")])]);
    expect(codes(reading)).toEqual([["region-not-found", 1]]);
    expect(reading.notices[0]!.lost).toMatchObject({ entities: 1 });
  });
});

describe("other results", () => {
  const text = "Ana met Bob.";

  test("offsets written as strings are offsets", async () => {
    const regions = [labelled("a", { start: "0", end: "3" }), labelled("b", { start: "8", end: "11", text: "Bob" })];
    expect(summary(await read([task({ text }, [...regions, met])]))).toEqual([
      { text, entities: ["Ana/X", "Bob/X"], relations: ["0 met 1"], codes: [] },
    ]);
  });

  test("a taxonomy on a span is its type; on a labelled region, or on the whole text, it is counted", async () => {
    const taxonomy = (id: string, value: object): object =>
      labelled(id, { labels: undefined, taxonomy: [["Eukarya", "Human"]], ...value }, { type: "taxonomy" });
    const reading = await read([
      task({ text }, [
        taxonomy("t", { start: 0, end: 3, text: "Ana" }),
        labelled("b", { start: 8, end: 11 }),
        taxonomy("b", { start: 8, end: 11 }),
        taxonomy("w", {}),
      ]),
    ]);
    expect(summary(reading)).toMatchObject([
      { entities: ["Ana/Eukarya/Human", "Bob/X"], codes: [["result-taxonomy", 2]] },
    ]);
  });

  test("drafts, annotations that are not read, and keys of later versions are counted and named", async () => {
    const result = [labelled("a", { start: 0, end: 3 })];
    const reading = await read([
      task({ text }, result, {
        drafts: [{ id: 5, user: "x", result: [...result, met] }, 7],
        annotations: [
          { id: 2, result },
          { id: 3, result: [...result, { type: "video", value: {} }], was_cancelled: true },
        ],
        reviews: [{ accepted: true }],
      }),
    ]);
    expect(reading.notices).toMatchObject([
      { code: "unread-key", lost: { other: 1 }, locations: [{ detail: "reviews" }] },
      { code: "draft", count: 1, lost: { annotations: 2 } },
      { code: "skipped-annotation", lost: { annotations: 2 } },
    ]);
  });

  test("a result of a type that nobody knows is counted, and its name is shown", async () => {
    const reading = await read([task({ text }, [{ type: "hologram\u001b[31m", value: { start: 0, end: 3 } }])]);
    expect(reading.notices).toMatchObject([{ code: "result-other", lost: { annotations: 1 } }]);
    expect(reading.notices[0]!.locations[0]!.detail).toContain("hologram\\u001b");
  });
});

describe("a text that is an address", () => {
  const document = (text: string, entities: [number, number][]): object[] => [
    task(
      { text },
      entities.map(([start, end], i) => labelled(`r${i}`, { start, end, text: text.slice(start, end) })),
    ),
  ];
  test("is a text where its regions are in it", async () => {
    const { documents } = await read(document("https://example.org/a", [[8, 19]]));
    expect(documents[0]!.entities.map((entity) => surface(documents[0]!, entity))).toEqual(["example.org"]);
  });

  test("is refused where its regions are in what it leads to", async () => {
    const elsewhere = task({ text: "https://example.org/a" }, [labelled("a", { start: 2, end: 5, text: "Ana" })]);
    await expect(read([elsewhere])).rejects.toThrow("which is not fetched");
    await expect(read([task({ text: "/data/upload/a.txt" }, [labelled("a", { start: 90, end: 95 })])])).rejects.toThrow(
      "which is not fetched",
    );
  });

  test.each(["https://example.org/a", "/data/x", "data:text"])("written by Relata, %s is read back", async (text) => {
    for (const entities of [[], [{ start: 0, end: 4, type: "X" }]]) {
      const given = { id: "d", text, entities, relations: [] };
      await withWritten([given], labelStudio, async (path) => {
        expect(await readBack(path)).toMatchObject([given]);
      });
    }
  });
});
