// Pairs scored a second by a model of luke-base's size, and the highest memory, against transformers:
//     npm run bench -- inference [FOLDER] [--data TRAIN_FILE.TXT] [--threads 2] [--runs 3]
// All score the same batch, 32 texts of 35 tokens with two entities, in turns, each in a process of its own that has
// opened the model, after one round that is not counted. Then every ordered pair of 22 entities of a text of 128 tokens:
// four texts, each in one pass of document encoding, and pair by pair as transformers does it, which is measured on 64 of
// the 462 pairs. With --data, also 256 real sentences: by transformers 32 at a time as they come, padded to the longest, by
// Relata as `relata predict` takes them, 64 of similar length. Memory is that of a whole process, so the rows of one process
// share it. Exit code 1 if Relata is not 1.5 times as fast as transformers on real sentences in float32 (1.2 times on the
// same batch, where nothing but the kernels differ), 4 times with int8, 100 times on all pairs of a text, or if its float32
// logits differ from those of transformers by more than 1e-4.
import { everyPair, forRelata, forTransformers, markedPairs } from "./batches.js";
import { relata, transformers, withContestants } from "./contestant.js";
import { load } from "./modules.js";
import { encoded } from "./real-sentences.js";
import { requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";

const [texts, words, vocabulary] = [32, 35, 50_000];
const long = { words: 128, entities: 22, texts: 4 };
const maxDifference = 1e-4;
const sentences = 256;
const predicted = 64;
const wanted = {
  float32: 1.2,
  int8: 4,
  "document encoding": 100,
  "float32, real sentences": 1.5,
  "int8, real sentences": 4,
};

export const title = "scoring pairs, luke-base size";
export const subject = "process";

export async function run({ folder, data, runs, threads = 2 }) {
  const original = requireTransformers();
  const { collate } = await load("collate");
  const batchOf = (encodings) => collate(encodings, { padTokenId: 1, entityPadId: 0 });
  const ours = (encodings) => [{ do: "score", batch: forRelata(batchOf(encodings)) }];
  const theirs = (encodings, autocast) =>
    Array.from({ length: Math.ceil(encodings.length / texts) }, (_, i) => ({
      do: "score",
      batch: forTransformers(batchOf(encodings.slice(i * texts, (i + 1) * texts))),
      autocast,
    }));
  const short = markedPairs(texts, words, vocabulary);
  const { document, marked } = everyPair(long.words, long.entities);
  const documents = Array.from({ length: long.texts }, () => document);
  const real = data === undefined ? [] : (await encoded(data, sentences)).encodings;
  const grouped = await inGroups(real);

  return withContestants([relata(), relata(), transformers()], async (float32, int8, rival) => {
    await float32.ask({ do: "open", folder, threads, training: false });
    await int8.ask({ do: "open", folder, threads, training: false, dtype: "int8" });
    await rival.ask({ do: "open", folder, threads, training: false, entities: 4 });
    const rows = [
      { name: "Relata, float32", contestant: float32, pairs: texts, requests: ours(short) },
      { name: "Relata, int8", contestant: int8, pairs: texts, requests: ours(short) },
      { name: original, contestant: rival, pairs: texts, requests: theirs(short, false) },
      { name: `${original}, bfloat16 autocast`, contestant: rival, pairs: texts, requests: theirs(short, true) },
      {
        name: "Relata, float32, every pair of a text at once",
        contestant: float32,
        pairs: document.pairs.length * long.texts,
        requests: ours(documents),
      },
      {
        name: `${original}, every pair of a text`,
        contestant: rival,
        pairs: marked.length,
        requests: theirs(marked, false),
      },
      ...(data === undefined
        ? []
        : [
            {
              name: "Relata, float32, real sentences",
              contestant: float32,
              pairs: real.length,
              requests: grouped.flatMap(ours),
            },
            {
              name: "Relata, int8, real sentences",
              contestant: int8,
              pairs: real.length,
              requests: grouped.flatMap(ours),
            },
            {
              name: `${original}, real sentences`,
              contestant: rival,
              pairs: real.length,
              requests: theirs(real, false),
            },
          ]),
    ].map((row) => ({ ...row, results: [] }));
    for (let round = 0; round <= runs; round++) {
      for (const row of rows) {
        const { logits, seconds } = await score(row);
        row.logits = logits;
        if (round > 0) row.results.push({ "pairs/s": row.pairs / seconds });
      }
    }
    for (const { contestant, results } of rows) {
      const { peakMemory } = await contestant.ask({ do: "peak" });
      for (const result of results) result.peakMB = peakMemory / 1e6;
    }
    const [plain, quantized, reference, , atOnce, oneByOne, plainReal, quantizedReal, referenceReal] = rows;
    return [
      ...rows.map(({ name, results, logits }) => ({ name, results, logits })),
      ratios("float32", plain, reference),
      ratios("int8", quantized, reference),
      ratios("document encoding", atOnce, oneByOne),
      ...(referenceReal
        ? [
            ratios("float32, real sentences", plainReal, referenceReal),
            ratios("int8, real sentences", quantizedReal, referenceReal),
          ]
        : []),
    ];
  });
}

/** Groups texts into batches as a PredictionSession does. */
async function inGroups(encodings) {
  const { lengthGroupedBatches } = await load("length-batches");
  const lengths = encodings.map(({ inputIds }) => inputIds.length);
  return lengthGroupedBatches(lengths, { batchSize: predicted }).map((group) => group.map((i) => encodings[i]));
}

/** Returns the logits of all requests, a row for each text, and their seconds together. */
async function score({ contestant, requests }) {
  const answer = { logits: [], seconds: 0 };
  for (const request of requests) {
    const { logits, seconds } = await contestant.ask(request);
    answer.logits.push(...logits);
    answer.seconds += seconds;
  }
  return answer;
}

const ratios = (kind, ours, theirs) => ({
  name: `times transformers: ${kind}`,
  kind,
  results: ours.results.map((result, i) =>
    Object.fromEntries(Object.keys(result).map((column) => [column, result[column] / theirs.results[i][column]])),
  ),
});

const greatestDifference = (a, b) =>
  Math.max(...a.flatMap((row, i) => row.map((value, label) => Math.abs(value - b[i][label]))));

export function remarks([plain, quantized, reference, half]) {
  const far = ({ logits }) => greatestDifference(logits, reference.logits).toExponential(1);
  return [
    `Greatest difference of a logit from transformers' float32: Relata float32 ${far(plain)}, Relata int8 ${far(quantized)}, ` +
      `transformers bfloat16 ${far(half)}. The weights are random: relata evaluate --dtype int8 measures what int8 costs a trained model.`,
  ];
}

export function failures(rows) {
  const found = rows
    .filter(({ kind }) => kind !== undefined)
    .flatMap(({ kind, results }) => {
      const ratio = median(results.map((result) => result["pairs/s"]));
      return ratio >= wanted[kind]
        ? []
        : [`${kind}: ${ratio.toFixed(2)} times as fast as transformers, not ${wanted[kind]}`];
    });
  const difference = greatestDifference(rows[0].logits, rows[2].logits);
  if (!(difference <= maxDifference))
    found.push(`logits differ from transformers' by ${difference}, over ${maxDifference}`);
  return found;
}
