import { Interrupted } from "../errors.ts";
import { PredictionChunk } from "../model/tasks/prediction-chunks.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import { answerEach } from "./answering.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { ScoringThread } from "./scoring-thread.ts";
import type { ScoreRunConfig } from "./settings.ts";
import { shardRows } from "./shard-rows.ts";
import { shardsOfTask } from "./shards-of-task.ts";

/** Rows that are tried, and from how many shards at most. */
const sampleRows = 100;
const sampleShards = 10;

/** The time and cost of the whole, by a sample. */
export interface ScoringEstimate {
  readonly sampled: number;
  readonly rejects: number;
  /** Rows in a second, by all workers of this machine together. */
  readonly rate: number;
  readonly workers: number;
  /** Rows of the shards that this process would score. */
  readonly rows: number;
  readonly seconds: number;
  /** By the price of this machine for an hour. */
  readonly cost: number | undefined;
  readonly costPerMillion: number | undefined;
}

/**
 * Scores 100 rows from all over the input with all workers at once, writes nothing, and estimates the time of the whole.
 * Opening the model is not counted, which happens once.
 */
export async function estimate(
  folder: string,
  config: ScoreRunConfig,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ScoringEstimate> {
  const plan = await readManifest(folder);
  const wanted = shardsOfTask(plan, config, env);
  const models = await ScoringThread.openAll(plan, config.workers, { ...config, signal });
  try {
    const { texts, rejects } = await sample(folder, plan, wanted, models[0]!.finds);
    const chunks = chunksOf(texts, plan.options.maxPairs);
    // The first call of a session takes longer than others.
    if (texts.length > 0) await Promise.all(models.map((model) => answerEach(model, texts.slice(0, 1))));
    const started = performance.now();
    const counts = await Promise.all(
      models.map(async (model) => {
        let failed = 0;
        for (const chunk of chunks) {
          if (signal.aborted) throw new Interrupted("stopped");
          failed += (await answerEach(model, chunk)).filter(({ answer }) => answer === undefined).length;
        }
        return failed;
      }),
    );
    const took = (performance.now() - started) / 1000;
    const sampled = texts.length + rejects;
    const rate = (sampled * models.length) / Math.max(1e-9, took);
    const rows = wanted.reduce((sum, shard) => sum + plan.shards[shard]!.rows, 0);
    const seconds = rows / rate;
    const { price } = config;
    const costOf = (time: number): number | undefined => (price === undefined ? undefined : (price * time) / 3600);
    return {
      sampled,
      rejects: rejects + counts[0]!,
      rate,
      workers: models.length,
      rows,
      seconds,
      cost: costOf(seconds),
      costPerMillion: costOf(1e6 / rate),
    };
  } finally {
    await Promise.all(models.map((model) => model.close()));
  }
}

/** The first rows of shards that are spread evenly. */
async function sample(
  folder: string,
  plan: Manifest,
  wanted: readonly number[],
  finds: boolean,
): Promise<{ texts: DocumentInput[]; rejects: number }> {
  const count = Math.min(sampleShards, wanted.length);
  const rowsOf = (shard: number): number => plan.shards[shard]!.rows;
  // The smallest first, so that the others make up for the rows that they lack.
  const chosen = Array.from({ length: count }, (_, i) => wanted[Math.floor((i * wanted.length) / count)]!).sort(
    (a, b) => rowsOf(a) - rowsOf(b),
  );
  const texts: DocumentInput[] = [];
  let rejects = 0;
  for (const [i, shard] of chosen.entries()) {
    const share = Math.ceil((sampleRows - texts.length - rejects) / (chosen.length - i));
    let taken = 0;
    if (share === 0) break;
    for await (const row of shardRows(folder, plan, plan.shards[shard]!, finds)) {
      if (row.text) texts.push(row.text);
      else rejects++;
      if (++taken >= share) break;
    }
  }
  return { texts, rejects };
}

function chunksOf(texts: readonly DocumentInput[], maxPairs: number | undefined): DocumentInput[][] {
  const chunk = new PredictionChunk<DocumentInput>(maxPairs);
  const chunks = texts.flatMap((text) => (chunk.add(text) ? [chunk.take()] : []));
  return chunk.isEmpty ? chunks : [...chunks, chunk.take()];
}
