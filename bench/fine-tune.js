// Fine-tunes a model of luke-base's size for 20 steps of 16 pairs on real sentences: loss, seconds a step, memory.
//     python bench/reference/base_checkpoint.py FOLDER        (once: writes the model, 1.1 GB)
//     npm run bench -- fine-tune FOLDER [--data examples/annotations.jsonlines] [--documents 60]
// Once, whatever --runs says: it takes minutes. Only the first documents of the data are used, since those held out are
// scored as well. Exit code 1 if the loss does not fall. Needs no Python.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

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
    const output = join(temporary, "model");
    const flags = ["--model", folder, "--output", output, "--batch-size", batchSize, "--max-steps", steps];
    const sparing = ["--eval-steps", steps, "--negatives-per-positive", 1, "--threads", threads, "--json"];
    const { stdout, status } = spawnSync(
      process.execPath,
      ["bin/relata.js", "train", part, ...flags, ...sparing].map(String),
      { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    if (status !== 0) throw new Error(`training ended with exit code ${status}`);
    const log = readFileSync(join(output, "metrics.jsonl"), "utf8").trimEnd().split("\n").map(JSON.parse);
    const marks = log.filter(({ type }) => type === "step");
    const durations = marks.slice(1).map(({ seconds }, i) => seconds - marks[i].seconds);
    const losses = marks.map(({ loss }) => loss);
    const result = {
      steps: marks.length,
      lossOfFirst5: mean(losses.slice(0, 5)),
      lossOfLast5: mean(losses.slice(-5)),
      secondsPerStep: median(durations),
      peakMB: JSON.parse(stdout).peakMemory / 1e6,
    };
    return [{ name: `${basename(data)}, first ${documents}`, results: [result] }];
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Lines of JSON, or blocks between empty lines as in SemEval-2010 Task 8. */
function firstDocuments(text, path, count) {
  const separator = /\.jsonl(ines)?$/.test(path) ? "\n" : "\n\n";
  const parts = text.replaceAll("\r\n", "\n").trimEnd().split(separator);
  return parts.slice(0, count).join(separator) + separator;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export const failures = (rows) =>
  rows
    .filter(({ results: [{ lossOfFirst5, lossOfLast5 }] }) => !(lossOfLast5 < lossOfFirst5))
    .map(({ name }) => `${name}: the loss did not fall`);
