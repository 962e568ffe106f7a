// 100 steps are 37, a stop and 63 more, to the byte: for every task, both encodings and each family of encoders.
import { test } from "vitest";
import { familyFolder } from "./support/encoder-families.ts";
import { expectSame, small, type RunSettings } from "./support/resumed-runs.ts";

const luke: RunSettings = { ...small, model: "luke-mini", vocabSize: 300 };
const hundred = { maxSteps: 100, evalSteps: 30, saveSteps: 100, epochs: 1000 };

/** Milliseconds, on a machine that others use as well. */
const timeout = 1_800_000;

const cases: readonly (readonly [what: string, settings: RunSettings])[] = [
  ["luke-mini, pairs", luke],
  ["luke-mini, documents", { ...luke, encoding: "document", batchSize: 2 }],
  ["BERT, pairs with typed markers", { ...small, markers: "typed" }],
  ["BERT, documents", { ...small, encoding: "document", batchSize: 2 }],
  ["RoBERTa, pairs", { ...small, model: familyFolder("roberta") }],
  ["DistilBERT, pairs", { ...small, model: familyFolder("distilbert") }],
  ["DeBERTa, pairs", { ...small, model: familyFolder("deberta-v2") }],
  ["ModernBERT, pairs", { ...small, model: familyFolder("modernbert") }],
  ["entities", { ...small, task: "entities", batchSize: 2 }],
  ["entities and relations", { ...small, task: "both", batchSize: 2 }],
  ["types of entities", { ...small, task: "entity-typing" }],
  ["types of entities, luke-mini", { ...luke, task: "entity-typing" }],
  ["an adapter", { ...small, lora: true, loraRank: 2 }],
  ["frozen layers, decayed rates, weights of classes", { ...small, freezeLayers: 1, classWeights: "balanced" }],
  [
    "layers computed twice, a rate of the head, no clipping",
    { ...small, lowMemory: true, headLearningRate: 1e-2, maxGradNorm: 0 },
  ],
  ["four parts of a batch", { ...small, gradientAccumulationSteps: 4 }],
];

test.each(cases)("%s", { timeout }, async (_, settings) => {
  await expectSame({ ...settings, ...hundred }, [37]);
});

test("many stops, at the ends of epochs too, between two evaluations without a better score", { timeout }, async () => {
  // The run may end by its patience, so that its last checkpoint is that of an evaluation.
  await expectSame({ ...small, ...hundred, evalSteps: 4, saveSteps: 4, patience: 20 }, [1, 2, 13, 14, 40, 41, 60, 77]);
});
