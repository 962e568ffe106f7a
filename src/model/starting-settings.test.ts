import { expect, test } from "vitest";
import { trainConfig, type TrainConfig, type TrainOptions } from "../config.ts";
import { withModelDefaults, type ModelDefaults } from "./starting-settings.ts";

const settings = (options: Partial<TrainOptions>): TrainConfig & ModelDefaults =>
  withModelDefaults(trainConfig.parse({ output: "unused", ...options }));

test("relata-mini is what training starts from, in document encoding", () => {
  expect(settings({})).toMatchObject({
    model: "relata-mini",
    encoding: "document",
    pairFeatures: "words+distance+product",
    epochs: 8,
    dropout: 0.2,
    minSteps: 200,
    maxSteps: 1500,
  });
});

test("what is given goes before the model's own", () => {
  const given = { encoding: "pair", pairFeatures: "product", epochs: 3, minSteps: 7, learningRate: 1e-4 } as const;
  expect(settings(given)).toMatchObject({ ...given, headLearningRate: 1e-3 });
});

test("a length that is given is the whole length", () => {
  expect(settings({ epochs: 2 }).minSteps).toBeUndefined();
  expect(settings({ epochs: 2 }).maxSteps).toBeUndefined();
  expect(settings({ minSteps: 2000 }).maxSteps).toBeUndefined();
  expect(settings({ maxSteps: 2 }).minSteps).toBeUndefined();
});

test("the bound of steps is that of document encoding, where a step shows every pair of its texts", () => {
  expect(settings({ encoding: "pair" }).maxSteps).toBeUndefined();
  expect(settings({ model: "luke-mini", encoding: "document" }).maxSteps).toBeUndefined();
});

test("pair encoding is what transformers has unless told otherwise", () => {
  expect(settings({ encoding: "pair" }).pairFeatures).toBe("states");
  expect(settings({ markers: "typed" })).toMatchObject({ encoding: "pair", pairFeatures: "states" });
});

test.each([
  ["luke-mini", 6e-4, 600],
  ["some/checkpoint", 2e-5, 200],
])("%s keeps pair encoding, eight epochs, a floor of steps and its rate", (model, learningRate, minSteps) => {
  expect(settings({ model })).toMatchObject({
    encoding: "pair",
    pairFeatures: "states",
    epochs: 8,
    minSteps,
    learningRate,
  });
  expect(settings({ model }).headLearningRate).toBeUndefined();
});

test("an encoder of two tasks learns as long as two of one task each", () => {
  expect(settings({ task: "both" })).toMatchObject({ epochs: 16, minSteps: 400, maxSteps: 3000 });
  expect(settings({ task: "both", epochs: 8 })).toMatchObject({ epochs: 8, minSteps: undefined, maxSteps: undefined });
});
