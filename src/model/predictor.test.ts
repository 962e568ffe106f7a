import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { classifierParameters, formatLukeConfig } from "../../test/support/luke.ts";
import { saveModelFolder } from "../model/folder.ts";
import { lukeMini } from "../model/encoders/luke/config.ts";
import { type Head, withBias } from "../model/heads/head.ts";
import { pairHead } from "../model/heads/pair-head.ts";
import { initializeWeights, type Weights } from "../nn/parameters.ts";
import { encodePairs } from "../tokenization/inputs/pair-encoding.ts";
import { tinyTokenizer } from "../../test/support/tiny-tokenizer.ts";
import { openModel } from "./predictor.ts";
import { manifestFacts } from "../../test/support/manifest-facts.ts";

const labels = ["NO_REL", "WHO_DO"];
const tokenizer = tinyTokenizer();
const config = { ...lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size), hiddenSize: 16 };
const root = mkdtempSync(join(tmpdir(), "relata-open-"));
afterAll(() => rmSync(root, { recursive: true }));

const weightsOf = (head: Head): Weights => initializeWeights(classifierParameters(head, config, 2), config, 1);

async function logitsOf(weights: Weights): Promise<number[]> {
  const folder = mkdtempSync(join(root, "model-"));
  const manifest = manifestFacts(labels);
  const files = { ...tokenizer.files(), "config.json": formatLukeConfig(config, labels) };
  await saveModelFolder(folder, { files, weights, manifest });
  const model = await openModel(folder, { intraOpNumThreads: 1 });
  const spans = { head: { start: 0, end: 4 }, tail: { start: 5, end: 9 } };
  const [result] = await encodePairs(model.tokenizer, "Anna read the contract", [spans]);
  if (!result || !("encoding" in result)) throw new Error("the pair has an encoding");
  const [logits] = await model.session.logits([result.encoding], { batchSize: 1 });
  await model.dispose();
  return [...logits!];
}

test("a pair classifier's bias, which transformers never gives it, is used where the file has one", async () => {
  const without = await logitsOf(weightsOf(pairHead));
  const weights = weightsOf(withBias(pairHead));
  weights.get("classifier.bias")!.data.set([0.5, -2]);
  const logits = await logitsOf(weights);
  expect(logits[0]).toBeCloseTo(without[0]! + 0.5, 5);
  expect(logits[1]).toBeCloseTo(without[1]! - 2, 5);
});
