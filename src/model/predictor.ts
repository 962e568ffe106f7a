import type { Scorer } from "../model/scorer.ts";
import { CheckpointError } from "../model/checkpoint-error.ts";
import type { RelataManifest } from "../model/manifest.ts";
import type { HeadName } from "../model/heads/head.ts";
import type { Answering, Learned, Task } from "../model/tasks/task.ts";
import { taskOf, tasks } from "../model/tasks/tasks.ts";
import type { SessionOptions } from "../runtime/session.ts";
import { beginCheckpoint, type OpeningFiles } from "../model/checkpoint.ts";
import { PredictionSession, type PredictionDtype } from "../model/prediction-session.ts";

/** A trained model, ready to answer; made from its folder alone. */
export interface Predictor extends Answering {
  readonly folder: string;
  /** The relata.json; null for a folder that transformers wrote. */
  readonly manifest: RelataManifest | null;
  readonly task: Task;
  /** The name of its head, by which programs know the kind of the model. */
  readonly kind: HeadName;
  readonly session: Scorer;
  /** Sentences for the user on how the folder was read. */
  readonly notes: readonly string[];
  dispose(): Promise<void>;
}

export interface ModelOptions extends SessionOptions {
  readonly dtype?: PredictionDtype | undefined;
  /** The label that means no relation, for a pair classifier whose folder does not name it. */
  readonly noRelationLabel?: string | undefined;
  /** The most pairs of a text; if absent, the bound that the model was trained with holds. */
  readonly maxPairs?: number | undefined;
}

const int8Note =
  "dense layers of the encoder multiply int8; probabilities differ a little from float32, and with the texts of a batch";

/**
 * Opens a trained classifier: a folder of Relata, or one of `transformers` with an encoder and a head that Relata has.
 * @throws CheckpointError if it is no complete classifier, naming what is missing or does not fit; UsageError if a pair
 * classifier does not say which label means no relation.
 */
export async function openModel(path: string, options: ModelOptions = {}): Promise<Predictor> {
  const checkpoint = await beginCheckpoint(path);
  const { encoder, head, id2label, manifest, config, tokenizer, weights, notes } = checkpoint;
  let task: Task;
  let learned: Learned;
  try {
    task = requireTask(checkpoint);
    const { noRelationLabel, maxPairs } = options;
    learned = task.open({ ...checkpoint, noRelationLabel, maxPairs });
  } catch (error) {
    // A damaged file is reported first.
    await weights;
    throw error;
  }
  // The graph is built and compiled while the weights are read.
  const session = await PredictionSession.create(
    { encoder, config, head, numLabels: id2label.length },
    weights,
    tokenizer.padding,
    { ...options, file: path },
  );
  return {
    folder: path,
    manifest,
    task,
    kind: head.name,
    learned,
    tokenizer,
    maxLength: manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength),
    session,
    notes: options.dtype === "int8" ? [...notes, int8Note] : notes,
    dispose: () => session.dispose(),
  };
}

function requireTask({ folder, manifest, head }: OpeningFiles): Task {
  const task = taskOf(manifest, head.name);
  if (task) return task;
  throw new CheckpointError("a task that Relata does not have", {
    file: folder,
    expected: tasks.map(({ name }) => name).join(", "),
    found: manifest!.task.name,
    next: "Use the Relata that wrote the folder, or a newer one.",
  });
}
