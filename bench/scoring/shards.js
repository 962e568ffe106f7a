// CPU seconds of shards of several sizes by a model of yours, on one thread, for growth.js:
//     node bench/scoring/shards.js MODEL --name relata-mini --store bench/scoring/measured/relata-mini.json [--rows 64,64,128,128]
// The texts are those of corpus.js: of 22 to 66 characters with two entities, so two pairs each.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planScoring } from "../../dist/index.js";
import { readManifest } from "../../dist/scoring/manifest.js";
import { scoreShard } from "../../dist/scoring/score-shard.js";
import { ScoringThread } from "../../dist/scoring/scoring-thread.js";
import { writeCorpus } from "./corpus.js";

const { values, positionals } = parseArgs({
  options: {
    name: { type: "string", default: "" },
    rows: { type: "string", default: "64,64,128,128" },
    store: { type: "string" },
  },
  allowPositionals: true,
});
const [model] = positionals;
if (!model) {
  process.stderr.write("Name the folder of a model: node bench/scoring/shards.js MODEL\n");
  process.exit(64);
}
const counts = values.rows.split(",").map(Number);
const folder = mkdtempSync(join(tmpdir(), "relata-shards-"));
try {
  const inputs = counts.map((rows, i) => {
    const path = join(folder, `${i}.jsonl`);
    writeCorpus(path, rows, { poison: false });
    return path;
  });
  const run = join(folder, "run");
  await planScoring(model, inputs, { output: run, shardRows: 64 * Math.ceil(Math.max(...counts) / 64) }).result;
  const plan = await readManifest(run);
  const [opened] = await ScoringThread.openAll(plan, 1, { threads: 1 });
  const shards = [];
  try {
    await opened.answer([{ text: "I read it.", entities: [{ start: 0, end: 1 }, { start: 7, end: 9 }] }]); // prettier-ignore
    for (const [i, { rows, start, end }] of plan.shards.entries()) {
      const before = process.cpuUsage();
      const part = await scoreShard(run, plan, i, opened);
      const { user, system } = process.cpuUsage(before);
      shards.push({
        rows,
        seconds: (user + system) / 1e6,
        wall: part.seconds,
        bytesIn: end - start,
        bytes: part.bytes,
      });
      process.stdout.write(`${rows} rows: ${shards.at(-1).seconds.toFixed(2)} CPU s, ${part.seconds.toFixed(2)} s\n`);
    }
  } finally {
    await opened.close();
  }
  const machine = `one thread of ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  const stored = { model: values.name, machine, shards };
  if (values.store) writeFileSync(values.store, `${JSON.stringify(stored, null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
