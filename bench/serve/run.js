// `npm run bench:serve`: what the server promises, measured on the program as users start it (docs/serving.md). The clients run on the same
// machine. S13 and S14, conformance to the inference protocol and to /openapi.json, are tests (test/server).
//   npm run bench:serve                     all but the soak, with luke-mini
//   npm run bench:serve -- speed fuzz       some of them
//   --model FOLDER   another model; --data FILE   other documents; --seconds, --runs, --repeats, --requests, --mixes, --count, --minutes, --rate   how much of each
//   --json           one JSON object a line
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCorpus } from "../../dist/index.js";
import { fuzz, slowClients } from "./hostile.js";
import { invariance } from "./invariance.js";
import { crashes, reloads, restarts, stops } from "./lifecycle.js";
import { deadlines, overload } from "./overload.js";
import { root } from "./server.js";
import { soak } from "./soak.js";
import { overhead, saturation } from "./speed.js";

const benches = {
  invariance,
  fuzz,
  slow: slowClients,
  stops,
  reloads,
  crashes,
  deadlines,
  restarts,
  overload,
  saturation,
  overhead,
  soak,
};
const groups = { lifecycle: ["stops", "reloads", "crashes", "restarts"], speed: ["saturation", "overhead"] };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string" },
    data: { type: "string", default: join(root, "examples/annotations.jsonlines") },
    seconds: { type: "string", default: "20" },
    runs: { type: "string", default: "3" },
    repeats: { type: "string", default: "50" },
    requests: { type: "string", default: "100000" },
    minutes: { type: "string", default: "30" },
    mixes: { type: "string", default: "1000" },
    count: { type: "string", default: "300" },
    rate: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const wanted =
  positionals.length > 0
    ? positionals.flatMap((name) => groups[name] ?? [name])
    : Object.keys(benches).filter((name) => name !== "soak");
const unknown = wanted.find((name) => !(name in benches));
if (unknown !== undefined)
  throw new Error(`no bench is called ${unknown}; there are ${Object.keys(benches).join(", ")}`);

let { model } = values;
if (model === undefined) {
  model = join(root, "runs/bench-serve");
  if (!existsSync(join(model, "relata.json"))) {
    const args = [
      "train",
      values.data,
      "--model",
      "luke-mini",
      "--max-steps",
      "3",
      "--threads",
      "1",
      "--output",
      model,
    ];
    execFileSync(process.execPath, [join(root, "bin/relata.js"), ...args, "--overwrite"], { stdio: "ignore" });
  }
}
const { documents: read } = await readCorpus(values.data);
const documents = read
  .filter(({ entities }) => entities.length >= 2 && entities.length <= 6)
  .map(({ text, entities }) => ({ text, entities: entities.map(({ start, end, type }) => ({ start, end, type })) }));
const count = (name) => Number(values[name]);
const context = {
  model,
  documents,
  seconds: count("seconds"),
  runs: count("runs"),
  repeats: count("repeats"),
  requests: count("requests"),
  minutes: count("minutes"),
  count: count("count"),
  mixes: count("mixes"),
  rate: count("rate"),
};

const machine = `${cpus()[0].model.trim()}, ${cpus().length} threads, Node ${process.version}`;
if (!values.json) process.stdout.write(`${machine}; ${documents.length} documents; model ${model}\n\n`);
for (const name of wanted) {
  const load = loadavg()[0];
  for (const { more = [], ...row } of await benches[name](context)) {
    if (values.json) process.stdout.write(`${JSON.stringify({ ...row, more, load, machine })}\n`);
    else
      process.stdout.write(
        `${row.holds ? "holds " : "MISSED"}  ${row.name} (${row.target}): ${row.figure}. Load of the machine before: ${load.toFixed(1)}\n${more.map((line) => `          ${line}\n`).join("")}`,
      );
    if (!row.holds) process.exitCode = 1;
  }
}
