// From process start to the first prediction, and the highest memory, against transformers:
//     npm run bench -- cold-start [FOLDER] [--threads 2] [--runs 3]
// Both label one pair of the same text with the same model, in turns, each time in a process of its own, after one round
// that is not counted and fills the caches of the disk. Exit code 1 if the answers differ, or Relata takes over 1.2 GB
// or more than half the time (medians).
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { python, requireTransformers } from "./reference/python.js";
import { median } from "./statistics.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const given = ["--text", "Anna read the contract of 2002 today", "--span", "0:4", "--span", "10:22"];
const maxPeak = 1.2e9;
const maxRatio = 0.5;

export const title = "process start to first prediction, luke-base size";
export const subject = "process";

export async function run({ folder, runs, threads = 2 }) {
  const original = requireTransformers();
  const preload = new URL("report-peak.js", import.meta.url).href;
  const asked = [folder, ...given, "--threads", String(threads)];
  const relata = ["--import", preload, at("../bin/relata.js"), "predict", ...asked, "--json"];
  const processes = {
    Relata: () => firstPrediction(process.execPath, relata),
    [original]: () => firstPrediction(python, [at("reference/predict_one.py"), ...asked]),
  };
  const measured = Object.keys(processes).map((name) => ({ name, results: [], answers: [] }));
  for (let round = 0; round <= runs; round++) {
    for (const { name, results, answers } of measured) {
      const { answer, ...result } = await processes[name]();
      if (round === 0) continue;
      results.push(result);
      answers.push(answer);
    }
  }
  const [ours, theirs] = measured.map(({ results }) => results);
  const ratios = ours.map((result, i) =>
    Object.fromEntries(Object.keys(result).map((column) => [column, theirs[i][column] / result[column]])),
  );
  return [...measured, { name: "times as much as Relata", results: ratios }];
}

/** Measures the seconds until the line with the prediction; the process then reports its memory. */
function firstPrediction(command, args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HF_HUB_OFFLINE: "1" },
    });
    let seconds;
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => {
      seconds ??= (performance.now() - start) / 1000;
      stdout += text;
    });
    child.stderr.on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`${command} ended with exit code ${code}: ${stderr.slice(-2000)}`));
      const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("{"));
      const { peakMemory, ...answer } = Object.assign({}, ...lines.map((line) => JSON.parse(line)));
      resolve({ seconds, peakMB: peakMemory / 1e6, answer: answer.relations?.[0] ?? answer });
    });
  });
}

const medianSeconds = ({ results }) => median(results.map(({ seconds }) => seconds));

export function failures([ours, theirs]) {
  const found = [];
  const peak = Math.max(...ours.results.map(({ peakMB }) => peakMB * 1e6));
  if (!(peak <= maxPeak)) found.push(`Relata took ${(peak / 1e9).toFixed(2)} GB, over ${maxPeak / 1e9} GB`);
  const ratio = medianSeconds(ours) / medianSeconds(theirs);
  if (!(ratio <= maxRatio)) found.push(`Relata takes ${ratio.toFixed(2)} times as long, over ${maxRatio}`);
  for (const [i, { label, probability }] of ours.answers.entries()) {
    const other = theirs.answers[i];
    if (label !== other.label || !(Math.abs(probability - other.probability) <= 1e-4))
      found.push(`Relata says ${label} ${probability}, the original ${other.label} ${other.probability}`);
  }
  return found;
}
