// One epoch of document encoding over an annotated corpus with a model of luke-base's size, against the cost of one pass for
// each ordered pair (the usual recipe), measured on a few steps of it on the same machine and multiplied.
//     npm run bench -- document-epoch [FOLDER] --data annotations.jsonlines [--threads 2]
// Once, whatever --runs says: it takes some ten minutes, and no Python where the folder is given. All documents but one are
// trained on. The words of that model are those of a few sentences, which would make other texts far longer than they are:
// it is given the vocabulary that luke-mini learns from the corpus.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { relataTrain } from "./relata-train.js";

const pairSteps = 6;
const pairBatch = 16;

export const title = "one epoch, luke-base size: document encoding against a pass for each pair";
export const subject = "data";

/** Makes a model with the words of luke-mini in `output`: its own files are linked, those of the tokenizer copied. */
function withWordsOf(data, folder, output) {
  const mini = join(output, "mini");
  relataTrain(data, mini, [
    "--model",
    "luke-mini",
    "--encoding",
    "document",
    "--max-steps",
    1,
    "--test-size",
    0,
    "--validation-size",
    0.9,
  ]);
  const model = mkdtempSync(join(output, "base-"));
  const words = ["vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"];
  for (const name of readdirSync(folder)) if (!words.includes(name)) symlinkSync(join(folder, name), join(model, name));
  for (const name of words) if (existsSync(join(mini, name))) copyFileSync(join(mini, name), join(model, name));
  return model;
}

function train(data, folder, threads, flags) {
  const output = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const model = withWordsOf(data, folder, output);
    const always = ["--model", model, "--test-size", 0, "--validation-size", 0.0001, "--threads", threads];
    const { steps, peakMemory } = relataTrain(data, join(output, "model"), [...always, ...flags]);
    return { steps, peakGB: peakMemory / 1e9 };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Mean seconds of a step, without the first, which warms up. */
function secondsPerStep(steps) {
  const [first, last] = [steps[0], steps.at(-1)];
  return (last.seconds - first.seconds) / (last.step - first.step);
}

/** Counts the ordered pairs of different entities in an Annotto export. */
function countPairs(path) {
  let pairs = 0;
  for (const line of readFileSync(path, "utf8").trimEnd().split("\n")) {
    const { relations: _, ...categories } = JSON.parse(line).annotation.ner;
    const count = Object.values(categories).reduce((sum, category) => sum + (category?.entities?.length ?? 0), 0);
    pairs += count * (count - 1);
  }
  return pairs;
}

export function run({ folder, data, threads = 2 }) {
  if (!data) throw new Error("Name the corpus, an Annotto export: --data annotations.jsonlines");
  const document = train(data, folder, threads, ["--encoding", "document", "--epochs", 1, "--eval-steps", 100_000]);
  const sampled = ["--max-steps", pairSteps, "--batch-size", pairBatch, "--eval-steps", pairSteps];
  const pair = train(data, folder, threads, ["--encoding", "pair", "--negatives-per-positive", 1, ...sampled]);
  const pairs = countPairs(data);
  const documentEpoch = secondsPerStep(document.steps) * document.steps.length;
  const pairEpoch = (secondsPerStep(pair.steps) * pairs) / pairBatch;
  const result = {
    "document: s a step of 4 texts": secondsPerStep(document.steps),
    "document: s an epoch": documentEpoch,
    "document: peak GB": document.peakGB,
    "pair: s a step of 16 pairs": secondsPerStep(pair.steps),
    "ordered pairs": pairs,
    "pair: hours an epoch, projected": pairEpoch / 3600,
    "pair: peak GB": pair.peakGB,
    "times less": pairEpoch / documentEpoch,
  };
  return [{ name: basename(data), results: [result] }];
}
