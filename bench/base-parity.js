// Relata's logits against those of transformers, for a model of luke-base's size with random weights:
//     npm run bench -- base-parity [FOLDER] [--threads 2]
// FOLDER is one that bench/reference/base_checkpoint.py wrote: the logits of transformers are stored beside the model. The
// pairs are scored one by one, and in one batch where all but the longest are padded. Exit code 1 if a logit differs by more
// than 1e-4. Needs no Python where the folder is given. That leaving entities out changes no bit is
// test/checkpoint-pruning.test.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classifierHere } from "./classifier.js";
import { load } from "./modules.js";

export const title = "logits of a luke-base-size model against transformers";
export const subject = "scored";
const tolerance = 1e-4;

export async function run({ folder, threads = 2 }) {
  const { openCheckpoint } = await load("checkpoint");
  const { encodePairs } = await load("pair-encoding");
  const { pairHead } = await load("pair-head");

  const { cases } = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8"));
  const { encoder, config, tokenizer, head, id2label, weights } = await openCheckpoint(folder, { head: pairHead });
  const encodings = [];
  for (const { text, head: first, tail, tokens } of cases) {
    const spans = { head: { start: first[0], end: first[1] }, tail: { start: tail[0], end: tail[1] } };
    const [{ encoding }] = await encodePairs(tokenizer, text, [spans]);
    if (encoding?.inputIds.length !== tokens) throw new Error(`other tokens than LukeTokenizer's for: ${text}`);
    encodings.push(encoding);
  }
  const { openScorer } = await classifierHere({ encoder, config, head, numLabels: id2label.length });
  const session = await openScorer(weights, tokenizer.padding, { intraOpNumThreads: threads });
  const rows = [];
  for (const [name, batchSize] of Object.entries({ "one by one": 1, "in one batch": cases.length })) {
    const logits = await session.logits(encodings, { batchSize });
    const differences = cases.flatMap((one, i) => one.logits.map((logit, k) => Math.abs(logit - logits[i][k])));
    rows.push({ name, results: [{ pairs: cases.length, maxDifference: Math.max(...differences), ...range(cases) }] });
  }
  await session.dispose();
  return rows;
}

/** How far apart the answers of different texts are: a difference says little without it. */
function range(cases) {
  const spans = cases[0].logits.map((_, k) => {
    const column = cases.map(({ logits }) => logits[k]);
    return Math.max(...column) - Math.min(...column);
  });
  return { rangeOfLogits: Math.max(...spans) };
}

export const failures = (rows) =>
  rows
    .filter(({ results: [{ maxDifference }] }) => !(maxDifference <= tolerance))
    .map(({ name }) => `${name}: a logit differs by more than ${tolerance}`);
