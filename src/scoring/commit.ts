import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { DataError, TryAgainError, UsageError } from "../errors.ts";
import { stageFile, type Sink, type StagedFile } from "../files/atomic-file.ts";
import { pieceBuffer, reusedPieces } from "../files/reused-pieces.ts";
import { listed } from "../quote.ts";
import { emitted } from "../run/emitted.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { ParquetOutput } from "./parquet-output.ts";
import { donePart, partPaths, partsFolder, type DonePart } from "./part-files.ts";
import type { ScoreCommitConfig } from "./settings.ts";
import { readSuccess, writeSuccess, type Success } from "./success.ts";

export interface CommitEvent {
  readonly type: "part";
  readonly done: number;
  readonly shards: number;
}

const defaultName = "predictions.jsonl";
const rejectsName = "rejects.jsonl";

/**
 * Joins the parts of a run in the order of its shards, and checks the hash of each on the way. The output appears as a
 * whole, and then `_SUCCESS`.
 * @throws TryAgainError if shards are missing; DataError for a part that is not as it was written
 */
export async function* commitScoring(
  folder: string,
  { to, overwrite }: ScoreCommitConfig,
): AsyncGenerator<CommitEvent, Success> {
  const plan = await readManifest(folder);
  const output = resolve(to ?? join(folder, defaultName));
  const before = await readSuccess(folder, plan);
  const there = await stat(output).catch(() => undefined);
  if (before?.output === output && there?.size === before.bytes && !overwrite) return before;
  if (there && !overwrite)
    throw new UsageError(`The output ${output} is there already. Name another file by --to, or add --overwrite.`);
  const parts = await allParts(folder, plan);
  const rejectsFile = join(folder, rejectsName);
  const buffer = pieceBuffer();
  const rejects = await stageFile(rejectsFile, async (sink) => {
    for (const path of await rejectsOfInputs(folder)) await copy(path, buffer, sink);
    for (const [i, part] of parts.entries()) {
      const path = partPaths(folder, i, parts.length).rejects;
      requireHash(path, await copy(path, buffer, sink), part.rejectsSha256);
    }
  });
  let answers: StagedFile;
  try {
    answers = yield* staged(folder, output, parts);
  } catch (error) {
    await rejects.discard();
    throw error;
  }
  await rejects.commit();
  await answers.commit();
  await removeLeftOvers(folder);
  const sum = (of: "rows" | "rejects"): number => parts.reduce((total, part) => total + part[of], 0);
  const success: Success = {
    run: plan.run,
    output,
    rejectsFile,
    rows: sum("rows"),
    rejects: sum("rejects") + plan.rejects,
    ...answers.digest,
  };
  await writeSuccess(folder, success);
  return success;
}

const staged = (folder: string, output: string, parts: readonly DonePart[]): AsyncGenerator<CommitEvent, StagedFile> =>
  emitted((emit) =>
    stageFile(output, async (sink) => {
      const buffer = pieceBuffer();
      const parquet = isParquetName(output) ? await ParquetOutput.open(sink) : undefined;
      for (const [i, part] of parts.entries()) {
        const path = partPaths(folder, i, parts.length).answers;
        // Lines are parsed for Parquet, so they are known to be whole first.
        requireHash(path, await copy(path, buffer, parquet ? discard : sink), part.sha256);
        if (parquet) await copy(path, buffer, (piece) => parquet.write(piece));
        emit({ type: "part", done: i + 1, shards: parts.length });
      }
      await parquet?.close();
    }),
  );

const isParquetName = (path: string): boolean => extname(path).toLowerCase() === ".parquet";
const discard: Sink = async () => {};

/** @throws TryAgainError, which names the shards that are not done */
async function allParts(folder: string, plan: Manifest): Promise<DonePart[]> {
  const parts: DonePart[] = [];
  const missing: number[] = [];
  for (const [i, { rows }] of plan.shards.entries()) {
    const part = await donePart(folder, plan, i);
    if (part && part.rows + part.rejects !== rows) {
      throw new DataError(
        `shard ${i} has ${part.rows} answers and ${part.rejects} rejects, and its plan has ${rows} rows. ` +
          "Remove its done.json and score it again.",
        { file: partPaths(folder, i, plan.shards.length).done },
      );
    }
    if (part) parts.push(part);
    else missing.push(i);
  }
  if (missing.length === 0) return parts;
  throw new TryAgainError(
    `${missing.length} of ${plan.shards.length} shards are not done, so that there is no whole output yet: ${listed(missing.map(String), 5)}. ` +
      `Score them with: relata score run ${folder}`,
  );
}

/** Copies a file in pieces that are good for one call of `sink`; returns the hash of what was copied. */
async function copy(path: string, buffer: Buffer, sink: (piece: Buffer) => Promise<void>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of reusedPieces(path, buffer)) {
    hash.update(piece);
    await sink(piece);
  }
  return hash.digest("hex");
}

function requireHash(path: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new DataError(
    `the part is not as it was written: its SHA-256 is ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}… ` +
      "Remove its done.json and score the shard again.",
    { file: path },
  );
}

/** The rows that were set aside when the inputs were written anew. */
async function rejectsOfInputs(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "input")).catch(() => []);
  return names
    .filter((name) => name.endsWith(".rejects.jsonl"))
    .sort()
    .map((name) => join(folder, "input", name));
}

/** Removes what processes that were killed have left under temporary names. */
async function removeLeftOvers(folder: string): Promise<void> {
  const parts = join(folder, partsFolder);
  for (const name of await readdir(parts))
    if (/^\.part-.*\.tmp$/.test(name)) await rm(join(parts, name), { force: true });
}
