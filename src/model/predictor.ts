import type { Scorer } from "../model/scorer.ts";
import { UsageError } from "../errors.ts";
import { Attributor } from "../model/attribution.ts";
import { CheckpointError } from "../model/checkpoint-error.ts";
import type { RelataManifest } from "../model/manifest.ts";
import type { HeadName } from "../model/heads/head.ts";
import type { Answering, Learned, OpenedPart, Task } from "../model/tasks/task.ts";
import type { Weights } from "../nn/parameters.ts";
import { classifierParameters } from "./classifier.ts";
import type { ExplainedPair, Explanation } from "../model/tasks/explanation.ts";
import type { PredictionInput } from "../model/tasks/prediction-input.ts";
import { taskOf, tasks } from "../model/tasks/tasks.ts";
import type { SessionOptions } from "../runtime/session.ts";
import { beginCheckpoint, type OpeningFiles } from "../model/checkpoint.ts";
import type { SharedBase } from "./adapters/shared-base.ts";
import type { ClassifierShape } from "./classifier.ts";
import { cpu } from "../runtime/cpu.ts";
import { autoNotes, openDevice } from "../runtime/devices.ts";
import type { DeviceName } from "../device-names.ts";
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
  /** Finds the entities of texts that come without, if the folder has a head for it. */
  readonly finder?: Predictor | undefined;
  /** Explains the label of a pair. @throws UsageError if the model explains nothing */
  explain(input: PredictionInput, pair: ExplainedPair): Promise<Explanation>;
  dispose(): Promise<void>;
}

export interface ModelOptions extends SessionOptions {
  readonly dtype?: PredictionDtype | undefined;
  /** The processor of the graph; the CPU if not given. */
  readonly device?: DeviceName | undefined;
  /** The label that means no relation, for a pair classifier whose folder does not name it. */
  readonly noRelationLabel?: string | undefined;
  /** The base of an adapter, which others share. */
  readonly base?: SharedBase | undefined;
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
export async function openModel(
  path: string,
  { device: deviceName = "cpu", base, ...options }: ModelOptions = {},
): Promise<Predictor> {
  if (base && deviceName !== "cpu")
    throw new UsageError(`Adapters over one base are for the CPU, and the device is ${deviceName}. Leave it out.`);
  const checkpoint = await beginCheckpoint(path, { base });
  const { encoder, head, manifest, config, tokenizer, weights, notes, lora } = checkpoint;
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
  const device = await openDevice(deviceName);
  const shared = {
    folder: path,
    manifest,
    tokenizer,
    maxLength: manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength),
    notes: [...notes, ...autoNotes(deviceName, device), ...(options.dtype === "int8" ? [int8Note] : [])],
  };
  /** The graph is built and compiled while the weights are read. */
  const open = async ({ task, learned, head }: OpenedPart, of: Promise<Weights>): Promise<Predictor> => {
    const shape: ClassifierShape = { encoder, config, head, numLabels: learned.id2label.length, lora };
    const make = (): Promise<Scorer> =>
      PredictionSession.create(shape, of, tokenizer.padding, { ...options, device, file: path });
    const session = base ? await sharedScorer(base, shape, { weights: of, tokenizer }, make) : await make();
    await session.hold();
    let attributor: Promise<Attributor> | undefined;
    return {
      ...shared,
      task,
      learned,
      kind: head.name,
      session,
      async explain(input, pair) {
        if (!task.explain)
          throw new UsageError(`Cannot explain answers of --task ${task.name}: only those of relations.`);
        attributor ??= of.then((values) =>
          Attributor.create(shape, values, tokenizer.padding, { ...options, device: cpu }),
        );
        const opened = await attributor;
        return task.explain({ ...shared, learned }, (encoding, ofLogits) => opened.of(encoding, ofLogits), input, pair);
      },
      async dispose() {
        // A session that others use is freed with the base.
        if (!base) await session.dispose();
        await (await attributor?.catch(() => undefined))?.dispose();
      },
    };
  };
  const parts = task.parts?.(learned);
  if (!parts) {
    const only = await open({ task, learned, head }, weights);
    return { ...only, dispose: () => only.dispose().then(() => device.dispose?.()) };
  }
  /** The weights that one of the heads reads, and those of the encoder. */
  const of = ({ head: one, learned: { id2label: labels } }: OpenedPart): Promise<Weights> =>
    weights.then((all) => {
      const names = classifierParameters({ encoder, config, head: one, numLabels: labels.length, lora });
      return new Map(names.flatMap(({ name }) => (all.has(name) ? [[name, all.get(name)!] as const] : [])));
    });
  const main = await open(parts.main, of(parts.main));
  try {
    const finder = await open(parts.finder, of(parts.finder));
    const dispose = async (): Promise<void> => {
      await finder.dispose();
      await main.dispose();
      await device.dispose?.();
    };
    return { ...main, finder, dispose };
  } catch (error) {
    await main.dispose();
    throw error;
  }
}

/** Takes the session of another adapter of the same shape, or makes one. */
async function sharedScorer(
  base: SharedBase,
  shape: ClassifierShape,
  { weights, tokenizer }: Pick<OpeningFiles, "weights" | "tokenizer">,
  make: () => Promise<Scorer>,
): Promise<Scorer> {
  const { encoder, config, head, numLabels, lora } = shape;
  const terms = head.terms?.map(({ name }) => name);
  const { scaling, ranks = [], tokens } = lora ?? {};
  const facts = [encoder.name, config, head.name, head.bias, terms, numLabels, scaling, [...ranks], tokens];
  const { scorer, isNew } = base.scorer(JSON.stringify([facts, tokenizer.padding]), make);
  if (isNew) return scorer;
  const values = await weights;
  const ofBase = new Set(encoder.parameters(config).map(({ name }) => name));
  return (await scorer).withWeights(
    values,
    (name) => values.has(name) && (!ofBase.has(name) || name === encoder.entityTable),
  );
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
