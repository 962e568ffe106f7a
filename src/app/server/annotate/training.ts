import { fork, type ChildProcess } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { noTraining, type ShownTraining, type TrainOptions } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { Fault } from "../fault.ts";
import { ownFiles, type OwnFile } from "../page/own-examples.ts";
import type { ServeConfig } from "../settings.ts";
import type { Project } from "./project.ts";
import { settingsOf, writeTrainingFiles } from "./training-data.ts";

export interface Scored {
  readonly f1: number;
  readonly perLabel: readonly { readonly label: string; readonly f1: number; readonly support: number }[];
}

export interface ToTraining {
  readonly type: "train";
  readonly data: string;
  readonly heldOut: string | undefined;
  readonly settings: Omit<TrainOptions, "output">;
  readonly output: string;
  readonly current: string;
  readonly threads: number | undefined;
}
export type FromTraining =
  | { readonly type: "step"; readonly step: number; readonly loss: number; readonly totalSteps: number }
  | { readonly type: "evaluation"; readonly step: number; readonly f1: number }
  | { readonly type: "compared"; readonly before: Scored | undefined; readonly after: Scored }
  /** The labels of the new model. */
  | { readonly type: "labels"; readonly labels: readonly string[] }
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly message: string; readonly isStopped: boolean };

/** Fewer documents teach nothing, and their held-out part says nothing. */
const fewest = 5;

/** Points of the curve that are kept: of a longer run, every second one is dropped as often as need be. */
const mostPoints = 400;

const underWay = (): Fault => new Fault(409, "A run is under way. Stop it, or wait for its end.");

