// The cost of scoring and learning every ordered pair of a text: once with all entities (document encoding) against
// once for each pair (pair encoding), luke-mini from random weights on made-up texts.
//     npm run bench -- document-encoding [--threads 2] [--runs 3] [--plot docs/images/document-encoding.svg]
// Both are measured in turns within one run; all figures are medians. Pair encoding costs the same for each pair, so it
// is measured on 64 pairs of a text (or all, where there are fewer) and multiplied. An epoch is 400 texts, the size of
// POPCORN. Exit code 1 if document encoding is not 50 times cheaper at 16 entities.
import { writeFileSync } from "node:fs";
import { everyPair } from "./batches.js";
import { classifierHere } from "./classifier.js";
import { load, modulesOf } from "./modules.js";
import { logLogChart, svg } from "./plot.js";
import { openStep } from "./relata-step.js";
import { growthExponent, median } from "./statistics.js";

const epochTexts = 400;
const entityCounts = [2, 4, 8, 16, 32, 64];
const wordCounts = [64, 128, 256, 508];
const [usualWords, usualEntities] = [256, 16];
const numLabels = 15;

export const title = "luke-mini, every ordered pair of a text: document encoding against pair encoding";
export const subject = "text";

async function prepare(threads) {
  const { lukeMini } = await load("luke-config");
  const { initializeFromScratch } = await load("initialization");
  const { pairHead: head } = await load("pair-head");
  const { collate } = await load("collate");
  const config = lukeMini(4000, 4);
  const { parameters, openScorer } = await classifierHere({ config, head, numLabels });
  const weights = initializeFromScratch(parameters, config, 1);
  const padding = { padTokenId: 1, entityPadId: 0 };
  const scorer = await openScorer(weights, padding, { intraOpNumThreads: threads });
  const trainer = await openStep(modulesOf(), { config, numLabels, weights, head }, { threads });
  return {
    /** Seconds to score these texts. */
    async score(encodings, batchSize) {
      const started = performance.now();
      await scorer.logits(encodings, { batchSize });
      return (performance.now() - started) / 1000;
    },
    /** Seconds of one optimizer step on these texts. */
    async train(encodings) {
      const pairs = encodings.reduce((sum, encoding) => sum + encoding.pairs.length, 0);
      const labels = Array.from({ length: pairs }, (_, i) => i % numLabels);
      const started = performance.now();
      await trainer.step(collate(encodings, padding, labels));
      return (performance.now() - started) / 1000;
    },
    dispose: () => Promise.all([scorer.dispose(), trainer.dispose()]),
  };
}

const repeated = (encodings, count) => Array.from({ length: count }, (_, i) => encodings[i % encodings.length]);

async function measure(model, { document, marked }) {
  const pairs = document.pairs.length;
  const documents = repeated([document], 8);
  const scoreDocument = (await model.score(documents, 8)) / 8;
  const scorePair = (await model.score(marked, 64)) / marked.length;
  const trainDocument = (await model.train(repeated([document], 4))) / 4;
  const trainPair = (await model.train(repeated(marked, 32))) / 32;
  return {
    pairs,
    "document: pairs/s": pairs / scoreDocument,
    "pair: pairs/s": 1 / scorePair,
    "times faster": (pairs * scorePair) / scoreDocument,
    "document: s an epoch": epochTexts * trainDocument,
    "pair: s an epoch": epochTexts * pairs * trainPair,
    "times less": (pairs * trainPair) / trainDocument,
  };
}

export async function run({ runs = 3, threads = 2, plot }) {
  const cases = [
    ...entityCounts.map((entities) => ({ words: usualWords, entities })),
    ...wordCounts.filter((words) => words !== usualWords).map((words) => ({ words, entities: usualEntities })),
  ].map((size) => ({ ...size, name: `${size.words} words, ${size.entities} entities`, results: [] }));
  const model = await prepare(threads);
  for (let i = 0; i <= runs; i++) {
    for (const one of cases) {
      const result = await measure(model, everyPair(one.words, one.entities));
      // The first round warms up.
      if (i > 0) one.results.push(result);
    }
  }
  await model.dispose();
  if (plot) writeFileSync(plot, chart(cases.filter(({ words }) => words === usualWords)));
  return cases;
}

/** Exponents of the growth of an epoch, least squares on logarithms; and whether 16 entities are 50 times cheaper. */
export function remarks(rows) {
  const of = (chosen, size, column) =>
    growthExponent(chosen.map((row) => [row[size], median(row.results.map((r) => r[column]))])).toFixed(2);
  const byEntities = rows.filter(({ words }) => words === usualWords);
  const byWords = rows.filter(({ entities }) => entities === usualEntities);
  return ["document", "pair"].map(
    (name) =>
      `${name} encoding: an epoch grows with entities^${of(byEntities, "entities", `${name}: s an epoch`)} and with words^${of(byWords, "words", `${name}: s an epoch`)}`,
  );
}

export function failures(rows) {
  const { results } = rows.find(({ words, entities }) => words === usualWords && entities === 16);
  const ratio = median(results.map((result) => result["times less"]));
  return ratio >= 50 ? [] : [`at 16 entities an epoch is ${ratio.toFixed(1)} times cheaper, not 50`];
}

/** Seconds of an epoch by entities. */
const chart = (rows) =>
  svg([
    logLogChart({
      series: [
        { name: "pair encoding", color: "#b4572e" },
        { name: "document encoding", color: "#2a6f97" },
      ].map(({ name, color }) => ({
        name,
        color,
        points: rows.map(({ entities, results }) => [
          entities,
          median(results.map((r) => r[`${name.split(" ")[0]}: s an epoch`])),
        ]),
      })),
      unit: " s",
      caption: "entities in a text of 256 words; seconds for an epoch over 400 texts",
    }),
  ]);
