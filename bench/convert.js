// How fast annotation files are brought into another format, and how much memory that takes however long they are:
//     npm run bench -- convert [--megabytes 1024] [--runs 3]
// The bundled example over and over, from Relata's own format to Annotto's and back, each time in a process of its own.
// Exit code 1 if memory goes over 300 MB.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const preload = new URL("report-peak.js", import.meta.url).href;
const maxPeakMB = 300;

export const title = "relata data convert";
export const subject = "from and to";

/** Converts and returns seconds, rate and memory; sizes are in megabytes of 10^6 bytes. */
function convert(input, output, to) {
  const args = ["--import", preload, at("../bin/relata.js"), "data", "convert", input, output, "--to", to];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, "--overwrite", "--json"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`relata data convert ended with exit code ${status}: ${stderr.slice(-2000)}`);
  const { seconds, documents } = JSON.parse(stdout);
  const { peakMemory } = JSON.parse(stderr.trim().split("\n").at(-1));
  const megabytes = statSync(input).size / 1e6;
  return { MB: megabytes, documents, seconds, "MB/s": megabytes / seconds, peakMB: peakMemory / 1e6 };
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

export function run({ runs, megabytes }) {
  const folder = mkdtempSync(join(tmpdir(), "relata-bench-"));
  try {
    const input = writeInput(folder, megabytes);
    const annotto = join(folder, "annotto.jsonlines");
    const rows = [
      { name: "relata → annotto", results: [] },
      { name: "annotto → relata", results: [] },
    ];
    for (let i = 0; i < runs; i++) {
      rows[0].results.push(convert(input, annotto, "annotto"));
      rows[1].results.push(convert(annotto, join(folder, "back.jsonl"), "relata"));
    }
    if (statSync(join(folder, "back.jsonl")).size !== statSync(input).size)
      throw new Error("not the same there and back");
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const failures = (rows) =>
  rows.flatMap(({ name, results }) => {
    const peak = Math.max(...results.map(({ peakMB }) => peakMB));
    return peak <= maxPeakMB ? [] : [`${name} took ${peak.toFixed(0)} MB of memory, over ${maxPeakMB}`];
  });
