// Fine-tuning of a model of luke-base's size on real sentences, the training file of SemEval-2010 Task 8, against
// transformers:
//     npm run bench -- real-sentences [FOLDER] --data TRAIN_FILE.TXT [--sentences 640] [--threads 2] [--runs 3]
// The first sentences with their marked pair, as Relata's tokenizer encodes them with 20,000 words learnt from them, so that
// texts are as long as RoBERTa's words make them; both sides are handed the same ids. Three ways to make batches of them:
//   - transformers as people use it: random batches of 32, each padded to its longest text;
//   - as published recipes do: every text padded to 256, batches of 8;
//   - `relata train`: batches of 32 texts of similar length; with --low-memory too, where this release has it.
// A whole epoch would take an hour, so each run takes a few batches of each one's epoch: sorted by length, cut into equal
// parts, and from each part one drawn by the seed. Labels are made up, three of them: they cost nothing. Memory is that of
// the whole process, opening the model included; the longest batch is among what it has run. Exit code 1 where Relata is
// not 2 and 10 times as fast, or takes more than half (with --low-memory 0.35) of the memory.
import { forRelata, forTransformers, lcg } from "./batches.js";
import { relata, transformers, withContestants } from "./contestant.js";
import { load, modulesOf } from "./modules.js";
import { requireTransformers } from "./reference/python.js";
import { hasLowMemory } from "./relata-step.js";
import { median, sum } from "./statistics.js";

const seed = 42;
const vocabSize = 20_000;
const batchSize = 32;
const recipe = { batchSize: 8, words: 256 };
const [drawnBatches, drawnOfRecipe] = [6, 2];
const limits = { plain: 2, recipe: 10, memory: 0.5, lowMemory: 0.35 };

export const title = "fine-tuning on real sentences, luke-base size";
export const subject = "training";

export async function run({ folder, data, sentences = 640, runs, threads = 2 }) {
  if (!data) throw new Error("Name the training file of SemEval-2010 Task 8: --data TRAIN_FILE.TXT");
  const original = requireTransformers();
  const { encodings, padding } = await encoded(data, sentences);
  const { collate } = await load("collate");
  const batchOf = (indices) =>
    collate(
      indices.map((i) => encodings[i]),
      padding,
      indices.map((i) => i % 3),
    );
  const plain = (indices) => forTransformers(batchOf(indices));
  const padded = (indices) => forTransformers(batchOf(indices), { words: recipe.words });
  const ours = (indices) => forRelata(batchOf(indices));
  const { grouped, shuffled } = await epochs(encodings);
  const entrants = [
    {
      key: "plain",
      name: `${original}, padded to the longest of 32`,
      start: transformers,
      form: plain,
      epoch: shuffled(32),
    },
    { key: "relata", name: "relata train", start: relata, form: ours, epoch: grouped },
    {
      key: "recipe",
      name: "transformers, padded to 256, batches of 8",
      start: transformers,
      form: padded,
      epoch: shuffled(8),
    },
    {
      key: "low",
      name: "relata train --low-memory",
      start: relata,
      form: ours,
      epoch: grouped,
      open: { lowMemory: true },
    },
  ].filter(({ key }) => key !== "low" || hasLowMemory(modulesOf()));
  const lengths = encodings.map(({ inputIds }) => inputIds.length);
  const row = (key) => ({ ...entrants.find((entrant) => entrant.key === key), results: [] });
  // Two processes at a time take turns, since more would fill the memory: Relata with each of the others; it is shown
  // once.
  const [plainly, byRecipe] = ["plain", "recipe"].map((other) => [row(other), row("relata")]);
  const sparing = entrants.some(({ key }) => key === "low") ? [row("low")] : [];
  for (const group of [plainly, byRecipe, sparing]) await measure(group, { folder, threads, runs, lengths });
  return withRatios(plainly, byRecipe, sparing);
}

/** Encodes the sentences, each with its marked pair. */
export async function encoded(data, count) {
  const { readCorpus } = await load("formats-read");
  const { LukeTokenizer } = await load("luke-tokenizer");
  const { encodePairs } = await load("pair-encoding");
  const documents = (await readCorpus([data])).documents.slice(0, count);
  const tokenizer = await LukeTokenizer.train(
    documents.map(({ text }) => text),
    { vocabSize },
  );
  const encodings = [];
  for (const { text, entities } of documents) {
    const [head, tail] = entities;
    const [{ encoding }] = await encodePairs(tokenizer, text, [{ head, tail }]);
    if (encoding) encodings.push(encoding);
  }
  return { encodings, padding: tokenizer.padding };
}

