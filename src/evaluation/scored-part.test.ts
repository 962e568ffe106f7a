import { expect, test } from "vitest";
import { confusionOf } from "./confusion.ts";
import { partProtocol, partSentences, type PartFacts } from "./scored-part.ts";
import { scoresOf } from "./scores.ts";

const facts: PartFacts = {
  part: "test",
  documents: 72,
  validationDocuments: 36,
  validation: scoresOf(confusionOf([0, 1], [0, 1], ["NO_REL", "R"])),
  metric: "macro_f1",
  isTestLeftOut: false,
};

test("figures of the test part name the figure that chose the checkpoint beside them", () => {
  expect(partSentences(facts)).toEqual([
    "Test part, 72 documents: touched once, after training; these are its figures.",
    "Validation part, 36 documents: chose the checkpoint, and whatever else was learnt from answers, by macro F1; that of the kept weights, 1.000, is optimistic.",
  ]);
});

test("a model of both tasks names the mean that chose its checkpoint", () => {
  const validationEntities = scoresOf(confusionOf([0, 1], [0, 0], ["NO_REL", "R"]));
  const [, chosen] = partSentences({ ...facts, metric: "accuracy", validationEntities });
  expect(chosen).toContain("0.750, the mean of relations and entities, is optimistic");
});

test("figures of the validation part are called optimistic, with what to do", () => {
  const small = partSentences({ ...facts, part: "validation", documents: 1 });
  expect(small[0]).toMatch(/^Validation part, one document: chose the checkpoint, so these figures are optimistic/);
  expect(small[1]).toContain("--folds");
});

test("a run that was stopped says that its test part was left alone", () => {
  const stopped = partSentences({ ...facts, part: "validation", isTestLeftOut: true });
  expect(stopped[1]).toBe("The run was stopped, so the test part was not scored.");
});

test("the protocol of stored scores names the part", () => {
  expect(partProtocol("test", "macro_f1")).toBe("test documents, scored once after training");
  expect(partProtocol("validation", "accuracy")).toContain("also chose the checkpoint (accuracy)");
});
