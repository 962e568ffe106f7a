import type { CurveConfig, EvaluateConfig, PredictConfig, TrainConfig } from "../../config.ts";
import {
  DataError,
  exitCodes,
  InputMissingError,
  Interrupted,
  TryAgainError,
  UnavailableError,
  UsageError,
  UserError,
} from "../../errors.ts";
import type { SettingSource } from "../../settings.ts";
import type { CurveEvent, CurveResult } from "../curve.ts";
import type { EvaluateEvent, EvaluateResult } from "../evaluate.ts";
import type { DocumentPrediction, PredictionInput } from "../predict.ts";
import type { ModelEvent } from "../model-source.ts";
import type { ShownTypes } from "../../model/tasks/relations/type-notices.ts";
import type { TrainEvent, TrainResult } from "../train.ts";

/** What the recipe thread can be asked: for each recipe its arguments, the events it yields and its result. */
export interface Recipes {
  train: {
    arguments: { paths: readonly string[]; config: TrainConfig; sources?: Readonly<Record<string, SettingSource>> };
    event: TrainEvent;
    result: TrainResult;
  };
  evaluate: {
    arguments: { folder: string; paths: readonly string[]; config: EvaluateConfig };
    event: EvaluateEvent;
    result: EvaluateResult;
  };
  curve: {
    arguments: { paths: readonly string[]; config: CurveConfig };
    event: CurveEvent;
    result: CurveResult;
  };
  open: {
    arguments: { folder: string; config: PredictConfig };
    event: ModelEvent;
    result: {
      kind: "pair" | "entity" | "span";
      labels: readonly string[];
      /** Of a pair classifier. */
      noRelationLabel: string | undefined;
      entityTypes: readonly string[];
      notes: readonly string[];
      /** Of a model that sees types, those that it knows. */
      shownTypes: ShownTypes | undefined;
    };
  };
  /** Scores with the model opened last. */
  predict: {
    arguments: { inputs: readonly PredictionInput[]; config: PredictConfig };
    event: never;
    result: DocumentPrediction[];
  };
}

/** What the thread is given when it starts. */
export interface ThreadData {
  readonly gate: Int32Array<SharedArrayBuffer>;
}

export type RecipeName = keyof Recipes;

export interface Call<Name extends RecipeName = RecipeName> {
  readonly id: number;
  readonly recipe: Name;
  readonly arguments: Recipes[Name]["arguments"];
  /** One shared int32: 1 asks the recipe to stop. Shared memory, since the thread reads no messages while it computes. */
  readonly stop: SharedArrayBuffer;
}

export type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SerializedError };

/** An error without its class, which does not survive the way between threads. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Present for a UserError. */
  readonly exitCode?: number;
  /** Further fields that can be cloned: `at`, `tensor`, `span`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, fields: {} };
  const fields = Object.fromEntries(
    Object.entries(error).filter(([key, value]) => !["name", "exitCode"].includes(key) && isCloneable(value)),
  );
  const { name, message, stack } = error;
  return { name, message, stack, fields, ...(error instanceof UserError ? { exitCode: error.exitCode } : {}) };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** The error as the caller's thread throws it: of the nearest class of errors.ts, with the original's name and fields. */
export function deserializeError({ name, message, stack, exitCode, fields }: SerializedError): Error {
  const error = name === "Interrupted" ? new Interrupted(message) : errorOf(exitCode, message);
  Object.assign(error, fields);
  Object.defineProperty(error, "name", { value: name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

function errorOf(exitCode: number | undefined, message: string): Error {
  if (exitCode === exitCodes.usage) return new UsageError(message);
  if (exitCode === exitCodes.badData) return new DataError(message);
  if (exitCode === exitCodes.inputMissing) return new InputMissingError(message);
  if (exitCode === exitCodes.unavailable) return new UnavailableError(message);
  if (exitCode === exitCodes.tryAgain) return new TryAgainError(message);
  return new Error(message);
}
