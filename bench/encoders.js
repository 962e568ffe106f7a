// One optimizer step and scoring of each family of encoders at base size, with random weights, against transformers in turns, each in
// a process of its own:
//     npm run bench -- encoders [--threads 2] [--runs 3] [--only deberta-v2]
// A step takes 8 texts of 35 tokens, with clipping and AdamW, which is fused in torch. Scored are 64 texts as long as sentences of
// SemEval-2010 are, 16 at a time: by transformers as they come, padded to the longest, by Relata, as `relata predict` does it, those of
// similar length together. Exit code 1 where Relata trains less than 1.3 times as fast, or scores less than 1.5 times, or 4 times in int8; DeBERTa has
// no limits: docs/results.md says what it reaches and where its time goes.
import { forRelata, lcg, markedPairs, encodingOf } from "./batches.js";
import { relata, startContestant, withContestants } from "./contestant.js";
import { load } from "./modules.js";
import { python, requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";
import { fileURLToPath } from "node:url";

const [texts, words, scored, batchSize] = [8, 35, 64, 16];

const base = {
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  max_position_embeddings: 512,
};
/** Configurations of released models: bert-base-cased, roberta-base, distilbert-base-cased, deberta-v3-base, ModernBERT-base. */
const families = {
  bert: { model_type: "bert", vocab_size: 28_996, ...base },
  roberta: { model_type: "roberta", vocab_size: 50_265, ...base, max_position_embeddings: 514, pad_token_id: 1 },
  distilbert: {
    model_type: "distilbert",
    vocab_size: 28_996,
    dim: 768,
    n_layers: 6,
    n_heads: 12,
    hidden_dim: 3072,
    max_position_embeddings: 512,
  },
  "deberta-v2": {
    model_type: "deberta-v2",
    vocab_size: 128_100,
    ...base,
    relative_attention: true,
    position_buckets: 256,
    norm_rel_ebd: "layer_norm",
    share_att_key: true,
    pos_att_type: ["p2c", "c2p"],
    position_biased_input: false,
    max_relative_positions: -1,
    type_vocab_size: 0,
    layer_norm_eps: 1e-7,
    pad_token_id: 0,
  },
  modernbert: {
    model_type: "modernbert",
    vocab_size: 50_368,
    hidden_size: 768,
    num_hidden_layers: 22,
    num_attention_heads: 12,
    intermediate_size: 1152,
    pad_token_id: 0,
    bos_token_id: 1,
    eos_token_id: 2,
    cls_token_id: 1,
    sep_token_id: 2,
  },
};

export const title = `encoders of base size: one optimizer step (${texts} texts of ${words} tokens), and scoring ${scored} texts`;
export const subject = "encoder";

const rivalHere = () =>
  startContestant("transformers", python, [fileURLToPath(new URL("reference/encoder_rival.py", import.meta.url))]);

/** The batch as PyTorch's side takes it: a state for the first token of each mention. */
function forRival({ batch, words: length, mention, inputIds, attentionMask, entityPositionIds, labels }) {
  const rows = (data, width) => Array.from({ length: batch }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
  const places = rows(entityPositionIds, 2 * mention).map((both) => [both[0], both[mention]]);
  return {
    input_ids: rows(inputIds, length),
    attention_mask: rows(attentionMask, length),
    places,
    labels: labels && [...labels],
  };
}

/** Lengths as of English sentences with markers and special tokens: 12 to 80 tokens, half of them under 30. */
function sentences(vocabulary) {
  const next = lcg(2010);
  const wordId = () => 4 + (next() % (vocabulary - 4));
  return Array.from({ length: scored }, () => {
    const length = 12 + Math.round(68 * ((next() % 1000) / 1000) ** 2);
    const middle = 2 + (next() % (length - 8));
    return encodingOf(length, [1, middle], [[0, 1]], { entityId: () => 1, wordId });
  });
}

export async function run({ runs, threads = 2, only }) {
  requireTransformers();
  const { collate } = await load("collate");
  const { lengthGroupedBatches } = await load("length-batches");
  const chosen = Object.entries(families).filter(([name]) => only === undefined || name === only);
  const rows = [];
  for (const [name, config] of chosen) {
    const padding = { padTokenId: 0, entityPadId: 0 };
    const labels = Array.from({ length: texts }, (_, i) => i % 3);
    const marked = markedPairs(texts, words, config.vocab_size).map((one) => ({
      ...one,
      entityIds: Int32Array.of(1, 1),
    }));
    const batch = collate(marked, padding, labels);
    const training = await inTurns(runs, [
      { start: relata, open: { json: config, threads }, requests: [{ do: "step", batch: forRelata(batch) }] },
      { start: rivalHere, open: { config, threads }, requests: [{ do: "step", batch: forRival(batch) }] },
    ]);
    const encodings = sentences(config.vocab_size);
    const batchOf = (some) => collate(some, padding);
    const lengths = encodings.map(({ inputIds }) => inputIds.length);
    const ours = lengthGroupedBatches(lengths, { batchSize }).map((group) => ({
      do: "score",
      batch: forRelata(batchOf(group.map((i) => encodings[i]))),
    }));
    const theirs = Array.from({ length: scored / batchSize }, (_, i) => ({
      do: "score",
      batch: forRival(batchOf(encodings.slice(i * batchSize, (i + 1) * batchSize))),
    }));
    const opening = { threads, training: false };
    const scoring = await inTurns(runs, [
      { start: relata, open: { json: config, ...opening }, requests: ours },
      { start: relata, open: { json: config, ...opening, dtype: "int8" }, requests: ours },
      { start: rivalHere, open: { config, ...opening }, requests: theirs },
    ]);
    rows.push(...rowsOf(name, training, scoring, runs));
  }
  return rows;
}

/** Seconds of each round of each contestant, of which the first round is not counted; and the highest memory of each. */
function inTurns(runs, entrants) {
  return withContestants(
    entrants.map(({ start }) => start()),
    async (...contestants) => {
      for (const [i, { open }] of entrants.entries()) await contestants[i].ask({ do: "open", ...open });
      const seconds = entrants.map(() => []);
      for (let round = 0; round <= runs; round++)
        for (const [i, { requests }] of entrants.entries()) {
          let sum = 0;
          for (const request of requests) sum += (await contestants[i].ask(request)).seconds;
          if (round > 0) seconds[i].push(sum);
        }
      const peaks = [];
      for (const contestant of contestants) peaks.push((await contestant.ask({ do: "peak" })).peakMemory / 1e6);
      return { seconds, peaks };
    },
  );
}

function rowsOf(name, training, scoring, runs) {
  const [ourStep, theirStep] = training.seconds;
  const [float32, int8, theirScore] = scoring.seconds;
  const rounds = Array.from({ length: runs }, (_, i) => i);
  const columns = (step, peak, score) =>
    rounds.map((i) => ({ "s a step": step[i], "peak MB, training": peak, "texts/s": scored / score[i] }));
  const [ourPeak, theirPeak] = training.peaks;
  return [
    { name: `${name}: Relata`, results: columns(ourStep, ourPeak, float32) },
    { name: `${name}: Relata, int8`, results: rounds.map((i) => ({ "texts/s": scored / int8[i] })) },
    { name: `${name}: transformers`, results: columns(theirStep, theirPeak, theirScore) },
    {
      name: `${name}: times transformers`,
      family: name,
      limits: { "s a step": 1.3, "texts/s": 1.5 },
      results: rounds.map((i) => ({
        "s a step": theirStep[i] / ourStep[i],
        "peak MB, training": ourPeak / theirPeak,
        "texts/s": theirScore[i] / float32[i],
      })),
    },
    {
      name: `${name}: int8, times transformers`,
      family: name,
      limits: { "texts/s": 4 },
      results: rounds.map((i) => ({ "texts/s": theirScore[i] / int8[i] })),
    },
  ];
}

export const failures = (rows) =>
  rows
    .filter(({ family }) => family !== undefined && family !== "deberta-v2")
    .flatMap(({ name, limits, results }) =>
      Object.entries(limits).flatMap(([column, limit]) => {
        const reached = median(results.map((one) => one[column]));
        return reached >= limit ? [] : [`${name}: ${column} ${reached.toFixed(2)}, not ${limit}`];
      }),
    );
