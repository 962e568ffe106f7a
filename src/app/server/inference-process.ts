import { fork, type ChildProcess } from "node:child_process";
import { DataError, UserError, type DocumentPrediction, type ExplainedPair, type Explanation } from "../../index.ts";
import { EngineLost, type Checked, type Engine, type EngineFacts } from "./engine.ts";
import type { HostOptions } from "./model-host.ts";

/** A model is named by the id of the question that opened it. */
export type Question =
  | { readonly type: "open"; readonly folder: string }
  | { readonly type: "predict"; readonly model: number; readonly inputs: readonly Checked[] }
  | { readonly type: "explain"; readonly model: number; readonly input: Checked; readonly pair: ExplainedPair };
export type ToChild =
  | { readonly type: "start"; readonly options: HostOptions }
  | { readonly type: "close"; readonly model: number }
  | (Question & { readonly id: number });
export type FromChild =
  | { readonly type: "answer"; readonly id: number; readonly answer: unknown }
  | {
      readonly type: "failure";
      readonly id: number;
      readonly message: string;
      /** The exit code of an error that the user can mend; of any other the message is a stack. */
      readonly exitCode: number | undefined;
    };

interface Waiting {
  readonly isOpening: boolean;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** A process in which models run, whose crash is no crash of the server. It ends with the last of its models. */
export class InferenceProcess {
  readonly pid: number;
  /** Resolves when the process is gone, with the reason. */
  readonly lost: Promise<string>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  /** Models that are open or being opened. */
  #models = 0;
  #isEnding = false;
  #end: string | undefined;

  constructor(options: HostOptions) {
    this.#child = fork(new URL("./inference-child.js", import.meta.url), {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.pid = this.#child.pid!;
    this.#child.on("message", (message: FromChild) => this.#take(message));
    this.lost = endOf(this.#child).then((reason) => {
      this.#end = reason;
      for (const { reject } of this.#waiting.values()) reject(new EngineLost(reason));
      this.#waiting.clear();
      return reason;
    });
    this.#send({ type: "start", options });
  }

  /** Whether it opens no more models. */
  get isOver(): boolean {
    return this.#isEnding || this.#end !== undefined;
  }

  /** @throws the error of opening the model; EngineLost if the process ended */
  async open(folder: string): Promise<Engine & { readonly pid: number }> {
    this.#models++;
    const id = this.#nextId;
    let facts: EngineFacts;
    try {
      facts = await this.#ask({ type: "open", folder });
    } catch (error) {
      void this.#release(0);
      throw error;
    }
    let isClosed = false;
    return {
      facts,
      pid: this.pid,
      lost: this.lost.then((reason) => (isClosed ? undefined : reason)),
      predict: (inputs) => this.#ask<DocumentPrediction[]>({ type: "predict", model: id, inputs }),
      explain: (input, pair) => this.#ask<Explanation>({ type: "explain", model: id, input, pair }),
      close: async (patience) => {
        if (isClosed) return;
        isClosed = true;
        this.#send({ type: "close", model: id });
        await this.#release(patience);
      },
    };
  }

  /** Counts one model less; without any the process ends, by itself within so many milliseconds. */
  async #release(patience: number): Promise<void> {
    if (--this.#models > 0) return;
    this.#isEnding = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), patience);
    await this.lost;
    clearTimeout(timer);
  }

  #ask<Answer>(question: Question): Promise<Answer> {
    if (this.#end !== undefined) return Promise.reject(new EngineLost(this.#end));
    return new Promise<Answer>((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { isOpening: question.type === "open", resolve, reject });
      this.#send({ ...question, id });
    });
  }

  #send(message: ToChild): void {
    // A process that is gone is noticed by its exit.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #take(message: FromChild): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting.resolve(message.answer as never);
    else waiting.reject(waiting.isOpening ? openingError(message) : answeringError(message));
  }
}

type Failure = FromChild & { readonly type: "failure" };

const answeringError = ({ message, exitCode }: Failure): Error =>
  exitCode === undefined ? new Error(message) : new DataError(message);

function openingError({ message, exitCode }: Failure): Error {
  return exitCode === undefined
    ? new Error(message)
    : new (class extends UserError {
        override readonly exitCode = exitCode as never;
      })(message);
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
