// Bulk scoring by a queue, while everything that takes part is killed at random:
//     npm run bench -- scoring [--documents 100000] [--queue-kills 20] [--memory-rows 100000]
// Three workers (in network namespaces, where root may make them) and a producer share a Redis with an append-only file;
// workers, producer and Redis are killed by SIGKILL and started again. The output must hold every row once, in order, with
// the bytes of one undisturbed process, and the rejects all rows of poison and no other. Without kills, the CPU time of the
// workers is compared with that of as many processes that share the shards without a queue. Then the memory of one process,
// of a thousand rows and of many, its heap held small, so that what V8 has not collected yet does not count. Needs redis-server (or valkey-server) in the PATH.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { model, writeCorpus } from "./scoring/corpus.js";
import { makeHosts } from "./scoring/hosts.js";
import { Kept } from "./scoring/keeper.js";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const preload = {
  cpu: ["--require", at("report-cpu.cjs")],
  peak: ["--import", new URL("report-peak.js", import.meta.url).href],
};
const heap = ["--max-old-space-size=96"];
const port = 17391;
const lockSeconds = 5;
const workerCount = 3;

export const title = "bulk scoring by a queue";
export const subject = "run";

const relata = (args, flags = []) => [process.execPath, ...flags, at("../bin/relata.js"), "score", ...args];

/** Runs a command to its end; returns what its preload reports, and the seconds. */
function ended(command, env = {}) {
  const started = performance.now();
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0)
        return reject(new Error(`${args.join(" ")} ended with exit code ${code}: ${stderr.slice(-2000)}`));
      const reports = stderr.split("\n").filter((line) => line.startsWith("{"));
      resolve(
        Object.assign({ seconds: (performance.now() - started) / 1000 }, ...reports.map((one) => JSON.parse(one))),
      );
    });
  });
}

const filesOf = (folder) =>
  ["predictions.jsonl", "rejects.jsonl"].map((name) => readFileSync(join(folder, name), "utf8"));

/** Plans a run of its own over the same input, which has the same id wherever its folder is. */
async function planned(folder, input, shardRows) {
  await ended(
    relata(["plan", model, input, "--format", "relata", "--output", folder, "--shard-rows", String(shardRows)]),
  );
  return folder;
}

async function committed(folder) {
  await ended(relata(["commit", folder]));
  return filesOf(folder);
}

class Place {
  folder = mkdtempSync(join(tmpdir(), "relata-scoring-"));
  net = makeHosts(workerCount);
  /** Some fifty shards of a few thousand documents, and no more than a thousand in each of many. */
  shardRows;
  url = `redis://${this.net.address}:${port}`;

  constructor(documents) {
    this.shardRows = Math.min(1024, 256 * Math.ceil(documents / 12_800));
  }

  path(name) {
    return join(this.folder, name);
  }

  redis() {
    const dir = this.path("redis");
    mkdirSync(dir, { recursive: true });
    const isThere = (name) => spawnSync(name, ["--version"]).status === 0;
    const server = ["redis-server", "valkey-server"].find(isThere);
    if (!server) throw new Error("redis-server is not installed: apt-get install redis-server");
    const flags = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--protected-mode", "no"];
    return [server, "--port", String(port), "--bind", this.net.address, "--dir", dir, ...flags];
  }

  worker(i, flags = [], args = []) {
    const queue = ["--queue", this.url, "--threads", "1", "--lock-seconds", String(lockSeconds)];
    return this.net.hosts[i].command(relata(["worker", ...queue, ...args], flags));
  }

