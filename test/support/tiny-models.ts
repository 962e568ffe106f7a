// Model folders of a small LUKE with texts for it; the folders are removed after the tests of the file that imports this.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { PredictionSession, classifierParameters, formatLukeConfig } from "./luke.ts";
import { saveModelFolder } from "../../src/model/folder.ts";
import type { LukeConfig } from "../../src/model/encoders/luke/config.ts";
import type { Head } from "../../src/model/heads/head.ts";
import { initializeWeights, type Weights } from "../../src/nn/parameters.ts";
import type { Encoding } from "../../src/tokenization/inputs/encoding.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";
import { openCheckpoint } from "../../src/model/checkpoint.ts";
import { manifestFacts } from "./manifest-facts.ts";

export const labels = ["NO_REL", "WHO_DO", "DO_WHEN"];
export const tokenizer = tinyTokenizer();

const config: LukeConfig = {
  vocabSize: tokenizer.words.vocabSize,
  entityVocabSize: tokenizer.entityVocab.size,
  hiddenSize: 16,
  entityEmbSize: 8,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  intermediateSize: 24,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  maxPositionEmbeddings: 30,
  typeVocabSize: 1,
  initializerRange: 0.3,
  layerNormEps: 1e-5,
  useEntityAwareAttention: true,
  padTokenId: 1,
};

const manifest = manifestFacts(labels, { maxLength: 28, step: 7 });
const folders: string[] = [];
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "relata-model-"));
  folders.push(folder);
  return folder;
}
/** For files that share a process, in which this one is loaded once: each calls it after its tests. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
afterAll(removeFolders);

export async function modelFolder(
  head: Head,
  change: (weights: Weights) => void = () => {},
  task: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const folder = newFolder();
  const weights = initializeWeights(classifierParameters(head, config, labels.length), config, 3);
  change(weights);
  const files = {
    ...tokenizer.files(),
    "config.json": formatLukeConfig(config, labels, head.name),
    "README.md": "---\nlibrary_name: relata\n---\n",
  };
  await saveModelFolder(folder, { files, weights, manifest: { ...manifest, task: { ...manifest.task, ...task } } });
  return folder;
}

const { mask, mask2 } = tokenizer.entityVocab.specialEntityIds;

/** A text of `words` tokens, its ids a pattern, with mentions of these positions. */
export const text = (words: number, ...mentions: number[][]): Encoding => ({
  inputIds: Int32Array.from({ length: words }, (_, i) => (i === 0 ? 0 : i === words - 1 ? 2 : 10 + ((i * i) % 40))),
  entityIds: Int32Array.from(mentions, (_, i) => (i === 0 ? mask : mask2)),
  entityPositionIds: mentions.map((positions) => Int32Array.from(positions)),
  pairs: mentions.length > 1 ? [[0, 1]] : [],
  truncated: false,
  mentionCut: false,
});

export const texts = [text(12, [1, 2, 3], [6, 7]), text(7, [4], [1, 2, 3]), text(9, [5, 6, 7], [2])];

export async function expectedLogits(folder: string, encodings: readonly Encoding[]): Promise<number[]> {
  const { config, id2label, weights, tokenizer, head } = await openCheckpoint(folder);
  const session = await PredictionSession.create(config, id2label.length, weights, tokenizer.padding, {
    head,
    intraOpNumThreads: 1,
  });
  const logits = await session.logits(encodings, { batchSize: 1 });
  await session.dispose();
  return logits.flatMap((row) => [...row]);
}

export const difference = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
};
