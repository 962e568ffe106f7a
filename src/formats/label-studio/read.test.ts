import { describe, expect, test } from "vitest";
import { codes, read, type Reading } from "../../../test/fixtures/label-studio.ts";
import { surface, type Document } from "../../corpus/document.ts";
import { DuplicateEntityError, KeyError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import { type FormatSettings } from "../settings.ts";

const surfaces = (document: Document): string[] => document.entities.map((entity) => surface(document, entity));

const text = "Le colis 📦 part lundi.";
const region = (id: string, start: number, end: number, word: string, ...labels: string[]): object => ({
  id,
  from_name: "label",
  to_name: "text",
  type: "labels",
  origin: "manual",
  value: { start, end, text: word, labels },
});
const regions = [
  region("r1", 11, 15, "part", "ACTION"),
  region("r2", 16, 21, "lundi", "TIME"),
  region("r3", 3, 8, "colis", "OBJECT"),
];
const relation = (from_id: string, to_id: string, direction?: string, labels?: string[]): object => ({
  type: "relation",
  from_id,
  to_id,
  direction,
  labels,
});
const annotation = (...result: unknown[]): object => ({ id: 10, completed_by: 1, was_cancelled: false, result });
const task = (change: object = {}, ...result: unknown[]): object => ({
  id: 7,
  data: { text },
  annotations: [annotation(...regions, ...result)],
  predictions: [],
  ...change,
});

describe("a task", () => {
  const relations = [relation("r1", "r2", "right", ["DO_WHEN"]), relation("r1", "r3", "left", ["WHO_DO"])];
  const expected = {
    id: "7",
    text,
    entities: [
      { start: 12, end: 16, type: "ACTION" },
      { start: 17, end: 22, type: "TIME" },
      { start: 3, end: 8, type: "OBJECT" },
    ],
    relations: [
      { head: 0, tail: 1, label: "DO_WHEN" },
      { head: 2, tail: 0, label: "WHO_DO" },
    ],
  };

  test.each([
    ["in a list", [task({}, ...relations)]],
    ["alone in its file, in pretty print", JSON.stringify(task({}, ...relations), undefined, 2)],
    [
      "as an annotation of a cloud storage",
      { ...annotation(...regions, ...relations), task: { id: 7, data: { text } } },
    ],
    [
      "of version 0, with completions",
      [{ id: 7, data: { text }, completions: [annotation(...regions, ...relations)] }],
    ],
    ["with its relations in a list of their own", [task({}, relations)]],
    ["without annotations, but with null", [task({ predictions: null, meta: [] }, ...relations)]],
  ])("%s", async (_, tasks) => {
    const { documents, notices } = await read(tasks);
    expect(documents).toEqual([{ ...expected, source: expect.anything() as unknown }]);
    expect(notices).toEqual([]);
  });

  test("its id, or its number in the project, or in the file; the document's own before all", async () => {
    const data = { text };
    const tasks = [
      { data },
      { data, inner_id: 4 },
      { data, id: 5, inner_id: 5 },
      { data, id: 6, meta: { document_id: "d" } },
    ];
    const { documents } = await read(tasks);
    expect(documents.map(({ id }) => id)).toEqual(["annotations-1", "4", "5", "d"]);
  });

  test("the rest of its data is the document's metadata", async () => {
    const { documents } = await read([task({ data: { text, thread: "t1", votes: [1] } })]);
    expect(documents[0]!.metadata).toEqual({ thread: "t1", votes: [1] });
  });

  test("the line where it begins", async () => {
    const { documents } = await read(JSON.stringify([task(), task({ id: 8 })]).replace('},{"id":8', '},\n\n{"id":8'));
    expect(documents.map(({ source }) => source?.line)).toEqual([1, 3]);
  });
});

describe("offsets", () => {
  test("older exports count UTF-16 code units: detected by the texts of the regions", async () => {
    const older = [region("r1", 12, 16, "part", "ACTION"), region("r2", 17, 22, "lundi", "TIME")];
    const reading = await read([{ data: { text }, annotations: [annotation(...older)] }]);
    expect(surfaces(reading.documents[0]!)).toEqual(["part", "lundi"]);
    expect(codes(reading)).toEqual([["other-offset-unit", 1]]);
  });

  test("line ends that the browser counted as one", async () => {
    const lines = "un\r\ndeux\r\ntrois";
    const reading = await read([
      { data: { text: lines }, annotations: [annotation(region("a", 8, 13, "trois", "N"))] },
    ]);
    expect(surfaces(reading.documents[0]!)).toEqual(["trois"]);
    expect(codes(reading)).toEqual([["other-offset-unit", 1]]);
  });

  test("of HTML: paths, or else the global ones, in what people see", async () => {
    const html = "Le colis part <b>lundi</b>.";
    const page = (id: string, start: number, end: number, word: string, type: string): object => ({
      id,
      type,
      value: {
        start: "/text()[1]",
        end: "/text()[1]",
        startOffset: start,
        endOffset: end,
        globalOffsets: { start, end },
        text: word,
        [type]: ["X"],
      },
    });
    const result = [
      page("a", 3, 8, "colis", "hypertextlabels"),
      page("b", 9, 13, "part", "labels"),
      page("c", 14, 19, "lundi", "labels"),
      relation("a", "b", "right", ["R"]),
      relation("b", "c", "right", ["R"]),
    ];
    const reading = await read([{ data: { html }, annotations: [annotation(...result)] }]);
    expect(reading.documents[0]!.text).toBe("Le colis part lundi.");
    expect(surfaces(reading.documents[0]!)).toEqual(["colis", "part", "lundi"]);
    expect(reading.documents[0]!.relations).toHaveLength(2);
    expect(codes(reading)).toEqual([]);
  });
});

describe("regions", () => {
  test("entries of one id are one region; its further labels are counted", async () => {
    const result = [
      region("r1", 11, 15, "part", "ACTION", "VERB"),
      region("r1", 11, 15, "part", "ACTION", "MOVE"),
      { ...region("r1", 11, 15, "part"), type: "choices", value: { start: 11, end: 15, choices: ["sure"] } },
      region("r2", 16, 21, "lundi"),
      { ...region("", 3, 8, "colis", "OBJECT"), id: undefined },
      { type: "choices", value: { choices: ["ok"] } },
      { type: "rating", value: { rating: 3 } },
      { id: "s", type: "labels", value: { start: 1.25, end: 2.5, channel: 0, labels: ["Speech"] } },
    ];
    const reading = await read([{ data: { text }, annotations: [annotation(...result)] }]);
    expect(reading.documents[0]!.entities.map(({ type }) => type)).toEqual(["ACTION", "", "OBJECT"]);
    expect(codes(reading)).toEqual([
      ["result-choices", 2],
      ["result-rating", 1],
      ["result-labels", 1],
      ["second-type", 2],
    ]);
  });

  test("of a second text in the same task are left out", async () => {
    const answer = { ...region("q", 0, 2, "Oui", "X"), to_name: "answer" };
    const result = [answer, ...regions, relation("r1", "q", "right", ["R"])];
    const reading = await read([{ data: { text, answer: "Oui" }, annotations: [annotation(...result)] }]);
    expect(surfaces(reading.documents[0]!)).toEqual(["part", "lundi", "colis"]);
    expect(codes(reading)).toEqual([
      ["other-object", 1],
      ["relation-not-of-text", 1],
    ]);
  });
});

describe("relations", () => {
  const directions = [
    relation("r1", "r2", undefined, ["A"]),
    relation("r1", "r3", "left", ["B", "C"]),
    relation("r2", "r3", "bi", ["SAME "]),
    relation("r1", "r1", "bi", ["LOOP"]),
    relation("r1", "r2", "right", []),
    relation("r1", "r2", "right"),
  ];

  test("right, left and bi; several labels; none", async () => {
    const reading = await read([task({}, ...directions)]);
    expect(reading.documents[0]!.relations).toEqual([
      { head: 0, tail: 1, label: "A" },
      { head: 2, tail: 0, label: "B" },
      { head: 2, tail: 0, label: "C" },
      { head: 1, tail: 2, label: "SAME" },
      { head: 2, tail: 1, label: "SAME" },
      { head: 0, tail: 0, label: "LOOP" },
    ]);
    expect(reading.symmetricLabels).toEqual(["SAME", "LOOP"]);
    expect(codes(reading)).toContainEqual(["unlabelled-relation", 2]);
  });

  test("an end on an image is not unknown, only left out", async () => {
    const image = { id: "i", type: "rectanglelabels", value: { x: 1, rectanglelabels: ["R"] } };
    const reading = await read([task({}, image, relation("i", "r1", "right", ["R"]))]);
    expect(codes(reading)).toEqual([
      ["result-rectanglelabels", 1],
      ["relation-not-of-text", 1],
    ]);
  });
});

describe("several annotations", () => {
  const by = (type: string, change: object = {}): object => ({
    ...annotation(region("r", 3, 8, "colis", type)),
    ...change,
  });
  test.each([
    ["the first", [by("A"), by("B")], "A", [["other-annotation", 1]]],
    ["the ground truth", [by("A"), by("B", { ground_truth: true }), by("C")], "B", [["other-annotation", 2]]],
    ["none that was skipped", [by("A", { was_cancelled: true }), by("B")], "B", [["skipped-annotation", 1]]],
  ])("%s is read, the others are counted", async (_, annotations, type, counted) => {
    const reading = await read([task({ annotations })]);
    expect(reading.documents[0]!.entities.map(({ type }) => type)).toEqual([type]);
    expect(codes(reading)).toEqual(counted);
  });

  test("a task that was only skipped is no document, whatever was predicted", async () => {
    const reading = await read([
      task({ annotations: [by("A", { was_cancelled: true })], predictions: [by("P")] }),
      task(),
    ]);
    expect(reading.documents).toHaveLength(1);
    expect(codes(reading)).toEqual([
      ["prediction-beside-annotation", 1],
      ["skipped-annotation", 1],
      ["skipped-task", 1],
    ]);
  });
});

describe("predictions", () => {
  const scored = { ...relation("r1", "r2", "right", ["A"]), score: 0.25 };
  const prediction = {
    model_version: "m",
    score: 0.5,
    result: [...regions, scored, relation("r1", "r3", "right", ["B"])],
  };

  test("are read where there is no annotation, with their scores as probabilities", async () => {
    const reading = await read([task({ annotations: [], predictions: [prediction, prediction] })]);
    expect(reading.documents[0]!.relations.map(({ probability }) => probability)).toEqual([0.25, 0.5]);
    expect(codes(reading)).toEqual([
      ["prediction-read", 1],
      ["other-prediction", 1],
    ]);
  });

  test("a score that is no probability is none", async () => {
    const reading = await read([task({ annotations: [], predictions: [{ ...prediction, score: 17 }] })]);
    expect(reading.documents[0]!.relations.map(({ probability }) => probability)).toEqual([0.25, undefined]);
  });

  test("are not read beside an annotation, and ids alone say nothing", async () => {
    const reading = await read([
      task({ predictions: [prediction] }),
      task({ id: 8, annotations: [], predictions: [3, 4] }),
    ]);
    expect(reading.documents.map(({ entities, relations }) => [entities.length, relations.length])).toEqual([
      [3, 0],
      [0, 0],
    ]);
    expect(reading.notices).toMatchObject([{ code: "prediction-beside-annotation", count: 1, lost: { other: 1 } }]);
  });
});

describe("where the text is", () => {
  const named = (data: object, settings?: Partial<FormatSettings>): Promise<Reading> => read([{ data }], settings);
  const body = "Le colis part.";
  test.each([
    ["under text", { title: "Colis", text: body }, {}],
    ["the only string", { body, votes: 3 }, {}],
    ["under the name given", { text: "no", title: "no", body }, { fields: "text=body" }],
  ])("%s", async (_, data, settings) => {
    const { documents } = await named(data, settings);
    expect(documents[0]!.text).toBe(body);
  });

  test("named as the object tag of a region", async () => {
    const result = [{ ...region("r", 3, 8, "colis", "OBJECT"), to_name: "body" }];
    const { documents } = await read([{ data: { title: "no", body }, annotations: [annotation(...result)] }]);
    expect(documents[0]!.text).toBe(body);
  });

  test.each([
    [
      "none",
      { votes: 3 },
      {},
      'under the key "text" of its data, found no string. Name its key with --fields text=KEY',
    ],
    ["one of two", { title: "a", body }, {}, 'strings under the keys "title", "body"'],
    ["another than the one given", { text: body }, { fields: "text=body" }, 'under the key "body" of its data'],
    [
      "an address",
      { text: "https://example.org/a.txt" },
      {},
      'the address "https://example.org/a.txt", which is not fetched',
    ],
    ["an image", { image: "/data/upload/18/image1.jpg" }, {}, 'saveTextResult="yes"'],
  ])("not: %s", async (_, data, settings, message) => {
    await expect(named(data, settings)).rejects.toBeInstanceOf(RecordError);
    await expect(named(data, settings)).rejects.toThrow(message);
  });
});

describe("bad tasks", () => {
  test.each([
    ["no data", { id: 1, annotations: [] }, KeyError, "key data: expected an object, found nothing"],
    ["a list in the list", [], KeyError, "the record: expected an object, found a list of 0"],
    ["annotations by their ids", task({ annotations: [5] }), KeyError, "annotations[0]: expected an object"],
    ["a region in two places", task({}, region("r1", 3, 8, "colis", "X")), DuplicateEntityError, 'the id "r1"'],
    ["an unknown id", task({}, relation("r1", "r9", "right", ["A"])), UnknownEntityError, 'cites entity "r9"'],
    ["no id", task({}, { type: "relation", from_id: "r1", labels: ["A"] }), KeyError, "key to_id: expected the id"],
    [
      "a new direction",
      task({}, relation("r1", "r2", "up", ["A"])),
      KeyError,
      'expected "right", "left" or "bi", found the string "up"',
    ],
    [
      "a label that is none",
      task({}, { ...relation("r1", "r2"), labels: [1] }),
      KeyError,
      "labels[0]: expected a string",
    ],
  ])("%s", async (_, bad, error, message) => {
    const tasks = [task({ id: 1 }), bad, task({ id: 3 })];
    await expect(read(tasks)).rejects.toBeInstanceOf(error);
    await expect(read(tasks)).rejects.toThrow(message);
    const { documents, notices } = await read(tasks, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 3 }]);
  });
});
