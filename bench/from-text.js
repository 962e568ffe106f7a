// A text answered from nothing but its words, against asking about it pair by pair, as transformers does:
//     npm run bench -- from-text [--threads 2] [--runs 3]
// Relata: `model.predict({ text })` of one folder that finds entities and relations (`--task both`, relata-mini, 60 steps on the bundled
// example, in runs/from-text-both), tokenization and thread included. transformers: the logits alone of a pair classifier with
// the same encoder (runs/relata-mini-pair), for every ordered pair of as many entities as Relata found, given to it, 32 at
// a time; its time is measured on 128 pairs and multiplied. The text is 128 words, of those sentences of the bundled example that have
// the fewest entities for their length. Exit code 1 if it is not 100 times faster.
import { collateMarked } from "./batches.js";
import { transformers, withContestants } from "./contestant.js";
import { load } from "./modules.js";
import { requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";
import { pairClassifier, trainedFolder } from "./trained-folder.js";

const [words, batchSize, measured, wanted] = [128, 32, 128, 100];

export const title = `a text of ${words} words: entities and relations from its words, against pair by pair`;
export const subject = "process";

export async function run({ runs, threads = 2 }) {
  const original = requireTransformers();
  const { openModel, readCorpus } = await import("../dist/index.js");
  const both = trainedFolder("runs/from-text-both", ["--task", "both", "--max-steps", "60", "--test-size", "0"]);
  const pairs = pairClassifier();
  const { documents } = await readCorpus(["examples/annotations.jsonlines"]);
  const text = textOf(documents);
  const model = await openModel(both, { threads });
  const { entities } = await model.predict({ text });
  const { collate } = await load("collate");
  const allPairs = entities.length * (entities.length - 1);
  const batches = collateMarked(collate, { words: words + 30, entities: entities.length, batchSize, most: measured });
  const rows = [
    { name: `Relata, ${entities.length} entities found`, results: [] },
    { name: `${original}, ${allPairs} pairs given`, results: [] },
  ];
  await withContestants([transformers()], async (theirs) => {
    await theirs.ask({ do: "open", threads, training: false, folder: pairs });
    for (let round = 0; round <= runs; round++) {
      const started = performance.now();
      await model.predict({ text });
      const ours = (performance.now() - started) / 1000;
      let seconds = 0;
      for (const batch of batches) seconds += (await theirs.ask({ do: "score", batch })).seconds;
      // The first round warms up.
      if (round > 0) {
        rows[0].results.push({ "s a text": ours });
        rows[1].results.push({ "s a text": (seconds * allPairs) / Math.min(allPairs, measured) });
      }
    }
  });
  await model.close();
  const times = rows[1].results.map((result, i) => ({
    "s a text": result["s a text"] / rows[0].results[i]["s a text"],
  }));
  return [...rows, { name: "times faster", isRatio: true, results: times }];
}

/** Sentences with few entities for their length, up to so many words. */
function textOf(documents) {
  const wordsOf = (document) => document.text.split(/\s+/);
  const density = (document) => document.entities.length / wordsOf(document).length;
  const all = [...documents].sort((a, b) => density(a) - density(b)).flatMap(wordsOf);
  return all.slice(0, words).join(" ");
}

export function failures(rows) {
  const ratio = median(rows.find(({ isRatio }) => isRatio).results.map((result) => result["s a text"]));
  return ratio >= wanted ? [] : [`answered from text ${ratio.toFixed(0)} times faster, not ${wanted}`];
}