/** Makes the batches of an epoch, lists of indexes: as `relata train` makes them, and at random. */
async function epochs(encodings) {
  const { random, shuffled } = await load("random");
  const { lengthGroupedBatches } = await load("length-batches");
  const order = shuffled(
    encodings.map((_, i) => i),
    random(seed, "order"),
  );
  return {
    grouped: lengthGroupedBatches(
      encodings.map(({ inputIds }) => inputIds.length),
      { batchSize, random: random(seed, "order", 0) },
    ),
    shuffled: (size) =>
      Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size)),
  };
}

async function measure(group, { folder, threads, runs, lengths }) {
  const contestants = group.map(({ start }) => start());
  await withContestants(contestants, async () => {
    const longestOf = (batch) => Math.max(...batch.map((i) => lengths[i]));
    for (const [i, row] of group.entries()) {
      row.byLength = row.epoch.toSorted((a, b) => longestOf(b) - longestOf(a));
      await contestants[i].ask({ do: "open", folder, threads, ...row.open });
      // The batch with the longest text warms up, since it needs the most memory.
      await contestants[i].ask({ do: "step", batch: row.form(row.byLength[0]) });
    }
    for (let round = 0; round < runs; round++) {
      const taken = group.map(({ key, byLength }) =>
        drawn(byLength, key === "recipe" ? drawnOfRecipe : drawnBatches, round),
      );
      const turns = taken
        .flatMap((batches, i) => batches.map((batch, k) => ({ i, batch, at: (k + 0.5) / batches.length })))
        .toSorted((a, b) => a.at - b.at);
      const seconds = group.map(() => 0);
      for (const { i, batch } of turns)
        seconds[i] += (await contestants[i].ask({ do: "step", batch: group[i].form(batch) })).seconds;
      for (const [i, { results }] of group.entries())
        results.push({ "examples/s": sum(taken[i].map(({ length }) => length)) / seconds[i] });
    }
    for (const [i, { results }] of group.entries()) {
      const { peakMemory } = await contestants[i].ask({ do: "peak" });
      for (const result of results) result["peak MB"] = peakMemory / 1e6;
    }
  });
}

/** Draws one of each of `count` equal parts, so that a small sample has long and short texts alike. */
function drawn(batches, count, round) {
  const next = lcg(seed + round);
  const parts = Math.min(count, batches.length);
  return Array.from({ length: parts }, (_, i) => {
    const [from, to] = [i, i + 1].map((part) => Math.floor((part * batches.length) / parts));
    return batches[from + (next() % (to - from))];
  });
}

function withRatios([plain, relataBesidePlain], [byRecipe, relataBesideRecipe], [low]) {
  const medianOf = ({ results }, column) => median(results.map((result) => result[column]));
  const ratio = (ours, theirs, to) => ({
    key: `${ours.key}/${theirs.key}`,
    name: `${ours.name}: times ${to}`,
    results: [
      Object.fromEntries(
        ["examples/s", "peak MB"].map((column) => [column, medianOf(ours, column) / medianOf(theirs, column)]),
      ),
    ],
  });
  const shown = [plain, byRecipe, relataBesidePlain, low].filter((row) => row !== undefined);
  return [
    ...shown.map(({ key, name, results }) => ({ key, name, results })),
    ratio(relataBesidePlain, plain, "padded to the longest"),
    ratio(relataBesideRecipe, byRecipe, "padded to 256"),
    ...(low ? [ratio(low, plain, "padded to the longest")] : []),
  ];
}

export function failures(rows) {
  const found = [];
  const value = (key, column) => rows.find((row) => row.key === key)?.results[0][column];
  const requireSpeed = (other, limit) => {
    const speed = value(`relata/${other}`, "examples/s");
    if (!(speed >= limit)) found.push(`Relata is ${speed.toFixed(2)} times as fast as "${other}", not ${limit}`);
  };
  requireSpeed("plain", limits.plain);
  requireSpeed("recipe", limits.recipe);
  for (const [key, limit] of Object.entries({ relata: limits.memory, low: limits.lowMemory })) {
    const share = value(`${key}/plain`, "peak MB");
    if (share !== undefined && !(share <= limit))
      found.push(`"${key}" takes ${share.toFixed(2)} of the memory of transformers, over ${limit}`);
  }
  return found;
}

/** Notes a row that this release could not measure. */
export const remarks = (rows) =>
  rows.some(({ key }) => key === "low") ? [] : ["This release has no --low-memory, so it was not measured."];
