// Of a checkpoint's entity table only the special entities' rows are read: no logit may change by a single bit.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PredictionSession, classifierParameters, formatLukeConfig } from "./support/luke.ts";
import { saveModelFolder } from "../src/model/folder.ts";
import { lukeMini, type LukeConfig } from "../src/model/encoders/luke/config.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { initializeWeights, type Weights } from "../src/nn/parameters.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { entityVocab, specialEntities } from "../src/model/encoders/luke/tokenizer/entity-vocab.ts";
import { LukeTokenizer } from "../src/model/encoders/luke/tokenizer/luke-tokenizer.ts";
import type { InputTokenizer } from "../src/tokenization/inputs/input-tokenizer.ts";
import { encodePairs } from "../src/tokenization/inputs/pair-encoding.ts";
import { tinyTokenizer } from "./support/tiny-tokenizer.ts";
import { manifestFacts } from "./support/manifest-facts.ts";

const entities = 500;
const labels = ["NO_REL", "WHO_DO", "DO_WHAT"];
const table = "luke.entity_embeddings.entity_embeddings.weight";
const { pad, unk, mask, mask2 } = specialEntities;
// Far apart, the mask of heads behind that of tails, and a title in row 0.
const special = new Map([
  [mask2, 7],
  [pad, 250],
  [unk, 251],
  [mask, entities - 1],
]);

const titles = Array.from({ length: entities }, (_, id) => [`Title ${id}`, id] as const);
const taken = new Set(special.values());
const whole = new LukeTokenizer(
  tinyTokenizer().words,
  entityVocab(new Map([...special, ...titles.filter(([, id]) => !taken.has(id))])),
);
const config: LukeConfig = {
  ...lukeMini(whole.words.vocabSize, entities),
  hiddenSize: 16,
  entityEmbSize: 8,
  intermediateSize: 32,
  numAttentionHeads: 2,
};
const weights = initializeWeights(
  classifierParameters(pairHead, config, labels.length),
  { ...config, initializerRange: 0.3 },
  1,
);

const folder = mkdtempSync(join(tmpdir(), "relata-pruning-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const manifest = manifestFacts(labels);
  const files = { ...whole.files(), "config.json": formatLukeConfig(config, labels) };
  await saveModelFolder(folder, { files, weights, manifest });
});

/** The logits of three texts in one batch, so that two of them are padded. */
async function logitsOf(luke: LukeConfig, used: Weights, tokenizer: InputTokenizer): Promise<number[][]> {
  const encodings = await Promise.all(
    ["Anna read the contract of 2002 today", "Anna read it", "Anna read the letter, and so did the owner"].map(
      async (text) => {
        const spans = { head: { start: 0, end: 4 }, tail: { start: 5, end: 9 } };
        const [result] = await encodePairs(tokenizer, text, [spans]);
        if (!result || !("encoding" in result)) throw new Error("the pair has an encoding");
        return result.encoding;
      },
    ),
  );
  const session = await PredictionSession.create(luke, labels.length, used, tokenizer.padding, {
    intraOpNumThreads: 1,
  });
  const logits = await session.logits(encodings, { batchSize: encodings.length });
  await session.dispose();
  return logits.map((row) => [...row]);
}

describe("a checkpoint with a large entity table", () => {
  test("is opened with the rows of the special entities alone, in their order", async () => {
    const opened = await openCheckpoint(folder, { head: pairHead });
    const width = config.entityEmbSize;
    const rows = [...special.values()].flatMap((row) => [
      ...weights.get(table)!.data.subarray(row * width, (row + 1) * width),
    ]);
    expect([...opened.weights.get(table)!.data]).toEqual(rows);
    expect(opened.config).toMatchObject({ entityVocabSize: 4 });
    expect(opened.notes.join()).toContain(`of ${entities} entities, the 4 special ones are read`);
  });

  test("gives the same logits to the bit as with its whole table", async () => {
    const opened = await openCheckpoint(folder, { head: pairHead });
    const expected = await logitsOf(config, weights, whole);
    expect(await logitsOf(opened.config as LukeConfig, opened.weights, opened.tokenizer)).toEqual(expected);
    expect(expected[0]).not.toEqual(expected[1]);
  });

  test("gives others where a row that is read has changed, and the same where another has", async () => {
    const before = await logitsOf(config, weights, whole);
    const withChanged = (row: number): Weights => {
      const { shape, data } = weights.get(table)!;
      const changed = data.slice();
      changed[row * config.entityEmbSize]! += 1;
      return new Map(weights).set(table, { shape, data: changed });
    };
    for (const name of [mask, mask2])
      expect(await logitsOf(config, withChanged(special.get(name)!), whole)).not.toEqual(before);
    expect(await logitsOf(config, withChanged(8), whole)).toEqual(before);
  });
});
