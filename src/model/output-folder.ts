import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { stageFile } from "../files/atomic-file.ts";
import { lockFolder, type FolderLock } from "../files/folder-lock.ts";
import { makeFolders, namesIn, removeEmpty, requireEmpty } from "../files/folders.ts";
import { writeFailure } from "../files/failures.ts";
import { removeRemains } from "../files/temporary.ts";
import { listed, printable } from "../quote.ts";
import { checkpointSteps, newestCheckpoint, type ResumePoint } from "./checkpoints/find.ts";
import { removeCheckpoints } from "./checkpoints/remove.ts";
import { lockName, manifestName, nextModelName, readmeName } from "./file-names.ts";
import { isModelCard } from "../report/model-card.ts";
import { readText } from "./read-file.ts";
import { completeReplacement, holdsModel, replaceModel } from "./replacement.ts";

export interface Overwrite {
  /** Whether an existing model may be replaced. */
  readonly overwrite?: boolean;
}

const maxReadmeBytes = 2 ** 24;

/**
 * Creates the output folder and checks, before any work is done, that a model can be saved in it.
 * @throws UsageError if it is not empty and may not be overwritten, UnavailableError if it cannot be written.
 */
export async function prepareOutputFolder(folder: string, { overwrite = false }: Overwrite = {}): Promise<void> {
  await createFolder(folder);
  await requireUsable(folder, overwrite);
}

/** Returns the folders that were created, outermost first. */
async function createFolder(folder: string): Promise<string[]> {
  try {
    return await makeFolders(resolve(folder));
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

async function requireUsable(folder: string, overwrite: boolean): Promise<void> {
  const entries = await entriesOf(folder);
  if (!overwrite) {
    const step = (await checkpointSteps(join(folder, nextModelName)))[0] ?? (await checkpointSteps(folder))[0];
    if (step !== undefined) {
      throw new UsageError(
        `The output folder ${folder} holds a run with a checkpoint of step ${step}. ` +
          "Add --resume to go on with it, or --overwrite to replace it, or choose another folder.",
      );
    }
    requireEmpty(folder, entries, "model");
  }
  if (entries.includes(readmeName) && !isModelCard(await readText(join(folder, readmeName), maxReadmeBytes))) {
    throw new UsageError(
      `The output folder ${folder} holds a ${readmeName} that Relata did not write and would replace. ` +
        "Choose another folder, or move that file away.",
    );
  }
  // A real file is written, since permissions alone do not show a read-only or full disk.
  const probe = await stageFile(join(folder, "probe"), (sink) => sink("Can this folder be written?\n"));
  await probe.discard();
}

const entriesOf = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).filter((name) => name !== lockName);

export interface OutputOptions extends Overwrite {
  /** Whether the run in the folder is to go on. */
  readonly resume?: boolean;
}

/**
 * The output folder of one run, which no other run may write to meanwhile. If it holds a model, the run builds the new
 * one in `next-model` within it, and the former model stays whole until `replace`.
 */
export class OutputFolder {
  readonly folder: string;
  /** Where the run writes. */
  readonly work: string;
  /** Sentences on what was found in the folder. */
  readonly notes: readonly string[];
  /** The checkpoint to go on from. */
  readonly checkpoint: ResumePoint | undefined;
  readonly #lock: FolderLock;
  /** The folders that were created for this run. */
  readonly #made: readonly string[];
  #isBegun = false;

  private constructor(
    found: Pick<OutputFolder, "folder" | "work" | "notes" | "checkpoint">,
    lock: FolderLock,
    made: readonly string[],
  ) {
    this.folder = found.folder;
    this.work = found.work;
    this.notes = found.notes;
    this.checkpoint = found.checkpoint;
    this.#isBegun = found.checkpoint !== undefined;
    this.#lock = lock;
    this.#made = made;
  }

  /**
   * Prepares the folder as `prepareOutputFolder` does, and locks it. With `resume`, finds the newest whole checkpoint of the
   * run in it; in a folder where no run has come to a checkpoint yet, the run starts.
   * @throws UsageError also if another run writes to it, or its run has ended; CheckpointError if no checkpoint is whole
   */
  static async open(folder: string, { overwrite = false, resume = false }: OutputOptions = {}): Promise<OutputFolder> {
    const made = await createFolder(folder);
    await completeReplacement(folder);
    const lock = await lockFolder(folder, lockName);
    try {
      const next = join(folder, nextModelName);
      for (const place of [folder, next]) await removeRemains(place);
      for (const work of resume ? [next, folder] : []) {
        const { checkpoint, damaged } = await newestCheckpoint(work);
        if (!checkpoint) continue;
        await requireUsable(folder, true);
        const notes = [...damagedNotes(damaged), ...takenOver(lock)];
        return new OutputFolder({ folder, work, checkpoint, notes }, lock, made);
      }
      const beginning = resume ? await requireNoEnd(folder, lock) : [];
      await requireUsable(folder, overwrite || resume);
      const isTaken = (await holdsModel(folder)) || (await checkpointSteps(folder)).length > 0;
      const work = isTaken ? next : folder;
      const notes = [...beginning, ...takenOver(lock)];
      return new OutputFolder({ folder, work, checkpoint: undefined, notes }, lock, made);
    } catch (error) {
      await lock.release();
      await removeEmpty(made);
      throw error;
    }
  }

  /** Whether a former model is kept until `replace`. */
  get hasFormerModel(): boolean {
    return this.work !== this.folder;
  }

  /** Makes the folder to write in, once there is something to write; what an unfinished run left there is removed. */
  async begin(): Promise<void> {
    if (this.#isBegun || !this.hasFormerModel) return;
    try {
      await rm(this.work, { recursive: true, force: true });
      await mkdir(this.work);
    } catch (error) {
      throw writeFailure(this.work, error);
    }
    this.#isBegun = true;
  }

  /** Puts the complete new model in the place of the former one and its checkpoints, if there is one. */
  async replace(): Promise<void> {
    if (!this.hasFormerModel) return rm(join(this.folder, nextModelName), { recursive: true, force: true });
    await removeCheckpoints(this.folder, () => true);
    await replaceModel(this.folder);
  }

  /** Lets other runs write to the folder. A run that came to nothing leaves no empty folder behind. */
  async release(): Promise<void> {
    await this.#lock.release();
    await removeEmpty(this.#made);
  }
}

/** @throws UsageError if the folder holds anything but the beginning of a run that was killed before its first checkpoint */
async function requireNoEnd(folder: string, { former }: FolderLock): Promise<string[]> {
  const entries = await entriesOf(folder);
  if (entries.length === 0) return [`there is no run to resume in ${folder} yet: it starts`];
  if (former) return [`the run in ${folder} was ended before its first checkpoint: it starts again`];
  const advice = entries.includes(manifestName)
    ? `It holds a model whose run has ended; to train that model further, give --model ${folder} and another --output.`
    : `It holds ${listed(entries.map(printable), 3)}. Check the path, or leave --resume out.`;
  throw new UsageError(`There is nothing to resume in ${folder}: it holds no checkpoint. ${advice}`);
}

const damagedNotes = (damaged: readonly string[]): string[] =>
  damaged.map((problem) => `WARNING: a checkpoint is damaged, and an older one is used: ${problem}`);

const takenOver = ({ former }: FolderLock): string[] =>
  former
    ? [
        `the lock of a run that ended without removing it (process ${former.pid} on ${former.host}, since ${former.since}) was taken over`,
      ]
    : [];
