// Measures the cost of many labels in a whole run: training, its evaluations, its tables and report, on the same texts and pairs with few
// labels and with many. The head grows with the labels; the rest should hardly grow.
//     npm run bench -- many-labels [--runs 3]
// CPU seconds are compared, since machines are shared. Exit code 1 if 400 labels take more than 1.3 times as long as 4, or if
// the extra time of 1600 labels is more than 6 times that of 400; linear cost gives 4 times.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./history.js";
import { median } from "./statistics.js";

export const title = "What many labels cost";
export const subject = "labels";

const counts = [4, 400, 1600];
const documents = 200;
const entitiesPerDocument = 6;

/** The same texts whatever the number of labels, each label as often as any other. */
function corpus(labels) {
  let related = 0;
  const lines = Array.from({ length: documents }, (_, d) => {
    const words = Array.from({ length: entitiesPerDocument }, (_, e) => `word${(7 * d + 13 * e) % 90}`);
    const starts = words.map((_, e) => words.slice(0, e).reduce((sum, word) => sum + word.length + 5, 0));
    const entities = words.map((word, e) => ({ start: starts[e], end: starts[e] + word.length, type: `T${e % 3}` }));
    const relations = words.slice(1).map((_, e) => ({ head: e, tail: e + 1, label: `L${related++ % labels}` }));
    return JSON.stringify({ id: `d${d}`, text: words.join(" and "), entities, relations });
  });
  return `${lines.join("\n")}\n`;
}

export function run({ runs, threads }) {
  const place = mkdtempSync(join(tmpdir(), "relata-many-labels-"));
  try {
    const rows = counts.map((labels) => {
      const file = join(place, `${labels}.jsonl`);
      writeFileSync(file, corpus(labels));
      return { name: String(labels), file, results: [] };
    });
    for (let i = 0; i < runs; i++)
      for (const row of rows) row.results.push(once(row.file, join(place, "model"), threads));
    return rows.map(({ name, results }) => ({ name, results }));
  } finally {
    rmSync(place, { recursive: true });
  }
}

function once(file, output, threads) {
  const flags = [
    "--output",
    output,
    "--overwrite",
    "--model",
    "luke-mini",
    "--max-steps",
    "20",
    "--threads",
    String(threads),
  ];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", join(root, "bench/report-cpu.cjs"), join(root, "bin/relata.js"), "train", file, ...flags],
    {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(`training ended with exit code ${status}: ${stderr.slice(-500)}`);
  const { cpuSeconds } = JSON.parse(stderr.trim().split("\n").at(-1));
  return {
    "CPU seconds": cpuSeconds,
    seconds: (performance.now() - started) / 1000,
    "lines printed": `${stdout}${stderr}`.split("\n").length - 2,
  };
}

export function failures(rows) {
  const [few, many, most] = rows.map(({ results }) => median(results.map((one) => one["CPU seconds"])));
  const failed = [];
  if (many > 1.3 * few) failed.push(`400 labels take ${(many / few).toFixed(2)} times as long as 4, more than 1.3`);
  if (most > 1.3 * few && most - few > 6 * Math.max(many - few, 0.05 * few))
    failed.push(`1600 labels cost ${((most - few) / (many - few)).toFixed(1)} times the extra of 400: not linear`);
  return failed;
}
