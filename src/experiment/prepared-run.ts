import type { TrainConfig } from "../config.ts";
import { DataError } from "../errors.ts";
import { requireMetric } from "../evaluation/scores.ts";
import { requireLayers } from "../model/learning-layers.ts";
import type { Scorer } from "../model/scorer.ts";
import { startModel, type Start } from "../model/start.ts";
import { encodeParts, type EncodedParts } from "../model/tasks/encode-parts.ts";
import { sourcesOf, type LearningData } from "../model/tasks/learning-data.ts";
import { readLearningData } from "../model/tasks/read-learning-data.ts";
import type { Task } from "../model/tasks/task.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import { autoNotes, openDevice } from "../runtime/devices.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import type { TrainingExamples } from "../training/loop.ts";
import { plannedSteps } from "../training/planned-steps.ts";
import type { TrainingSession } from "../training/training-session.ts";
import { openSessions, planRun } from "./run-sessions.ts";
import { machineMemory, parameterBytes, RunEstimate } from "./run-estimate.ts";
import { dataEvent, modelEvent, type DataEvent, type StartingConfig, type TrainEvent } from "./train-events.ts";

/** All that a training run has before its first step. */
export interface PreparedRun extends EncodedParts {
  readonly task: Task;
  readonly data: LearningData;
  readonly model: Start;
  readonly event: DataEvent;
  readonly settings: StartingConfig & { readonly batchSize: number };
  readonly parameters: readonly ParameterSpec[];
  readonly session: TrainingSession<Batch>;
  readonly scorer: Scorer;
  readonly scoring: { readonly batchSize: number };
  /** The training texts with their labels, as the loop takes them; `estimate` counts their work. */
  readonly examples: TrainingExamples<Batch>;
  readonly estimate: RunEstimate;
  /** Frees the sessions and the device. */
  dispose(): Promise<void>;
}

/** The call that a run is prepared for. */
export interface RunCall {
  readonly task: Task;
  readonly paths: readonly string[];
  readonly config: StartingConfig & TrainConfig;
  /** Sentences on the output folder. */
  readonly notes: readonly string[];
  readonly shouldStop?: (() => boolean) | undefined;
  readonly started: number;
  /** The share of the steps that are made; all if not given. */
  readonly share?: number | undefined;
  /** SHA-256 of the files that the run has to read; any if not given. */
  readonly data?: readonly string[] | undefined;
}

/** Reads the data, opens the model, encodes the parts and compiles the graphs; yields the events of data and model. */
export async function* prepareRun(call: RunCall): AsyncGenerator<TrainEvent, PreparedRun> {
  const { task, paths, config, shouldStop, started } = call;
  const device = await openDevice(config.device, config.precision);
  const data = await readLearningData(task, paths, config);
  if (call.data) requireSameData(call.data, sourcesOf(data));
  const { learned } = data;
  requireMetric(config.metric, learned.noRelationId, task.name);
  const request = { ...task.start(data.train, config), head: task.head(learned), id2label: learned.id2label };
  const model = yield* startModel(config, request, shouldStop);
  requireLayers(model.name, model.config.numHiddenLayers, config);
  const parts = await encodeParts(task, data, model);
  const { train } = parts;
  const event = dataEvent(task, data, parts);
  yield event;
  const own = { task, data, model, train, config, share: call.share };
  const plan = planRun(own);
  const { settings } = plan;
  const { parameters } = plan.trainable;
  yield modelEvent(model, [
    ...call.notes,
    ...autoNotes(config.device, device),
    ...(call.share === undefined ? lengthNotes(config, plannedSteps(train.texts.length, settings)) : []),
    ...memoryNotes(parameters),
  ]);
  const { session, scorer, scoring, examples } = await openSessions(own, plan, device);
  const hidden = model.config.hiddenSize;
  const estimate = new RunEstimate({ ...parts, settings, hidden, parameters, scorer, scoring, started });
  return {
    ...parts,
    task,
    data,
    model,
    event,
    settings,
    parameters,
    session,
    scorer,
    scoring,
    estimate,
    examples: estimate.watch(examples),
    async dispose() {
      await session.dispose();
      await scorer.dispose();
      await device.dispose?.();
    },
  };
}

/**
 * A sentence if a run ends before its --max-steps: where --max-steps is given, there is no floor of steps, which few
 * texts would otherwise be trained for.
 */
export function lengthNotes(
  { minSteps, maxSteps, epochs }: Pick<StartingConfig, "minSteps" | "maxSteps" | "epochs">,
  { total }: { readonly total: number },
): string[] {
  if (maxSteps === undefined || minSteps !== undefined || total >= maxSteps) return [];
  return [
    `${epochs} epochs of these texts are ${total} steps, fewer than --max-steps ${maxSteps}, which ends a run and does not ` +
      `lengthen it: --min-steps ${maxSteps} trains that long.`,
  ];
}

/** @throws DataError for files of other contents than whoever ordered the run has read */
function requireSameData(expected: readonly string[], sources: LearningData["sources"]): void {
  const other = sources.find(({ sha256 }, i) => sha256 !== expected[i]);
  if (!other && sources.length === expected.length) return;
  const found = other
    ? `${other.path} has other contents`
    : `there are ${sources.length} files, not ${expected.length}`;
  throw new DataError(
    `The data are not those that the run was ordered for: ${found}. Give every machine the same files under the same paths.`,
  );
}

/** A sentence if not even the weights with what training keeps beside them fit into memory. */
function memoryNotes(parameters: readonly ParameterSpec[]): string[] {
  const [needed, machine] = [parameterBytes(parameters), machineMemory()];
  if (needed < 0.9 * machine) return [];
  const size = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    `WARNING: weights, gradients and the two moments of AdamW need ${size(needed)}, and there are ${size(machine)} of memory here: ` +
      "this run will be slow or will be killed. Train an adapter (--lora), freeze layers (--freeze-layers), or take a smaller model.",
  ];
}
