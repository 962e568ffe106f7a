// Fine-tunes a model of luke-base's size for 20 steps of 16 pairs on real sentences: loss, seconds a step, memory.
//     npm run bench -- fine-tune [FOLDER] [--data examples/annotations.jsonlines] [--documents 60] [--threads 2]
// Once, whatever --runs says: it takes minutes. Only the first documents of the data are used, since those held out are
// scored as well. Exit code 1 if the loss does not fall. Needs no Python where the folder is given.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { relataTrain } from "./relata-train.js";
import { mean, median } from "./statistics.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const steps = 20;
const batchSize = 16;

export const title = `fine-tuning, luke-base size, ${steps} steps of ${batchSize} pairs`;
export const subject = "data";

export function run({ folder, data = join(root, "examples/annotations.jsonlines"), documents = 60, threads = 2 }) {
  const temporary = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const part = join(temporary, basename(data));
    writeFileSync(part, firstDocuments(readFileSync(data, "utf8"), data, documents));
    const flags = ["--model", folder, "--batch-size", batchSize, "--max-steps", steps, "--threads", threads];
    const sparing = ["--eval-steps", steps, "--negatives-per-positive", 1];
    const { steps: log, peakMemory } = relataTrain(part, join(temporary, "model"), [...flags, ...sparing]);
    const durations = log.slice(1).map(({ seconds }, i) => seconds - log[i].seconds);
    const losses = log.map(({ loss }) => loss);
    const result = {
      steps: log.length,
      lossOfFirst5: mean(losses.slice(0, 5)),
      lossOfLast5: mean(losses.slice(-5)),
      secondsPerStep: median(durations),
      peakMB: peakMemory / 1e6,
    };
    return [{ name: `${basename(data)}, first ${documents}`, results: [result] }];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Splits a file into lines of JSON, or into blocks between empty lines as in SemEval-2010 Task 8. */
function firstDocuments(text, path, count) {
  const separator = /\.jsonl(ines)?$/.test(path) ? "\n" : "\n\n";
  const parts = text.replaceAll("\r\n", "\n").trimEnd().split(separator);
  return parts.slice(0, count).join(separator) + separator;
}

export const failures = (rows) =>
  rows
    .filter(({ results: [{ lossOfFirst5, lossOfLast5 }] }) => !(lossOfLast5 < lossOfFirst5))
    .map(({ name }) => `${name}: the loss did not fall`);
