import type { PullEvent } from "../model/hub/pull.ts";
import type { PredictConfig } from "../config.ts";
import { debugWords } from "../debug.ts";
import { DataError, Interrupted, UsageError, type SourceLocation } from "../errors.ts";
import { describe } from "../formats/source/json-line.ts";
import { drain } from "../generators.ts";
import { readExplainedPair, readGivenInput, type GivenInput } from "../model/tasks/given-input.ts";
import type { HeadName } from "../model/heads/head.ts";
import type { ExplainedPair, Explanation } from "../model/tasks/explanation.ts";
import { predictionNotices } from "../model/tasks/prediction-notices.ts";
import type { NoticedPrediction } from "../model/tasks/prediction.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import type { ShownTypes } from "../model/tasks/task.ts";
import type { ModelEvent } from "../model/source.ts";
import type { ModelFacts } from "./jobs.ts";
import type { RunOptions } from "./run.ts";
import { JobsHere, type JobPlace } from "./jobs-here.ts";
import { JobThread } from "./thread.ts";

/**
 * A trained model, opened. Close it when done: it holds a thread and its weights. Several may be open side by side, and
 * each may be asked from several places at once.
 */
export interface ModelHandle {
  /** Label names by id; one label of a pair classifier is `noRelationLabel`. */
  readonly labels: readonly string[];
  readonly noRelationLabel: string | undefined;
  /** The things that it classifies: pairs of entities, single entities, all spans of a text at once, or its tokens. */
  readonly kind: HeadName;
  /** Whether it finds the entities of a text that is given without. */
  readonly finds: boolean;
  /** Sentences for the user on how the checkpoint was read. */
  readonly notes: readonly string[];
  /** The entity types of the training documents. */
  readonly entityTypes: readonly string[];
  /** Hexadecimal digits that change with the files of the model. */
  readonly digest: string;
  /** The settings of the run that trained it; empty for a folder that transformers wrote. */
  readonly trainedWith: Readonly<Record<string, unknown>>;
  /** The types that the model was shown in training, if it reads types. */
  readonly shownTypes: ShownTypes | undefined;
  /**
   * Finds the entities of a text, if the model does; or labels the given pairs, or every ordered pair, with a probability for each label; a classifier of types labels the
   * entities. An entity is given by its
   * offsets, `{ start, end, type }` or `[start, end, type]`, or by words that stand once in the text, `{ text, type }`. What is
   * to be known of an answer, as that the model never met the type of an entity, stands in its `notices`.
   * @throws PredictionInputError naming the field that is missing or wrong; DataError for a span that is no part of its
   * text; UsageError once the model is closed
   */
  predict(input: GivenInput): Promise<NoticedPrediction>;
  predict(inputs: readonly GivenInput[]): Promise<NoticedPrediction[]>;
  /**
   * Explains the label of one pair, that of the model's answer if none is given, by a score for each word of the text.
   * @throws as predict; UsageError for a model of another task than relations, a label that it does not have, or int8
   */
  explain(input: GivenInput, pair: ExplainedPair): Promise<Explanation>;
  /**
   * Waits for the current batch, and frees the thread and the weights; a prediction that is not finished throws
   * UsageError.
   */
  close(): Promise<void>;
  /** Calls `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const closedError = (): UsageError =>
  new UsageError("Cannot predict: this model was closed. Open it again with openModel.");

const noUseForEntities = (at?: SourceLocation): DataError =>
  new DataError("Cannot predict: the model finds the entities of a text itself. Leave the given entities out.", at);

/** Refuses settings beside the texts, which would do nothing. `inputs.map(model.predict)` hands on a position as well. */
function refuseSettings(given: unknown): void {
  if (given === undefined || typeof given === "number") return;
  throw new UsageError(
    `model.predict takes one text or a list of texts; found ${describe(given)} as well. Settings are given to openModel, ` +
      "and several texts in one list.",
  );
}

export interface OpenOptions extends RunOptions {
  /** Called with the progress of a download from the hub. */
  readonly onPull?: ((event: PullEvent) => void) | undefined;
  /**
   * Computes on the caller's thread, which is blocked meanwhile, and saves the copies between threads; false if not given. It is
   * for a process that does nothing else; a thread has room for one such model, or for the adapters over one base.
   */
  readonly onThisThread?: boolean | undefined;
}

/** Opens a model, on a thread of its own unless the options say otherwise. @throws UserError for a model that is not there or not whole */
export async function openOnThread(model: string, config: PredictConfig, options: OpenOptions): Promise<ModelHandle> {
  const opened = await openThread((thread) => thread.call("open", { model, config }, options.signal), options);
  return handleOf(opened.thread, opened.facts, config, undefined, opened.close);
}

/** Starts a thread that opens something, or does so on this one. */
export async function openThread<Facts>(
  open: (thread: JobPlace) => AsyncGenerator<ModelEvent, Facts>,
  { signal, onPull, onThisThread }: OpenOptions,
): Promise<{ readonly thread: JobPlace; readonly facts: Facts; readonly close: () => Promise<void> }> {
  if (signal?.aborted) throw new Interrupted("stopped");
  const thread = onThisThread ? new JobsHere() : new JobThread();
  let facts: Facts;
  try {
    facts = await drain(open(thread), ({ event }) => onPull?.(event));
  } catch (error) {
    await thread.close();
    throw error;
  }
  const end = async (): Promise<void> => {
    // The end of a thread frees its session too, but a profile is only there once the session was ended itself.
    if (!onThisThread && debugWords().has("profile")) await drain(thread.call("release", undefined)).catch(() => {});
    await thread.close();
  };
  let closing: Promise<void> | undefined;
  return { thread, facts, close: () => (closing ??= end()) };
}

/** @param adapter the name of an adapter among those that are open on the thread */
export function handleOf(
  thread: JobPlace,
  facts: ModelFacts,
  config: PredictConfig,
  adapter: string | undefined,
  end: () => Promise<void>,
): ModelHandle {
  let isClosed = false;
  /** @param place names a text in its notices */
  async function answer(
    inputs: readonly PredictionInput[],
    place: (input: number) => string,
  ): Promise<NoticedPrediction[]> {
    try {
      const answers = await drain(thread.call("predict", { inputs, config, adapter }));
      return answers.map((one, i) => ({ ...one, notices: predictionNotices(facts, one, place(i)) }));
    } catch (error) {
      if (error instanceof Interrupted && isClosed) throw closedError();
      throw error;
    }
  }
  const read = (given: unknown, at?: SourceLocation): PredictionInput => {
    const input = readGivenInput(given, at, facts.finds);
    if (facts.finds && facts.kind !== "pair" && input.entities.length > 0) throw noUseForEntities(at);
    return input;
  };
  async function predict(input: GivenInput): Promise<NoticedPrediction>;
  async function predict(inputs: readonly GivenInput[]): Promise<NoticedPrediction[]>;
  async function predict(
    given: GivenInput | readonly GivenInput[],
    ...others: readonly unknown[]
  ): Promise<NoticedPrediction | NoticedPrediction[]> {
    if (isClosed) throw closedError();
    refuseSettings(others[0]);
    if (!Array.isArray(given)) return (await answer([read(given)], () => "the text"))[0]!;
    const place = (i: number): string => `input ${i}`;
    return answer(
      given.map((one: unknown, i) => read(one, { file: place(i) })),
      place,
    );
  }
  async function explain(given: GivenInput, pair: ExplainedPair): Promise<Explanation> {
    if (isClosed) throw closedError();
    return drain(thread.call("explain", { input: read(given), pair: readExplainedPair(pair), adapter }));
  }
  const close = (): Promise<void> => {
    isClosed = true;
    return end();
  };
  return { ...facts, predict, explain, close, [Symbol.asyncDispose]: close };
}
