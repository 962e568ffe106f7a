import { fork, type ChildProcess } from "node:child_process";
import {
  DataError,
  openModel,
  UserError,
  type checkPredictionInput,
  type DocumentPrediction,
  type ExplainedPair,
  type Explanation,
  type PredictOptions,
  type RelationModel,
} from "../../index.ts";

/** A text with its spans, checked. */
export type Checked = ReturnType<typeof checkPredictionInput>;
export type EngineFacts = Pick<
  RelationModel,
  "kind" | "finds" | "labels" | "noRelationLabel" | "entityTypes" | "digest" | "trainedWith" | "notes"
>;

/** A model that answers, wherever it runs. */
export interface Engine {
  readonly facts: EngineFacts;
  /** @throws DataError for texts that the model refuses; EngineLost if the process of the model ended */
  predict(inputs: readonly Checked[]): Promise<DocumentPrediction[]>;
  /** @throws UserError for a model, a text or a label that cannot be explained; EngineLost as `predict` */
  explain(input: Checked, pair: ExplainedPair): Promise<Explanation>;
  /** Resolves when the engine is gone, with the reason unless it was closed. */
  readonly lost: Promise<string | undefined>;
  /** Ends it; what it computes fails at once. A process gets so many milliseconds to end by itself. */
  close(patience: number): Promise<void>;
}

/** The process of a model ended while it worked. */
export class EngineLost extends Error {
  override readonly name = "EngineLost";
}

export type ToChild =
  | { readonly type: "open"; readonly model: string; readonly options: PredictOptions }
  | { readonly type: "predict"; readonly id: number; readonly inputs: readonly Checked[] }
  | { readonly type: "explain"; readonly id: number; readonly input: Checked; readonly pair: ExplainedPair };
export type FromChild =
  | { readonly type: "opened"; readonly facts: EngineFacts }
  | { readonly type: "refused"; readonly message: string; readonly exitCode: number | undefined }
  | { readonly type: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly type: "failure"; readonly id: number; readonly message: string; readonly isOfData: boolean };

export const factsOf = (model: EngineFacts): EngineFacts => {
  const { kind, finds, labels, noRelationLabel, entityTypes, digest, trainedWith, notes } = model;
  return { kind, finds, labels, noRelationLabel, entityTypes, digest, trainedWith, notes };
};

/** Opens a model on a thread of this process. */
export async function openInProcess(name: string, options: PredictOptions): Promise<Engine> {
  const model = await openModel(name, options);
  let onClose: () => void = () => {};
  const lost = new Promise<undefined>((resolve) => (onClose = () => resolve(undefined)));
  const close = async (): Promise<void> => {
    await model.close();
    onClose();
  };
  const predict: Engine["predict"] = (inputs) => model.predict(inputs);
  const explain: Engine["explain"] = (input, pair) => model.explain(input, pair);
  return { facts: factsOf(model), predict, explain, lost, close };
}

/** Opens a model in a process of its own, whose crash is no crash of the server. @throws the error of opening it */
export async function openInChild(name: string, options: PredictOptions): Promise<Engine & { readonly pid: number }> {
  const child = fork(new URL("./inference-child.js", import.meta.url), {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const lost = endOf(child);
  const facts = await new Promise<EngineFacts>((resolve, reject) => {
    child.once("message", (message: FromChild) => {
      if (message.type === "opened") resolve(message.facts);
      else if (message.type === "refused") reject(errorOf(message));
    });
    void lost.then((reason) => reject(new EngineLost(reason ?? "the process of the model ended")));
    send(child, { type: "open", model: name, options });
  }).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  return new ChildEngine(child, facts, lost);
}

function errorOf({ message, exitCode }: { message: string; exitCode: number | undefined }): Error {
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

function send(child: ChildProcess, message: ToChild): void {
  // A process that is gone is noticed by its exit.
  if (child.connected) child.send(message, () => {});
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

class ChildEngine implements Engine {
  readonly facts: EngineFacts;
  readonly lost: Promise<string | undefined>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #end: string | undefined;
  #isClosed = false;

  constructor(child: ChildProcess, facts: EngineFacts, end: Promise<string>) {
    this.#child = child;
    this.facts = facts;
    child.on("message", (message: FromChild) => this.#take(message));
    this.lost = end.then((reason) => {
      this.#end = reason;
      for (const { reject } of this.#waiting.values()) reject(new EngineLost(reason));
      this.#waiting.clear();
      return this.#isClosed ? undefined : reason;
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  predict(inputs: readonly Checked[]): Promise<DocumentPrediction[]> {
    return this.#ask((id) => ({ type: "predict", id, inputs }));
  }

  explain(input: Checked, pair: ExplainedPair): Promise<Explanation> {
    return this.#ask((id) => ({ type: "explain", id, input, pair }));
  }

  #ask<Answer>(question: (id: number) => ToChild): Promise<Answer> {
    if (this.#end !== undefined) return Promise.reject(new EngineLost(this.#end));
    return new Promise<Answer>((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      send(this.#child, question(id));
    });
  }

  async close(patience: number): Promise<void> {
    this.#isClosed = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), patience);
    await this.lost;
    clearTimeout(timer);
  }

  #take(message: FromChild): void {
    if (message.type !== "answer" && message.type !== "failure") return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "answer") waiting?.resolve(message.answer as never);
    else waiting?.reject(message.isOfData ? new DataError(message.message) : new Error(message.message));
  }
}