const startProcess = (): ChildProcess =>
  fork(new URL("./training-child.js", import.meta.url), {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

/** The training run of a project: one at a time, in a process of its own, whose model replaces the served one on request. */
export class Training {
  readonly #project: Project;
  readonly #config: ServeConfig;
  readonly #log: (line: string) => void;
  readonly #begin: () => ChildProcess;
  #state: ShownTraining = noTraining;
  #child: ChildProcess | undefined;
  #stride = 1;
  #oldLabels: readonly string[] = [];

  /** @param begin starts the process of a run */
  constructor(
    project: Project,
    config: ServeConfig,
    log: (line: string) => void,
    begin: () => ChildProcess = startProcess,
  ) {
    this.#begin = begin;
    this.#project = project;
    this.#config = config;
    this.#log = log;
  }

  get #isRunning(): boolean {
    return this.#state.state === "running";
  }

  get state(): ShownTraining {
    return this.#state;
  }

  /** The files that the current model learnt from; none if its folder names none. */
  async former(): Promise<OwnFile[]> {
    const { annotate } = this.#config;
    const beside = annotate === undefined ? [] : [dirname(resolve(annotate))];
    return ownFiles(this.#project.model.source, beside).catch((): OwnFile[] => []);
  }

  /** @throws Fault 422 if a file that the model learnt from is not at hand: without it the new model would forget */
  async #requireFormer(): Promise<OwnFile[]> {
    const files = await this.former();
    const { source } = this.#project.model;
    if (files.length === 0)
      throw new Fault(422, `${source} names no file that it learnt from. Train without its former documents.`);
    const missing = files.filter(({ path }) => path === undefined);
    if (missing.length === 0) return files;
    const names = missing.map(({ name, sha256 }) => `${name} (SHA-256 ${sha256.slice(0, 12)}…)`).join(", ");
    throw new Fault(
      422,
      `The model ${source} learnt from ${names}, and no such file was found in the working directory, in data and ` +
        "examples within it, beside the model's folder or beside the annotated documents. Put it there with the content " +
        "that it had, or train without the former documents.",
    );
  }

  /** @throws Fault 409 during another run, 422 for too few documents, or if former ones are wanted and not at hand */
  async start(withFormer: boolean): Promise<void> {
    if (this.#isRunning) throw underWay();
    const finished = this.#project.finishedDocuments() as { id: string; text: string }[];
    if (finished.length < fewest)
      throw new Fault(
        422,
        finished.length === 0
          ? `No document is finished yet, and a run needs ${fewest}.`
          : `${plural(finished.length, "document")} finished, and a run needs ${fewest}. Finish more of them first.`,
      );
    const former = withFormer ? await this.#requireFormer() : [];
    // Meanwhile another request may have come first.
    if (this.#isRunning) throw underWay();
    const { folder, model } = this.#project;
    const none = model.facts?.noRelationLabel;
    this.#oldLabels = (model.facts?.labels ?? []).filter((label) => label !== none);
    const name = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    const output = join(folder, "models", name);
    this.#state = { ...noTraining, state: "running" };
    this.#stride = 1;
    try {
      const files = await writeTrainingFiles(join(folder, "runs", name), finished, former);
      this.#state = { ...this.#state, documents: files.counts, folder: output };
      const settings = await settingsOf(model.source);
      const { threads } = this.#config;
      this.#run({ type: "train", ...files, settings, output, current: model.source, threads });
    } catch (error) {
      this.#state = { ...this.#state, state: "failed", message: (error as Error).message };
      throw error;
    }
  }

  #run(message: ToTraining): void {
    const child = this.#begin();
    this.#child = child;
    child.on("message", (event: FromTraining) => this.#take(event));
    child.once("error", (error) => this.#end("failed", error.message));
    child.once("exit", (code, signal) => {
      this.#child = undefined;
      if (this.#isRunning) this.#end("failed", `The process of the run ended (${signal ?? `code ${code}`}).`);
    });
    child.send(message, () => {});
  }

  #end(state: ShownTraining["state"], message: string): void {
    this.#state = { ...this.#state, state, message };
    this.#log(`training: ${state}${message && `: ${message}`}`);
  }

  #take(event: FromTraining): void {
    if (event.type === "step") {
      if (event.step % this.#stride !== 0) return;
      let loss = [...this.#state.loss, { step: event.step, value: event.loss }];
      if (loss.length > mostPoints) {
        this.#stride *= 2;
        loss = loss.filter(({ step }) => step % this.#stride === 0);
      }
      this.#state = { ...this.#state, loss, totalSteps: event.totalSteps };
    } else if (event.type === "evaluation")
      this.#state = { ...this.#state, f1: [...this.#state.f1, { step: event.step, value: event.f1 }] };
    else if (event.type === "compared") this.#compare(event);
    else if (event.type === "labels") {
      const lost = this.#oldLabels.filter((label) => !event.labels.includes(label));
      this.#state = { ...this.#state, lost };
    } else if (event.type === "done") this.#end("done", "");
    else this.#end(event.isStopped ? "stopped" : "failed", event.message);
  }

  #compare({ before, after }: FromTraining & { readonly type: "compared" }): void {
    const old = new Map(before?.perLabel.map(({ label, f1 }) => [label, f1]));
    const perLabel = after.perLabel
      .filter(({ support }) => support > 0)
      .map(({ label, support, f1 }) => ({ label, support, old: old.get(label) ?? 0, new: f1 }));
    const { heldOut } = this.#state.documents;
    this.#state = { ...this.#state, comparison: { heldOut, old: before?.f1 ?? 0, new: after.f1, perLabel } };
  }

  stop(): void {
    if (this.#child?.connected) this.#child.send({ type: "stop" }, () => {});
  }

  /** Serves the new model in the place of the old one, once it is open. @throws Fault 409 if there is none */
  async use(): Promise<string> {
    const { state, folder } = this.#state;
    if (state !== "done" || folder === undefined) throw new Fault(409, "There is no new model: train one first.");
    const version = await this.#project.model.reload(folder);
    this.#state = { ...this.#state, isUsed: true };
    this.#project.refresh();
    return version;
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(timer);
  }
}
