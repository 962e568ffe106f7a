import {
  joinTraining,
  rankPlace,
  rankSettings,
  requireOneProcess,
  type RankPlace,
  type TrainCommandConfig,
  type TrainOptions,
} from "../../index.ts";
import { interruptedCode } from "./interrupt.ts";
import { elapsed } from "./status-line.ts";
import { PullView } from "./render-pull.ts";
import { follow, working } from "./work.ts";

/** Returns whether this process is a rank other than 0, which has no model to write. */
export const isMember = (place: RankPlace | undefined): boolean => place?.kind === "remote" && place.rank > 0;

/** The settings of work that trains several models, each by one process. @throws UsageError for settings of ranks */
export function withoutRanks<Config extends TrainCommandConfig>(
  config: Config,
  work: string,
): Omit<Config, keyof typeof rankSettings.shape> {
  requireOneProcess(config, work);
  const kept = Object.entries(config).filter(([key]) => !(key in rankSettings.shape));
  return Object.fromEntries(kept) as Omit<Config, keyof typeof rankSettings.shape>;
}

/** Trains as a rank other than 0: `relata train` with --rendezvous and a --rank of at least 1. */
export async function runMember(data: readonly string[], config: TrainOptions): Promise<void> {
  const started = performance.now();
  const training = joinTraining(data, config);
  let step = 0;
  const plan = {
    outcome: () => "Stopping after this step, at every rank; rank 0 keeps the best model so far.",
    stop() {
      if (step > 0) training.stop();
      return step > 0;
    },
  };
  await working(plan, async (line) => {
    const place = rankPlace(config);
    line.print(`Rank of a training by ${place?.size} processes: rank 0 has the settings, the scores and the model.`);
    const pull = new PullView(line);
    const { rank, worldSize, steps, reason } = await follow(training, (event) => {
      if (event.type === "pull") pull.show(event.event);
      if (event.type !== "step") return;
      step = event.step;
      line.update([
        line.bar(step / event.totalSteps),
        `step ${step}/${event.totalSteps}`,
        `loss ${event.loss.toFixed(3)}`,
      ]);
    });
    line.print(
      `Rank ${rank} of ${worldSize}: ${steps} steps, ${elapsed((performance.now() - started) / 1000)} in all.`,
    );
    if (reason === "stopped") process.exitCode = interruptedCode();
  });
}
