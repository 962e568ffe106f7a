// Time and memory of a step of LoRA and of frozen layers against full fine-tuning, at luke-base's size with random weights,
// each in a process of its own, in turns:
//     npm run bench -- lora [--threads 2] [--runs 3]
// A batch of 32 texts of 35 tokens; LoRA of rank 8 on every dense layer, and on queries and values alone; half of the
// layers frozen. No limit.
import { forRelata, markedPairs } from "./batches.js";
import { relata, withContestants } from "./contestant.js";
import { load } from "./modules.js";

const [texts, words, vocabSize] = [32, 35, 50_267];
const base = {
  vocabSize,
  hiddenSize: 768,
  entityEmbSize: 256,
  intermediateSize: 3072,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  maxPositionEmbeddings: 514,
};

/** By name, what learns. */
const entrants = ({ numHiddenLayers }) => ({
  "all weights": {},
  "--freeze-layers (half)": { freezeLayers: Math.floor(numHiddenLayers / 2) },
  "--lora": { lora: { loraRank: 8 } },
  "--lora --lora-targets query,value": { lora: { loraRank: 8, loraTargets: "query,value" } },
});

export const title = `one optimizer step with adapters, luke-base size, ${texts} texts of ${words} tokens`;
export const subject = "training";

/** @param config the sizes, if not those of luke-base */
export async function run({ runs, threads = 2, config = base }) {
  const { collate } = await load("collate");
  const labels = Array.from({ length: texts }, (_, i) => i % 3);
  const batch = collate(markedPairs(texts, words, config.vocabSize - 267), { padTokenId: 1, entityPadId: 0 }, labels);
  const rows = Object.entries(entrants(config)).map(([name, learning]) => ({ name, learning, results: [] }));
  await withContestants(
    rows.map(() => relata()),
    async (...contestants) => {
      for (const [i, { learning }] of rows.entries())
        await contestants[i].ask({ do: "open", config, numLabels: 3, threads, learning });
      // The first step allocates memory.
      for (let round = 0; round <= runs; round++) {
        for (const [i, { results }] of rows.entries()) {
          const { seconds } = await contestants[i].ask({ do: "step", batch: forRelata(batch) });
          if (round > 0) results.push({ seconds });
        }
      }
      for (const [i, { results }] of rows.entries()) {
        const { peakMemory } = await contestants[i].ask({ do: "peak" });
        for (const result of results) result["peak MB"] = peakMemory / 1e6;
      }
    },
  );
  const [whole, ...others] = rows;
  const ratio = (result, i) =>
    Object.fromEntries(Object.entries(result).map(([column, value]) => [column, value / whole.results[i][column]]));
  return [
    ...rows.map(({ name, results }) => ({ name, results })),
    ...others.map(({ name, results }) => ({ name: `${name}: times all weights`, results: results.map(ratio) })),
  ];
}
