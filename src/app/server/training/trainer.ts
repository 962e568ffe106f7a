import { setTimeout as pause } from "node:timers/promises";
import type { TrainOptions } from "../../../index.ts";
import { Fault } from "../fault.ts";
import type { Served } from "../served-model.ts";
import { TrainingFailed, trainInProcess } from "./training-process.ts";
import type { VersionFolders } from "./version-folders.ts";

/** The annotations of a project, and how to fetch them. */
export interface TrainRequest {
  /** The tool and the project's id in it, as `label-studio 3`. */
  readonly project: string;
  /** Writes the annotations into a folder; returns the paths to train on and the settings that read them. */
  readonly gather: (
    folder: string,
    signal: AbortSignal,
  ) => Promise<{
    readonly paths: readonly string[];
    readonly settings: Partial<TrainOptions>;
  }>;
}

export interface TrainerOptions {
  readonly model: Served;
  readonly folders: VersionFolders;
  /** The settings of a run beside its output and its data. */
  readonly settings: () => Promise<Partial<TrainOptions>>;
  /** Does work once all trainings before it are over, since they share the cores. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: (line: string) => void;
}

export type JobStatus = "queued" | "started" | "finished" | "failed";

/** Trains a model anew on the annotations of one project, and has it served when it is done. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #stopping = new AbortController();
  readonly #jobs = new Map<string, JobStatus>();
  #project: string | undefined;
  #running: { readonly id: string; readonly end: Promise<void> } | undefined;
  /** The request that follows the one that is done now. */
  #next: TrainRequest | undefined;
  #count = 0;

  constructor(options: TrainerOptions) {
    this.#options = options;
  }

  get folders(): VersionFolders {
    return this.#options.folders;
  }

  get isTraining(): boolean {
    return this.#running !== undefined;
  }

  /** Finds the folder of the version that was served last, if there is one. */
  async restore(): Promise<string | undefined> {
    const current = await this.#options.folders.current();
    this.#project = current?.project;
    return current && this.#options.folders.modelOf(current.folder);
  }

  /** Undefined for an id that this server gave to no job. */
  statusOf(id: string): JobStatus | undefined {
    return this.#jobs.get(id);
  }

  /**
   * Begins a training, or has one follow that is running; returns the id of the job that is done now.
   * @throws Fault 409 for another project than the model was trained on before
   */
  request(request: TrainRequest): string {
    const { model } = this.#options;
    this.#project ??= request.project;
    if (request.project !== this.#project)
      throw new Fault(
        409,
        `The model ${model.name} is trained on the annotations of ${this.#project}, not of ${request.project}. ` +
          "Serve the folder a second time under another name, NAME=FOLDER, and connect this project to that name.",
      );
    if (this.#running) {
      this.#next = request;
      return this.#running.id;
    }
    const id = `${model.name}-${++this.#count}`;
    this.#jobs.set(id, "queued");
    const end = this.#do(id, request).finally(() => {
      this.#running = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next && !this.#stopping.signal.aborted) this.request(next);
    });
    this.#running = { id, end };
    return id;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running?.end;
  }

  async #do(id: string, { project, gather }: TrainRequest): Promise<void> {
    const { model, folders, inTurn, log } = this.#options;
    const { signal } = this.#stopping;
    let folder: string | undefined;
    try {
      const summary = await inTurn(async () => {
        signal.throwIfAborted();
        this.#jobs.set(id, "started");
        log(`training ${id}: fetching the annotations of ${project}`);
        folder = await folders.begin();
        const { paths, settings } = await gather(folders.dataOf(folder), signal);
        const output = folders.modelOf(folder);
        const config = { ...(await this.#options.settings()), ...settings, output };
        log(`training ${id}: started`);
        return trainInProcess({ paths, config }, signal);
      });
      await this.#serve(folders.modelOf(folder!));
      await folders.use({ folder: folder!, project });
      this.#jobs.set(id, "finished");
      log(`training ${id}: ${summary}; served as ${model.name} ${model.facts?.digest}`);
    } catch (error) {
      this.#jobs.set(id, "failed");
      if (folder !== undefined) await folders.remove(folder);
      if (signal.aborted) return;
      const isKnown = error instanceof TrainingFailed || error instanceof Fault;
      log(`training ${id} failed: ${isKnown ? error.message : ((error as Error).stack ?? String(error))}`);
    }
  }

  async #serve(source: string): Promise<void> {
    const { model } = this.#options;
    for (;;)
      try {
        await model.reload(source);
        return;
      } catch (error) {
        // Another reload is under way.
        if (!(error instanceof Fault) || error.status !== 409) throw error;
        await pause(200, undefined, { signal: this.#stopping.signal });
      }
  }
}
