import { describe, expect, test } from "vitest";
import { DuplicateEntityError, KeyError, UnknownEntityError } from "../../corpus/errors.ts";
import {
  codes,
  read,
  surfaces,
  text,
  region,
  regions,
  relation,
  annotation,
  task,
} from "../../../test/fixtures/label-studio.ts";

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
    expect(documents).toEqual([{ ...expected, annotator: "1", source: expect.anything() as unknown }]);
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
