// Benches, apart from the tests: `npm run bench`, or `npm run bench -- quickstart --runs 5`. Prints Markdown: medians of
// runs taken in turns within one call, with the least and the greatest, since machines are shared and noisy.
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import * as quickstart from "./quickstart.js";

const benches = { quickstart };
const { values, positionals } = parseArgs({
  options: { runs: { type: "string", default: "3" } },
  allowPositionals: true,
});
const wanted = positionals.length > 0 ? positionals : Object.keys(benches);

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return `${number(median)} (${number(sorted[0])} to ${number(sorted.at(-1))})`;
}

const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`;
process.stdout.write(`${machine}\n`);
for (const name of wanted) {
  const bench = benches[name];
  if (!bench) {
    process.stderr.write(`There is no bench "${name}"; there are: ${Object.keys(benches).join(", ")}.\n`);
    process.exit(64);
  }
  const rows = bench.run({ runs: Number(values.runs) });
  const columns = Object.keys(rows[0].results[0]);
  process.stdout.write(
    `\n## ${bench.title}\n\n| threads | ${columns.join(" | ")} |\n| --- |${" --- |".repeat(columns.length)}\n`,
  );
  for (const { threads, results } of rows) {
    process.stdout.write(
      `| ${threads} | ${columns.map((column) => spread(results.map((result) => result[column]))).join(" | ")} |\n`,
    );
  }
}
