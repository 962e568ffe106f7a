import { planTraining, UsageError, type TrainOptions } from "../../index.ts";
import { planLines } from "./render-estimate.ts";
import { TrainingView } from "./render-training.ts";
import { follow, show, working } from "./work.ts";

/** Plans a training, as `relata train --dry-run`: says what it would be, and trains and writes nothing. */
export async function runDry(data: readonly string[], config: TrainOptions, json: boolean): Promise<void> {
  const planning = planTraining(data, config);
  const plan = {
    outcome: () => "Stopping; a dry run writes nothing.",
    stop() {
      planning.stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const view = new TrainingView(line);
    const result = await follow(planning, (event) => view.show(event));
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(planLines(result).join("\n"));
    line.print();
    line.print("A dry run: nothing was kept and nothing written. Leave --dry-run out to train.");
  });
}

/** @throws UsageError for several runs, of which a dry run plans one */
export function requireOneRun(config: Readonly<Partial<Record<"folds" | "seeds" | "sweep", unknown>>>): void {
  if (config.folds === undefined && config.seeds === undefined && config.sweep === undefined) return;
  throw new UsageError(
    "--dry-run plans one run. Leave --folds, --seeds and --sweep out; each of their runs takes about as long.",
  );
}
