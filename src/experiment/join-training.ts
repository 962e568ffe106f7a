import { trainConfig, type TrainConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { prepareRun } from "./prepared-run.ts";
import { rankFacts } from "./rank-facts.ts";
import type { RunControl, StartingConfig, TrainEvent } from "./train-events.ts";
import { greaterIsBetter } from "../evaluation/scores.ts";
import { taskNamed } from "../model/tasks/tasks.ts";
import { evaluationOfMember } from "../ranks/evaluation.ts";
import { MemberGroup } from "../ranks/member.ts";
import { rankPlace, type RemoteRank } from "../ranks/place.ts";
import { timeoutOf } from "../ranks/run-ranks.ts";
import { trainingLoop } from "../training/loop.ts";

/** The end of a rank other than 0: the model is at rank 0. */
export interface JoinedTraining {
  readonly rank: number;
  readonly worldSize: number;
  readonly steps: number;
  readonly reason: "finished" | "patience" | "stopped";
}

/**
 * Trains as a rank other than 0 of a run of several processes. Rank 0 sends settings, weights and state, evaluates and
 * writes; this process reads the same data, and writes nothing.
 */
export async function* joinTraining(
  paths: readonly string[],
  config: TrainConfig,
  control: RunControl = {},
): AsyncGenerator<TrainEvent, JoinedTraining> {
  const place = rankPlace(config);
  if (place?.kind !== "remote" || place.rank === 0)
    throw new UsageError(
      "To join a training needs --rendezvous and a --rank of at least 1; rank 0 trains as any run does.",
    );
  const { threads } = config;
  return yield* trainAsMember(place, paths, { threads, timeout: timeoutOf(config), shouldStop: control.shouldStop });
}

/** Trains as the rank of this place; `threads` are those of rank 0 if not given. */
export async function* trainAsMember(
  place: RemoteRank,
  paths: readonly string[],
  {
    threads,
    timeout,
    shouldStop,
  }: Pick<RunControl, "shouldStop"> & { readonly threads?: number; readonly timeout: number },
): AsyncGenerator<TrainEvent, JoinedTraining> {
  const started = performance.now();
  const group = await MemberGroup.join(place, timeout);
  let failure: unknown;
  try {
    const ofRun = trainConfig.parse(group.settings) as StartingConfig;
    const config = { ...ofRun, threads: threads || ofRun.threads };
    const run = yield* prepareRun({ task: taskNamed(config.task), paths, config, notes: [], shouldStop, started });
    try {
      const { session, settings, examples, model, parameters } = run;
      const resume = await group.begin(rankFacts(run), model.weights, parameters);
      let isLeft = false;
      const loop = trainingLoop({
        session,
        settings,
        examples,
        resume,
        ranks: group,
        lowerIsBetter: !greaterIsBetter(config.metric),
        shouldStop: () => isLeft || (shouldStop?.() ?? false),
        // Rank 0 has decided to leave an evaluation, where this rank only hears of it.
        stopGrace: 0,
        evaluate: evaluationOfMember(group, model.weights, () => (isLeft = true)),
      });
      for await (const event of loop) {
        if (event.type === "step" || event.type === "overflow") yield event;
        if (event.type === "done")
          return { rank: group.rank, worldSize: group.size, steps: event.step, reason: event.reason };
      }
      throw new Error("internal: a training ended without an end");
    } finally {
      await run.dispose();
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    group.close(failure);
  }
}
