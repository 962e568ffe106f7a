import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../errors.ts";
import { stageFile, type Sink } from "../files/atomic-file.ts";
import { writeFailure } from "../files/failures.ts";
import { PredictionChunk } from "../model/tasks/prediction-chunks.ts";
import type { DocumentInput } from "../model/tasks/prediction-input.ts";
import type { RejectedRow } from "../model/tasks/rejected-row.ts";
import { answerEach, type Answerer, type TextOutcome } from "./answering.ts";
import type { Manifest } from "./manifest.ts";
import { partPaths, writeDone, type DonePart } from "./part-files.ts";
import { shardRows, type RowPlace } from "./shard-rows.ts";

/** A text that waits for its answer. */
interface Waiting extends DocumentInput {
  readonly place: RowPlace;
}

export interface ShardControl {
  readonly signal?: AbortSignal | undefined;
  /** Called with the rows that are done with. */
  readonly onRows?: ((rows: number) => void) | undefined;
}

/**
 * Scores one shard of a run and writes its part: under a temporary name, then put in place by a rename. Whoever scores
 * the same shard writes the same bytes, so that two of them at once do no harm.
 * @throws DataError if more rows than the plan allows cannot be scored, or the input is not that of the plan
 */
export async function scoreShard(
  folder: string,
  plan: Manifest,
  index: number,
  model: Answerer,
  control: ShardControl = {},
): Promise<DonePart> {
  const started = performance.now();
  const paths = partPaths(folder, index, plan.shards.length);
  await mkdir(dirname(paths.answers), { recursive: true }).catch((error: unknown) => {
    throw writeFailure(dirname(paths.answers), error);
  });
  const rejected = new Rejects(plan.maxRejects);
  let rows = 0;
  const answers = await stageFile(paths.answers, async (sink) => {
    rows = await writeAnswers(sink, folder, plan, index, model, rejected, control);
  }).catch(async (error: unknown) => {
    // The rows set aside so far say why the shard failed.
    if (rejected.isOverLimit) await (await rejected.stage(paths.rejects)).commit();
    throw error;
  });
  const rejects = await rejected.stage(paths.rejects);
  await rejects.commit();
  await answers.commit();
  const part: DonePart = {
    run: plan.run,
    shard: index,
    rows,
    rejects: rejected.count,
    ...answers.digest,
    rejectsSha256: rejects.digest.sha256,
    seconds: (performance.now() - started) / 1000,
  };
  await writeDone(paths, part);
  return part;
}

/** Answers the rows of a shard in their order. While the model computes, the next rows are read. */
async function writeAnswers(
  sink: Sink,
  folder: string,
  plan: Manifest,
  index: number,
  model: Answerer,
  rejected: Rejects,
  { signal, onRows }: ShardControl,
): Promise<number> {
  let rows = 0;
  let underWay: { readonly texts: readonly Waiting[]; readonly outcomes: Promise<TextOutcome[]> } | undefined;
  const finish = async (): Promise<void> => {
    if (!underWay) return;
    const { texts, outcomes } = underWay;
    const ended = await outcomes;
    underWay = undefined;
    const lines: string[] = [];
    for (const [i, { place, id, metadata }] of texts.entries()) {
      const outcome = ended[i]!;
      if (outcome.answer)
        lines.push(`${JSON.stringify(metadata ? { ...outcome.answer, metadata } : outcome.answer)}\n`);
      else rejected.add({ ...place, id, error: outcome.error, reason: outcome.reason });
    }
    await sink(lines.join(""));
    rows += lines.length;
    onRows?.(texts.length);
  };
  const begin = async (texts: readonly Waiting[]): Promise<void> => {
    await finish();
    signal?.throwIfAborted();
    const outcomes = answerEach(model, texts);
    outcomes.catch(() => {}); // thrown by the await that follows
    underWay = { texts, outcomes };
  };
  const chunk = new PredictionChunk<Waiting>(plan.options.maxPairs);
  for await (const row of shardRows(folder, plan, plan.shards[index]!, model.finds)) {
    if (row.text === undefined) {
      rejected.add(row.reject);
      onRows?.(1);
    } else if (chunk.add({ ...row.text, place: row.place })) await begin(chunk.take());
  }
  if (!chunk.isEmpty) await begin(chunk.take());
  await finish();
  return rows;
}

/** The rows of a shard that were set aside: few, so they are held in memory. */
class Rejects {
  readonly #limit: number;
  readonly #rows: RejectedRow[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#rows.length;
  }

  get isOverLimit(): boolean {
    return this.#rows.length > this.#limit;
  }

  /** @throws DataError beyond the limit */
  add(row: RejectedRow): void {
    this.#rows.push(row);
    if (!this.isOverLimit) return;
    const { file, line, reason } = row;
    throw new DataError(
      `more than ${this.#limit} rows of this shard cannot be scored, the last because: ${reason} ` +
        "All of them are listed in the shard's rejects file. Mend the input, or plan the run again with a higher --max-rejects.",
      { file, line },
    );
  }

  /** In the order of the input: rows that the model refused come after those that could not be read. */
  stage(path: string): ReturnType<typeof stageFile> {
    const inOrder = [...this.#rows].sort((a, b) => (a.byteOffset ?? 0) - (b.byteOffset ?? 0));
    return stageFile(path, (sink) => sink(inOrder.map((row) => `${JSON.stringify(row)}\n`).join("")));
  }
}
