// Memory and time of a step of a model of luke-large's size (24 layers of 1,024, random weights), plainly and with
// --low-memory, each in a process of its own:
//     npm run bench -- large [--threads 2] [--runs 3]
// A batch of 32 texts of 35 tokens. Exit code 1 above 12 GB.
import { forRelata, markedPairs } from "./batches.js";
import { relata, withContestants } from "./contestant.js";
import { load } from "./modules.js";

const maxPeak = 12e9;
const [texts, words, vocabSize] = [32, 35, 50_267];
const config = {
  vocabSize,
  hiddenSize: 1024,
  entityEmbSize: 256,
  intermediateSize: 4096,
  numHiddenLayers: 24,
  numAttentionHeads: 16,
  maxPositionEmbeddings: 514,
};

export const title = "one optimizer step, luke-large size";
export const subject = "training";

export async function run({ runs, threads = 2 }) {
  const { collate } = await load("collate");
  const labels = Array.from({ length: texts }, (_, i) => i % 3);
  const batch = collate(markedPairs(texts, words, vocabSize - 267), { padTokenId: 1, entityPadId: 0 }, labels);
  const rows = [];
  for (const [name, lowMemory] of Object.entries({ plain: false, "--low-memory": true })) {
    await withContestants([relata()], async (contestant) => {
      await contestant.ask({ do: "open", config, numLabels: 3, threads, lowMemory });
      const results = [];
      // The first step allocates memory.
      for (let round = 0; round <= runs; round++) {
        const { seconds } = await contestant.ask({ do: "step", batch: forRelata(batch) });
        if (round > 0) results.push({ seconds });
      }
      const { peakMemory } = await contestant.ask({ do: "peak" });
      for (const result of results) result["peak MB"] = peakMemory / 1e6;
      rows.push({ name, results });
    });
  }
  return rows;
}

export const failures = (rows) =>
  rows
    .filter(({ results: [result] }) => !(result["peak MB"] * 1e6 <= maxPeak))
    .map(
      ({ name, results: [result] }) => `${name}: ${(result["peak MB"] / 1000).toFixed(1)} GB, over ${maxPeak / 1e9}`,
    );
