import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputMissingError, TryAgainError } from "../errors.ts";
import { ledgerName as runsLedger, type PlannedRun } from "../experiment/repeat-result.ts";
import { doneEntry, placeOf, readPlan, writeDone, type SharedJob, type SharedPlan } from "../experiment/shared-runs.ts";
import { ledgerName as trialsLedger, type PlannedTrial } from "../experiment/sweep-result.ts";
import type { TrainEvent } from "../experiment/train-events.ts";
import { syncFolder } from "../files/atomic-file.ts";
import { trainRepeat, trainTrial } from "../recipes/train-aside.ts";
import { uninterrupted } from "../uninterrupted.ts";
import { versions } from "../version.ts";

export interface SharedRunResult {
  /** Whether this call has trained the run; else it was done already, or nobody waits for it any more. */
  readonly isTrained: boolean;
}

/**
 * Trains a run that others have queued, in a folder of its own: whoever trains a run twice, as after a lost lock, disturbs
 * nobody. The first whole result counts.
 * @throws TryAgainError if this process is not of the same version, or does not see the files; DataError for other data
 */
export async function* trainShared(
  job: SharedJob,
  shouldStop: () => boolean,
): AsyncGenerator<TrainEvent, SharedRunResult> {
  const { folder, name } = job;
  const plan = await planWith(job);
  if (!plan) await requireLedger(folder);
  if (!plan || (await doneEntry(folder, job))) return { isTrained: false };
  requireSameCode(plan);
  const { paths, data, kind } = plan;
  const { run, config } = plan.orders.find((order) => order.name === name)!;
  const attempt = placeOf(folder, name, `.${randomBytes(4).toString("hex")}`);
  const control = { shouldStop, data, into: join(attempt, "model") };
  await mkdir(attempt);
  try {
    const entry =
      kind === "trial"
        ? yield* trainTrial(paths, { run: run as unknown as PlannedTrial, config }, control)
        : yield* trainRepeat(paths, { run: run as unknown as PlannedRun, config }, control);
    if (!(await planWith(job)) || (await doneEntry(folder, job))) return { isTrained: false };
    await uninterrupted(async () => {
      if (run["isFinal"] === true || run["keeps"] === true) await putInPlace(folder, control.into);
      await writeDone(job, entry);
    });
    return { isTrained: true };
  } catch (error) {
    throw error instanceof InputMissingError ? notShared(error.message) : error;
  } finally {
    await rm(attempt, { recursive: true, force: true });
  }
}

/** The plan of a folder, as long as it asks for the run. */
async function planWith({ folder, run, name }: SharedJob): Promise<SharedPlan | undefined> {
  const plan = await readPlan(folder);
  return plan?.run === run && plan.orders.some((order) => order.name === name) ? plan : undefined;
}

/**
 * Tells apart runs that nobody waits for any more and a folder that is not that of the command.
 * @throws TryAgainError if there is no ledger, as on a machine that does not share the folder
 */
async function requireLedger(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(runsLedger) && !names.includes(trialsLedger))
    throw notShared(`${folder} holds no runs to train here, or does not exist.`);
}

const notShared = (missing: string): TryAgainError =>
  new TryAgainError(
    `The worker on ${hostname()} lacks files of the command: ${missing} Workers find the output folder, the data and the model under the ` +
      "paths that they have on the machine of the command: mount these folders there, or end that worker.",
  );

/** Makes a model that is whole the model of the output folder. */
async function putInPlace(folder: string, made: string): Promise<void> {
  const place = join(folder, "model");
  await rm(place, { recursive: true, force: true });
  await rename(made, place);
  await syncFolder(folder);
}

/** Refuses to mix the models of two versions in one table. @throws TryAgainError, since another worker may be right */
function requireSameCode({ code }: SharedPlan): void {
  if (code.relata === versions.relata && code.onnxruntime === versions.onnxruntime) return;
  const named = (of: typeof code): string => `Relata ${of.relata} with ONNX Runtime ${of.onnxruntime}`;
  throw new TryAgainError(
    `The runs were queued by ${named(code)}, and this worker is ${named(versions)}: their models may differ. ` +
      "Start workers of the same version.",
  );
}
