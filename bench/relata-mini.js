// Speed and memory of relata-mini beside luke-mini, and beside the same encoder in transformers:
//     npm run bench -- relata-mini [--threads 2] [--runs 3]
// One optimizer step on, and one scoring of, the same 32 texts of 35 tokens with a marked pair each, in turns, each program in
// a process of its own, after a round that is not counted. The folder that transformers opens is a pair classifier of one
// training step, made by `relata train` in runs/relata-mini-pair. Last, opening: the time from relata-mini in 4 bits, as it
// lies in the package, to weights in memory. Exit code 1 where opening takes a second or more.
import { fileURLToPath } from "node:url";
import { forRelata, forTransformers, markedPairs } from "./batches.js";
import { relata, transformers, withContestants } from "./contestant.js";
import { load } from "./modules.js";
import { requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";
import { pairClassifier } from "./trained-folder.js";

// Ids below luke-mini's 4,000, so that all read the same batch.
const [texts, words, vocabulary] = [32, 35, 3900];
const maxSeconds = 1;
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const title = `relata-mini: a step on, and the scoring of, ${texts} texts of ${words} tokens`;
export const subject = "process";

export async function run({ runs, threads = 2 }) {
  const original = requireTransformers();
  // A classifier of pairs, so that both programs have the same head.
  const folder = pairClassifier();
  const { collate } = await load("collate");
  const encodings = markedPairs(texts, words, vocabulary);
  const labels = Array.from({ length: texts }, (_, i) => i % 3);
  const padding = { padTokenId: 1, entityPadId: 0 };
  const entrants = [
    { name: "relata-mini in Relata", start: relata, open: { folder } },
    { name: "luke-mini in Relata", start: relata, open: {} },
    { name: `relata-mini in ${original}`, start: transformers, open: { folder } },
  ];
  const acts = [
    { name: "optimizer step", training: true, do: "step", batch: collate(encodings, padding, labels) },
    { name: "scoring", training: false, do: "score", batch: collate(encodings, padding) },
  ];
  const rows = [];
  for (const { name: act, training, do: request, batch } of acts) {
    const ofAct = entrants.map(({ name }) => ({ name: `${act}, ${name}`, results: [] }));
    await withContestants(
      entrants.map(({ start }) => start()),
      async (...contestants) => {
        for (const [i, { open }] of entrants.entries())
          await contestants[i].ask({ do: "open", threads, training, ...open });
        for (let round = 0; round <= runs; round++) {
          for (const [i, { start }] of entrants.entries()) {
            const given = start === relata ? forRelata(batch) : forTransformers(batch);
            const { seconds } = await contestants[i].ask({ do: request, batch: given });
            if (round > 0) ofAct[i].results.push({ "texts/s": texts / seconds, seconds });
          }
        }
        for (const [i, contestant] of contestants.entries()) {
          const { peakMemory } = await contestant.ask({ do: "peak" });
          for (const result of ofAct[i].results) result["peak MB"] = peakMemory / 1e6;
        }
      },
    );
    const [ours, , theirs] = ofAct;
    rows.push(...ofAct, {
      name: `${act}: Relata, times transformers`,
      results: ours.results.map((result, i) => ({ "texts/s": result["texts/s"] / theirs.results[i]["texts/s"] })),
    });
  }
  return [...rows, { name: "opening relata-mini", isOpening: true, results: await openings(runs) }];
}

async function openings(runs) {
  const { openCheckpoint } = await load("checkpoint");
  const results = [];
  for (let round = 0; round <= runs; round++) {
    const started = performance.now();
    await openCheckpoint(at("models/relata-mini"), { id2label: ["NO_REL", "A"] });
    if (round > 0) results.push({ seconds: (performance.now() - started) / 1000 });
  }
  return results;
}

export function failures(rows) {
  const seconds = median(rows.find(({ isOpening }) => isOpening).results.map((result) => result.seconds));
  return seconds < maxSeconds ? [] : [`opening relata-mini takes ${seconds.toFixed(2)} s, not under ${maxSeconds}`];
}
