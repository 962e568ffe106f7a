// Hours, machines and money of a larger run, by the measured costs of a smaller one:
//     node bench/scoring/growth.js FOLDER [--rows 1e9] [--workers-per-machine 1] [--price 0.40] [--hours 24]
// FOLDER is a run whose shards are done. Time is fitted over its shards as seconds = opening + seconds for a row x rows, by
// least squares; bytes are means. --price is that of one machine for an hour, --hours the time in which all is to be done.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: {
    rows: { type: "string", default: "1e9" },
    "workers-per-machine": { type: "string", default: "1" },
    price: { type: "string", default: "0.40" },
    hours: { type: "string", default: "24" },
  },
  allowPositionals: true,
});
const [folder] = positionals;
if (!folder) {
  process.stderr.write("Name the folder of a run whose shards are done: node bench/scoring/growth.js FOLDER\n");
  process.exit(64);
}
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const plan = json(join(folder, "manifest.json"));
const parts = join(folder, "parts");
const done = readdirSync(parts)
  .filter((name) => name.endsWith(".done.json"))
  .map((name) => json(join(parts, name)));

const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
const rows = sum(done, (part) => part.rows + part.rejects);
if (rows === 0) throw new Error(`${folder} has no shard that is done.`);

/** Seconds of a shard before its first row, and for each row. */
function fit() {
  const mean = (of) => sum(done, of) / done.length;
  const [x, y] = [mean((part) => part.rows), mean((part) => part.seconds)];
  const spread = sum(done, (part) => (part.rows - x) ** 2);
  const each = spread === 0 ? y / x : sum(done, (part) => (part.rows - x) * (part.seconds - y)) / spread;
  return each > 0 && y - each * x > 0 ? { fixed: y - each * x, each } : { fixed: 0, each: y / x };
}

const { fixed, each } = fit();
const wanted = Number(values.rows);
const shardRows = Math.max(...plan.shards.map((shard) => shard.rows));
const shards = Math.ceil(wanted / shardRows);
const workerHours = (shards * fixed + wanted * each) / 3600;
const machineHours = workerHours / Number(values["workers-per-machine"]);
const machines = Math.ceil(machineHours / Number(values.hours));
const bytesOf = (of) => (wanted * of) / 1e9;
const inputBytes = sum(plan.shards, (shard) => shard.end - shard.start) / sum(plan.shards, (shard) => shard.rows);
const planBytes = statSync(join(folder, "manifest.json")).size / plan.shards.length;

const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
const lines = [
  [
    "measured",
    `${number(rows)} rows in ${number(done.length)} shards, ${number(sum(done, (part) => part.seconds))} s of one worker`,
  ],
  ["fitted", `${fixed.toFixed(3)} s a shard + ${(1000 * each).toFixed(3)} ms a row`],
  ["wanted", `${number(wanted)} rows in ${number(shards)} shards of ${number(shardRows)}`],
  ["work", `${number(workerHours)} hours of one worker, ${number(machineHours)} of one machine`],
  ["machines", `${number(machines)} for ${values.hours} hours`],
  ["money", `${number(machineHours * Number(values.price))} at ${values.price} for a machine and hour`],
  ["input, output", `${number(bytesOf(inputBytes))} GB, ${number(bytesOf(sum(done, (part) => part.bytes) / rows))} GB`],
  ["files", `${number(3 * shards)} in parts/, of a part three; a plan of ${number((shards * planBytes) / 1e6)} MB`],
];
process.stdout.write(`| ${folder} | |\n| --- | --- |\n${lines.map((line) => `| ${line.join(" | ")} |\n`).join("")}`);
