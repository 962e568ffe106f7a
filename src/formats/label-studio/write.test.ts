import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { facts, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import type { Document, Relation } from "../../corpus/document.ts";
import { UsageError } from "../../errors.ts";
import type { WriteContext } from "../format.ts";
import { labelStudio } from "./index.ts";

const written = (documents: readonly Document[], context: WriteContext = writeContext()): Promise<unknown> =>
  withWritten(
    documents,
    labelStudio,
    async (path): Promise<unknown> => JSON.parse(readFileSync(path, "utf8")),
    context,
  );

const document: Document = {
  id: "d1",
  text: "Le colis 📦 part lundi.",
  entities: [
    { start: 12, end: 16, type: "ACTION" },
    { start: 17, end: 22, type: "TIME" },
    { start: 3, end: 8, type: "" },
  ],
  relations: [{ head: 0, tail: 1, label: "DO_WHEN" }],
  metadata: { thread: "t1" },
};
const related = (...relations: Relation[]): Document => ({ ...document, relations });

test("annotations: offsets in code points, the id where the tool keeps it, not as ground truth", async () => {
  const value = (start: number, end: number, text: string, ...labels: string[]): object => ({
    start,
    end,
    text,
    labels,
  });
  const region = { from_name: "label", to_name: "text", type: "labels" };
  expect(await written([document])).toEqual([
    {
      data: { text: document.text, thread: "t1" },
      meta: { document_id: "d1" },
      annotations: [
        {
          was_cancelled: false,
          ground_truth: false,
          result: [
            { id: "e1", ...region, value: value(11, 15, "part", "ACTION") },
            { id: "e2", ...region, value: value(16, 21, "lundi", "TIME") },
            { id: "e3", ...region, value: value(3, 8, "colis") },
            { type: "relation", from_id: "e1", to_id: "e2", direction: "right", labels: ["DO_WHEN"] },
          ],
        },
      ],
    },
  ]);
});

describe("predictions", () => {
  const relations = [
    { head: 0, tail: 1, label: "A", probability: 0.9 },
    { head: 0, tail: 2, label: "C", probability: 0.7 },
  ];

  test("have a model, a score, and one for each relation; they read back equal", async () => {
    const context = writeContext({ predictions: true, modelVersion: "luke-1" });
    const tasks = await written([related(...relations)], context);
    const result = [{}, {}, {}, { score: 0.9 }, { score: 0.7 }];
    expect(tasks).toMatchObject([{ predictions: [{ model_version: "luke-1", score: 0.7, result }] }]);
    expect(tasks).not.toMatchObject([{ annotations: expect.anything() as unknown }]);
    await withWritten(
      [related(...relations)],
      labelStudio,
      async (path) => expect((await readBack(path)).map(facts)).toEqual([facts(related(...relations))]),
      context,
    );
  });

  test("of several labels from one entity to another are one arrow, with the smallest probability", async () => {
    const context = writeContext({ predictions: true });
    const both = related(...relations, { head: 0, tail: 1, label: "B", probability: 0.4 });
    expect(await written([both], context)).toMatchObject([
      { predictions: [{ score: 0.4, result: [{}, {}, {}, { labels: ["A", "B"], score: 0.4 }, { labels: ["C"] }] }] },
    ]);
    expect(context.notices.list()).toMatchObject([
      { code: "one-score", count: 1, lost: { other: 1 } },
      { code: "shared-arrow", count: 2 },
    ]);
  });

  test("without relations have no score", async () => {
    const tasks = await written([related()], writeContext({ predictions: true }));
    expect(JSON.stringify(tasks)).not.toContain('"score"');
  });
});

describe("both directions", () => {
  const there = { head: 0, tail: 1, label: "SAME_AS" };
  const back = { head: 1, tail: 0, label: "SAME_AS" };
  const arrows = async (relations: Relation[], ...symmetric: string[]): Promise<unknown> => {
    const context = writeContext({ symmetricLabels: new Set(symmetric) });
    const tasks = (await written([related(...relations)], context)) as { annotations: { result: object[] }[] }[];
    return tasks[0]!.annotations[0]!.result.slice(3);
  };

  test("of a symmetric label are one arrow, of others two", async () => {
    expect(await arrows([there, back], "SAME_AS")).toMatchObject([{ from_id: "e1", to_id: "e2", direction: "bi" }]);
    expect(await arrows([there, back])).toMatchObject([{ direction: "right" }, { from_id: "e2", direction: "right" }]);
    expect(await arrows([there], "SAME_AS")).toMatchObject([{ direction: "right" }]);
    expect(await arrows([{ ...there, tail: 0 }], "SAME_AS")).toMatchObject([{ direction: "right" }]);
  });

  test("with another label in one direction stay two, one for each ordered pair", async () => {
    const more = { head: 0, tail: 1, label: "A" };
    expect(await arrows([there, more, back], "SAME_AS")).toMatchObject([
      { labels: ["SAME_AS", "A"], direction: "right" },
      { labels: ["SAME_AS"], direction: "right" },
    ]);
  });
});

describe("names of the labelling configuration", () => {
  test("are those given; metadata of the same name as the text is reported as lost", async () => {
    const context = writeContext({ fields: "from=ner,to=mail,text=body" });
    const given = { ...document, metadata: { body: "x", thread: "t1" } };
    expect(await written([given], context)).toMatchObject([
      {
        data: { body: document.text, thread: "t1" },
        annotations: [{ result: [{ from_name: "ner", to_name: "mail" }, {}, {}, {}] }],
      },
    ]);
    expect(context.notices.list()).toMatchObject([{ code: "metadata-name", count: 1 }]);
  });

  test("an unknown one is an error", async () => {
    await expect(written([document], writeContext({ fields: "body=x" }))).rejects.toBeInstanceOf(UsageError);
  });
});

test("no document is an empty list", async () => {
  expect(await written([])).toEqual([]);
});
