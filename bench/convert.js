// How fast annotation files are brought into another format, and how much memory that takes however long they are:
//     npm run bench -- convert [--megabytes 1024] [--runs 3] [--old FOLDER]
// The bundled example over and over, from Relata's own format to Annotto's and back, each time in a process of its own.
// Exit code 1 if memory goes over 300 MB. With --old, a built checkout of another commit takes turns, and CPU seconds or memory
// over 1.1 times its own are a failure as well.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const preload = new URL("report-peak.js", import.meta.url).href;
const maxPeakMB = 300;
const maxRatio = 1.1;

export const title = "relata data convert";
export const subject = "from and to";
const [there, andBack, oldSide] = ["relata → annotto", "annotto → relata", ", --old"];

/** Converts by the checkout in `root` and returns seconds, rate and memory; sizes are in megabytes of 10^6 bytes. */
function convert(input, output, to, root = at("..")) {
  const preloads = ["--require", at("report-cpu.cjs"), "--import", preload];
  const args = [...preloads, join(root, "bin/relata.js"), "data", "convert", input, output, "--to", to];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, "--overwrite", "--json"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`relata data convert ended with exit code ${status}: ${stderr.slice(-2000)}`);
  const { seconds, documents } = JSON.parse(stdout);
  const reports = stderr.split("\n").filter((line) => /^\{"(?:cpuSeconds|peakMemory)":/.test(line));
  const { cpuSeconds, peakMemory } = Object.assign({}, ...reports.map((line) => JSON.parse(line)));
  const megabytes = statSync(input).size / 1e6;
  return {
    MB: megabytes,
    documents,
    seconds,
    "CPU seconds": cpuSeconds,
    "MB/s": megabytes / seconds,
    peakMB: peakMemory / 1e6,
  };
}

/** Writes the example in Relata's format, repeated until the file has this many megabytes. */
function writeInput(folder, megabytes) {
  const one = join(folder, "one.jsonl");
  convert(at("../examples/annotations.jsonlines"), one, "relata");
  const lines = readFileSync(one);
  const input = join(folder, "input.jsonl");
  const file = openSync(input, "w");
  for (let written = 0; written < megabytes * 1e6; written += lines.length) writeSync(file, lines);
  closeSync(file);
  return input;
}

export function run({ runs, megabytes, old }) {
  const folder = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const input = writeInput(folder, megabytes);
    const annotto = join(folder, "annotto.jsonlines");
    const back = join(folder, "back.jsonl");
    const sides = [
      { root: undefined, suffix: "" },
      ...(old === undefined ? [] : [{ root: resolve(old), suffix: oldSide }]),
    ];
    const rows = sides.flatMap(({ suffix }) => [
      { name: `${there}${suffix}`, results: [] },
      { name: `${andBack}${suffix}`, results: [] },
    ]);
    const resultsOf = (name) => rows.find((row) => row.name === name).results;
    for (let i = 0; i < runs; i++) {
      for (const { root, suffix } of i % 2 === 0 ? sides : sides.toReversed()) {
        resultsOf(`${there}${suffix}`).push(convert(input, annotto, "annotto", root));
        resultsOf(`${andBack}${suffix}`).push(convert(annotto, back, "relata", root));
        if (statSync(back).size !== statSync(input).size) throw new Error("not the same there and back");
      }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const failures = (rows) =>
  rows.flatMap(({ name, results }) => {
    if (name.endsWith(oldSide)) return [];
    const peak = Math.max(...results.map(({ peakMB }) => peakMB));
    const large = peak <= maxPeakMB ? [] : [`${name} took ${peak.toFixed(0)} MB of memory, over ${maxPeakMB}`];
    const old = rows.find((row) => row.name === `${name}${oldSide}`);
    const medianOf = (row, column) => median(row.results.map((one) => one[column]));
    const slower = ["CPU seconds", "peakMB"].flatMap((column) => {
      const ratio = old === undefined ? 0 : medianOf({ results }, column) / medianOf(old, column);
      return ratio <= maxRatio ? [] : [`${name}: ${column} ${ratio.toFixed(2)} times those of --old, over ${maxRatio}`];
    });
    return [...large, ...slower];
  });
