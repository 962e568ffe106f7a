// Peak memory and time of the stages of bulk scoring, by the number of rows, each stage in a process of its own:
//     node bench/scoring/memory.js [--rows 1e4,1e5,1e6] [--only "commit"] [--store bench/scoring/measured/stages.json]
// A stand-in answers at once in the place of a model, so that what is measured is reading, cutting, writing and joining;
// planning opens the real model of 92 kB once. --store keeps the figures for growth.js. CPU seconds are those of all
// threads, and hold on a machine that does other work too.
import { spawnSync } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stageFile } from "../../dist/files/atomic-file.js";
import { commitScoring, planScoring } from "../../dist/index.js";
import { readManifest } from "../../dist/scoring/manifest.js";
import { ParquetOutput } from "../../dist/scoring/parquet-output.js";
import { scoreShard } from "../../dist/scoring/score-shard.js";
import { peakMemory } from "../peak-memory.js";
import { model, writeCorpus } from "./corpus.js";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1e4,1e5,1e6" },
    store: { type: "string" },
    stage: { type: "string" },
    only: { type: "string", default: "" },
  },
  allowPositionals: true,
});

const answerOf = ({ id, text, entities }) => ({
  id,
  text,
  entities: entities.map((entity) => ({ ...entity, text: text.slice(entity.start, entity.end) })),
  relations: [{ head: 0, tail: 1, label: "OWNS", probability: 0.7, probabilities: { OWNS: 0.7, NO_REL: 0.3 } }],
});
const standIn = { finds: false, answer: async (texts) => texts.map(answerOf) };

/** The stages, in their order; `of` names the file whose bytes are given, `needs` the stages that have to come before. */
const stages = {
  "plan JSON Lines": {
    run: (at) => planScoring(model, at("rows.jsonl"), { output: at("run") }).result,
    of: "rows.jsonl",
  },
  "score by a stand-in": {
    run: async (at) => {
      const plan = await readManifest(at("run"));
      for (const shard of plan.shards.keys()) await scoreShard(at("run"), plan, shard, standIn);
    },
    of: "rows.jsonl",
    needs: ["plan JSON Lines"],
  },
  "commit JSON Lines": {
    run: (at) => commitScoring(at("run")).result,
    of: "run/predictions.jsonl",
    needs: ["plan JSON Lines", "score by a stand-in"],
  },
  "commit Parquet": {
    run: (at) => commitScoring(at("run"), { to: at("answers.parquet") }).result,
    of: "answers.parquet",
    needs: ["plan JSON Lines", "score by a stand-in"],
  },
  "plan Parquet": {
    run: (at) => planScoring(model, at("rows.parquet"), { output: at("other") }).result,
    of: "rows.parquet",
  },
  "plan Parquet of one row group": {
    run: (at) => planScoring(model, at("whole.parquet"), { output: at("third") }).result,
    of: "whole.parquet",
  },
};

if (values.stage !== undefined) {
  const folder = process.argv.at(-1);
  const started = performance.now();
  await stages[values.stage].run((name) => join(folder, name));
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    JSON.stringify({ seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, mib: peakMemory() / 2 ** 20 }),
  );
  process.exit(0);
}

/** The rows as Parquet too, as objects for entities, in the row groups of Relata or in one, as pyarrow writes up to 2^20 rows. */
async function writeParquet(from, to, size) {
  const staged = await stageFile(to, async (sink) => {
    const output = await ParquetOutput.open(sink, size);
    for await (const line of createInterface({ input: createReadStream(from) })) {
      const row = JSON.parse(line);
      row.entities = row.entities.map(([start, end, type]) => ({ start, end, type }));
      await output.write(Buffer.from(`${JSON.stringify(row)}\n`));
    }
    await output.close();
  });
  await staged.commit();
}

function store() {
  if (!values.store) return;
  mkdirSync(dirname(values.store), { recursive: true });
  const machine = `${cpus().length} x ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
  writeFileSync(values.store, `${JSON.stringify({ machine, measured }, null, 1)}\n`);
}

const wanted = Object.keys(stages).filter((stage) => stage.includes(values.only));
const needed = new Set(wanted.flatMap((stage) => [stage, ...(stages[stage].needs ?? [])]));

const counts = values.rows.split(",").map(Number);
const measured = [];
process.stdout.write(
  "| rows | stage | bytes | wall, s | CPU, s | peak, MiB |\n| --- | --- | --- | --- | --- | --- |\n",
);
for (const rows of counts) {
  const folder = mkdtempSync(join(tmpdir(), "relata-memory-"));
  try {
    writeCorpus(join(folder, "rows.jsonl"), rows, { poison: false });
    const inputs = wanted.map((stage) => stages[stage].of);
    if (inputs.includes("rows.parquet")) await writeParquet(join(folder, "rows.jsonl"), join(folder, "rows.parquet"));
    if (inputs.includes("whole.parquet"))
      await writeParquet(join(folder, "rows.jsonl"), join(folder, "whole.parquet"), {
        rows: Infinity,
        bytes: Infinity,
      });
    for (const [stage, { of }] of Object.entries(stages)) {
      if (!needed.has(stage)) continue;
      const args = [fileURLToPath(import.meta.url), "--stage", stage, folder];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`${stage} of ${rows} rows failed: ${stderr}`);
      if (!wanted.includes(stage)) continue;
      const figures = { rows, stage, bytes: statSync(join(folder, of)).size, ...JSON.parse(stdout) };
      measured.push(figures);
      store(); // after each, since the last take long
      const { bytes, seconds, cpu, mib } = figures;
      process.stdout.write(
        `| ${rows} | ${stage} | ${bytes} | ${seconds.toFixed(1)} | ${cpu.toFixed(1)} | ${mib.toFixed(0)} |\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
