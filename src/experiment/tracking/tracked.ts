import { basename } from "node:path";
import type { TrainConfig } from "../../config.ts";
import { Interrupted } from "../../errors.ts";
import type { Scores } from "../../evaluation/scores.ts";
import { withResult } from "../../generators.ts";
import { StoppedBeforeFirstScore, summary, type FinishedTraining, type TrainEvent } from "../train-events.ts";
import { Feed } from "./feed.ts";
import { MlflowRun } from "./mlflow.ts";
import type { Outcome, Point, Sink } from "./sink.ts";
import { EventFile } from "./tensorboard.ts";

/** The run that is followed. */
export interface TrackedRun {
  /** The folder that it writes to. */
  readonly folder: string;
  /** The step that it goes on from, if it was resumed. */
  readonly resumed: number | undefined;
  readonly paths: readonly string[];
  readonly config: TrainConfig;
}

/** The trackers that were asked for: `--tensorboard`, and MLflow's server by its environment variable. */
export function sinksOf({ folder, resumed, paths, config }: TrackedRun, environment = process.env): Sink[] {
  const params = Object.fromEntries(
    Object.entries({ data: paths, ...config }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
    ),
  );
  return [
    ...(config.tensorboard ? [new EventFile(folder, resumed)] : []),
    ...(environment["MLFLOW_TRACKING_URI"]
      ? [new MlflowRun(environment, { name: basename(config.output), params })]
      : []),
  ];
}

/** Passes the events of a run on, and their numbers to trackers. A run says once that a tracker fails, and goes on. */
export async function* tracked<Result extends FinishedTraining>(
  run: AsyncGenerator<TrainEvent, Result>,
  sinks: readonly Sink[],
): AsyncGenerator<TrainEvent, Result> {
  const feeds = sinks.map((sink) => new Feed(sink));
  const noted = withResult(run);
  // A caller that stops listening stops the run.
  let outcome: Outcome = { status: "stopped" };
  let isEnded = false;
  try {
    for await (const event of noted.events) {
      if (event.type === "saved" || event.type === "checkpoint" || event.type === "resumed")
        for (const feed of feeds) feed.folderIsThere();
      addTo(feeds, pointOf(event));
      yield event;
      yield* failuresOf(feeds);
    }
    const result = noted.result();
    addTo(feeds, lastPoint(result));
    outcome = { status: result.reason === "stopped" ? "stopped" : "finished", folder: result.folder };
    await endAll(feeds, outcome);
    isEnded = true;
    yield* failuresOf(feeds);
    return result;
  } catch (error) {
    const isStopped = error instanceof StoppedBeforeFirstScore || error instanceof Interrupted;
    if (!isStopped) outcome = { status: "failed" };
    throw error;
  } finally {
    if (!isEnded) await endAll(feeds, outcome);
  }
}

function addTo(feeds: readonly Feed[], point: Point | undefined): void {
  if (point) for (const feed of feeds) feed.add(point);
}

const endAll = async (feeds: readonly Feed[], outcome: Outcome): Promise<void> => {
  await Promise.all(feeds.map((feed) => feed.end(outcome)));
};

function* failuresOf(feeds: readonly Feed[]): Generator<TrainEvent> {
  for (const feed of feeds) {
    const failure = feed.takeFailure();
    if (failure) yield { type: "tracking", ...failure };
  }
}

function pointOf(event: TrainEvent): Point | undefined {
  if (event.type === "step") {
    const { step, loss, learningRate, gradientNorm, epoch } = event;
    return point(step, "train", { loss, learningRate, gradNorm: gradientNorm, epoch });
  }
  if (event.type === "evaluation") return point(event.step, "eval", scoresAlone(event.result.scores));
  return undefined;
}

/** The scores of the test part, at the step whose weights were kept. */
function lastPoint({ parts, evaluation, keptStep }: FinishedTraining): Point | undefined {
  return parts.part === "test" ? point(keptStep, "test", scoresAlone(evaluation.scores)) : undefined;
}

const scoresAlone = (scores: Scores): Record<string, unknown> => summary(scores);

/** Numbers with names in the manner of the Hugging Face Trainer's callbacks: eval/micro_f1. */
function point(step: number, part: string, numbers: Readonly<Record<string, unknown>>): Point {
  const values = Object.entries(numbers).flatMap(([key, value]) =>
    typeof value === "number"
      ? [[`${part}/${key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, value] as const]
      : [],
  );
  return { step, time: Date.now(), values: Object.fromEntries(values) };
}
