// Hours, machines and money of a larger run, by the measured costs of a smaller one:
//     node bench/scoring/growth.js MEASURED [--rows 1e9] [--shard-rows 65536] [--workers-per-machine 1] [--price 0.40] [--hours 24] [--stages FILE]
// MEASURED is the folder of a run whose shards are done, or a file of shards.js. Time is fitted over its shards as seconds = opening
// + seconds for a row x rows, by least squares; bytes are means. --price is that of one machine for an hour, --hours the time in
// which all is to be done. --stages is a file of memory.js: planning and committing, which one process does, grow with rows.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: {
    rows: { type: "string", default: "1e9" },
    "shard-rows": { type: "string", default: "65536" },
    "workers-per-machine": { type: "string", default: "1" },
    price: { type: "string", default: "0.40" },
    hours: { type: "string", default: "24" },
    stages: { type: "string", default: fileURLToPath(new URL("measured/stages.json", import.meta.url)) },
  },
  allowPositionals: true,
});
const [source] = positionals;
if (!source) {
  process.stderr.write("Name the folder of a run, or a file of shards.js: node bench/scoring/growth.js MEASURED\n");
  process.exit(64);
}
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
const json = (path) => JSON.parse(readFileSync(path, "utf8"));

function ofRun(folder) {
  const plan = json(join(folder, "manifest.json"));
  const parts = join(folder, "parts");
  const shards = readdirSync(parts)
    .filter((name) => name.endsWith(".done.json"))
    .map((name) => json(join(parts, name)))
    .map(({ shard, rows, rejects, seconds, bytes }) => {
      const { start, end } = plan.shards[shard];
      return { rows: rows + rejects, seconds, bytes, bytesIn: end - start };
    });
  return { shards, planBytes: sum(plan.shards, (shard) => JSON.stringify(shard).length + 6) / plan.shards.length };
}

const { shards: done, planBytes } = statSync(source).isDirectory() ? ofRun(source) : json(source);
const rows = sum(done, (part) => part.rows);
if (rows === 0) throw new Error(`${source} has no shard that is done.`);

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
const shardRows = Number(values["shard-rows"]);
const shards = Math.ceil(wanted / shardRows);
const workerHours = (shards * fixed + wanted * each) / 3600;
const machineHours = workerHours / Number(values["workers-per-machine"]);
const machines = Math.ceil(machineHours / Number(values.hours));
const gigabytes = (of) => (wanted * sum(done, of)) / rows / 1e9;

/** Hours of one process for a stage: the seconds for each further row, between the smallest and the largest measurement. */
function hoursOf(stage) {
  const points = json(values.stages).measured.filter((one) => one.stage === stage);
  points.sort((a, b) => a.rows - b.rows);
  const [first, last] = [points[0], points.at(-1)];
  const hours = ((wanted / (last.rows - first.rows)) * (last.cpu - first.cpu)) / 3600;
  return hours > 0 ? `${number(hours)} hours of one process` : "less than the measurement tells from nothing";
}

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
  ["input, output", `${number(gigabytes((part) => part.bytesIn))} GB, ${number(gigabytes((part) => part.bytes))} GB`],
  ["files", `${number(3 * shards)} in parts/, of a part three`],
];
if (planBytes !== undefined) lines.push(["plan", `${number((shards * planBytes) / 1e6)} MB`]);
if (existsSync(values.stages))
  for (const stage of ["plan JSON Lines", "plan Parquet", "commit JSON Lines", "commit Parquet"])
    lines.push([stage, hoursOf(stage)]);
process.stdout.write(`| ${source} | |\n| --- | --- |\n${lines.map((line) => `| ${line.join(" | ")} |\n`).join("")}`);