  remove() {
    this.net.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Kills one process after the other at random, until a number of kills or the end of the run. */
async function killAtRandom(victims, kills, isOver) {
  const counts = {};
  for (let done = 0; done < kills && !isOver(); done++) {
    await pause(1500 + Math.random() * 4000);
    if (isOver()) break;
    // The first round meets every one of them.
    const names = Object.keys(victims);
    const name = done < names.length ? names[done] : names[Math.floor(Math.random() * names.length)];
    victims[name].kill();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function disturbed(place, input, kills) {
  const folder = await planned(place.path("disturbed"), input, place.shardRows);
  const started = performance.now();
  const redis = new Kept(place.redis());
  const workers = Array.from({ length: workerCount }, (_, i) => new Kept(place.worker(i)));
  // Where the queue cannot be reached or shards failed for the time being, the same command goes on.
  const producer = new Kept(relata(["run", folder, "--queue", place.url]), { isDone: (code) => code !== 75 });
  let isOver = false;
  const named = Object.fromEntries(workers.map((worker, i) => [`worker ${i}`, worker]));
  const killing = killAtRandom({ ...named, producer, redis }, kills, () => isOver);
  const { code, said } = await producer.ended;
  const seconds = (performance.now() - started) / 1000;
  isOver = true;
  const counts = await killing;
  await Promise.all([...workers, redis].map((one) => one.stop()));
  if (code !== 0) throw new Error(`the producer ended with exit code ${code}: ${said}`);
  return { files: await committed(folder), seconds, counts };
}

/** The CPU time of processes that share the shards by --tasks. */
async function withoutQueue(place, input) {
  const folder = await planned(place.path("tasks"), input, place.shardRows);
  const flags = ["run", folder, "--threads", "1", "--shard-from-env", "--tasks", String(workerCount)];
  const tasks = Array.from({ length: workerCount }, (_, i) =>
    ended(relata(flags, preload.cpu), { JOB_COMPLETION_INDEX: String(i) }),
  );
  return (await Promise.all(tasks)).reduce((sum, one) => sum + one.cpuSeconds, 0);
}

async function undisturbed(place, input) {
  const folder = await planned(place.path("undisturbed"), input, place.shardRows);
  const redis = new Kept(place.redis());
  try {
    const producing = ended(relata(["run", folder, "--queue", place.url]));
    await pause(2000);
    const working = Array.from({ length: workerCount }, (_, i) =>
      ended(place.worker(i, preload.cpu, ["--until-empty"])),
    );
    const workers = await Promise.all(working);
    await producing;
    return { files: await committed(folder), cpuSeconds: workers.reduce((sum, one) => sum + one.cpuSeconds, 0) };
  } finally {
    await redis.stop();
  }
}

const measured = ({ cpuSeconds, seconds, peakMemory }) => ({
  "CPU s": cpuSeconds,
  s: seconds,
  peakMB: peakMemory / 1e6,
});
const isSame = (a, b) => a.every((text, i) => text === b[i]);

export async function run({ documents: count = 100_000, queueKills, memoryRows }) {
  const place = new Place(count);
  try {
    const input = place.path("rows.jsonl");
    const poison = writeCorpus(input, count);
    const single = await planned(place.path("single"), input, place.shardRows);
    const one = await ended(relata(["run", single, "--threads", "1"], [...preload.cpu, ...preload.peak]));
    const expected = await committed(single);
    const rejects = expected[1].split("\n").length - 1;
    const answers = expected[0].split("\n").length - 1;
    if (rejects !== poison || answers !== count - poison)
      throw new Error(`one process: ${answers} answers and ${rejects} rejects of ${count} rows, ${poison} of poison`);
    const alone = await withoutQueue(place, input);
    const calm = await undisturbed(place, input);
    const wild = await disturbed(place, input, queueKills);
    const killed = Object.values(wild.counts).reduce((sum, n) => sum + n, 0);
    const share = alone / calm.cpuSeconds;
    process.stderr.write(`killed: ${JSON.stringify(wild.counts)}, in ${place.net.kind}\n`);
    const table = [
      {
        name: "one process",
        results: [{ rows: count, rejects, kills: 0, same: 1, share: alone / one.cpuSeconds, ...measured(one) }],
      },
      { name: `${workerCount} processes, no queue`, results: [{ rows: count, "CPU s": alone, share: 1 }] },
      {
        name: `${workerCount} workers`,
        results: [{ rows: count, "CPU s": calm.cpuSeconds, share, same: Number(isSame(calm.files, expected)) }],
      },
      {
        name: `${workerCount} workers, killed`,
        results: [{ rows: count, s: wild.seconds, kills: killed, same: Number(isSame(wild.files, expected)) }],
      },
    ];
    for (const size of memoryRows > 0 ? [1000, memoryRows] : []) table.push(await memory(place, size));
    return table;
  } finally {
    place.remove();
  }
}

/** The highest memory of one process that scores so many rows. */
async function memory(place, size) {
  const input = place.path(`memory-${size}.jsonl`);
  writeCorpus(input, size, { poison: false });
  const folder = await planned(place.path(`memory-${size}`), input, 1024);
  const { seconds, peakMemory } = await ended(relata(["run", folder, "--threads", "1"], [...heap, ...preload.peak]));
  return { name: "memory of one process", results: [{ rows: size, s: seconds, peakMB: peakMemory / 1e6 }] };
}

export function failures(rows) {
  const found = [];
  const of = (name) => rows.find((row) => row.name === name).results[0];
  for (const name of [`${workerCount} workers`, `${workerCount} workers, killed`])
    if (of(name).same !== 1) found.push(`${name}: the output is not that of one process`);
  const share = of(`${workerCount} workers`).share;
  if (share < 0.95)
    found.push(
      `${workerCount} workers do ${(100 * share).toFixed(0)} % of processes without a queue for a second of CPU, under 95 %`,
    );
  const [few, many] = rows.filter(({ name }) => name.startsWith("memory")).map(({ results }) => results[0].peakMB);
  if (many > 1.2 * few)
    found.push(`${many.toFixed(0)} MB of memory for many rows, and ${few.toFixed(0)} for a thousand`);
  return found;
}
