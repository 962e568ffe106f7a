import { zipSync, type Zippable } from "fflate";
import type { Document, TrainedInTab } from "../../browser-training.ts";
import { noTraining, type Training } from "../../annotation/training-state.ts";
import type { Processor } from "../parts/processor.ts";
import type { FromTraining, ToTraining } from "./messages.ts";

type Files = TrainedInTab["files"];

export interface TabTrainingOptions {
  readonly name: string;
  readonly documents: readonly Document[];
  readonly steps: number;
  /** The version of Relata. */
  readonly relata: string;
  readonly processor: Processor;
}

/** The training of a tab: one run at a time, on a thread of its own, whose model is used as soon as it is there. */
export class TabTraining {
  readonly #use: (files: Files) => Promise<void>;
  #state = noTraining;
  #thread: Worker | undefined;
  #model: { readonly name: string; readonly files: Files } | undefined;

  /** @param use makes the model answer */
  constructor(use: (files: Files) => Promise<void>) {
    this.#use = use;
  }

  get state(): Training {
    return this.#state;
  }

  start({ name, documents, steps, relata, processor }: TabTrainingOptions): void {
    if (this.#thread) throw new Error("A run is under way. Stop it, or wait for its end.");
    this.#state = { ...noTraining, state: "running", totalSteps: steps };
    const thread = new Worker(new URL("training-worker.js", location.href), { type: "module" });
    this.#thread = thread;
    thread.addEventListener("error", ({ message }) => this.#end({ state: "failed", message }));
    thread.addEventListener("message", ({ data }: MessageEvent<FromTraining>) => void this.#take(name, data));
    const settings = { minSteps: steps, maxSteps: steps };
    thread.postMessage({ kind: "train", run: { name, documents, settings }, relata, processor } satisfies ToTraining);
  }

  stop(): void {
    this.#thread?.postMessage({ kind: "stop" } satisfies ToTraining);
  }

  /** The folder of the model, packed. */
  zip(): { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined {
    if (!this.#model) return undefined;
    const { name, files } = this.#model;
    const encoder = new TextEncoder();
    const packed: Zippable = {};
    for (const [file, content] of Object.entries(files))
      packed[`${name}/${file}`] =
        // Weights are noise to a packer.
        typeof content === "string" ? encoder.encode(content) : [content, { level: 0 }];
    return { name, bytes: zipSync(packed) };
  }

  async #take(name: string, message: FromTraining): Promise<void> {
    if (message.kind === "failed") return this.#end({ state: "failed", message: message.message });
    if (message.kind === "trained") {
      const { files, documents, reason } = message.trained;
      this.#model = { name, files };
      this.#state = { ...this.#state, documents };
      try {
        await this.#use(files);
        this.#end({ state: reason === "stopped" ? "stopped" : "done", message: "", isUsed: true });
      } catch (error) {
        this.#end({ state: "failed", message: (error as Error).message });
      }
      return;
    }
    const { event } = message;
    if (event.type === "step") {
      const { step, loss, totalSteps } = event;
      this.#state = { ...this.#state, totalSteps, loss: [...this.#state.loss, { step, value: loss }] };
    } else if (event.type === "evaluation") {
      const { relationMicroF1 } = event.result.scores;
      this.#state = { ...this.#state, f1: [...this.#state.f1, { step: event.step, value: relationMicroF1 }] };
    }
  }

  #end(change: Partial<Training>): void {
    this.#state = { ...this.#state, ...change };
    this.#thread?.terminate();
    this.#thread = undefined;
  }
}
