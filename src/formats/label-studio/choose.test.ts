import { describe, expect, test } from "vitest";
import { codes, read, region, regions, relation, annotation, task } from "../../../test/fixtures/label-studio.ts";

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
