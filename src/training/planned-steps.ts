import type { LoopSettings } from "./loop-settings.ts";

/** Computes the number of steps of a run, which the schedule needs before the first. */
export function plannedSteps(
  exampleCount: number,
  { batchSize, epochs, minSteps = 1, maxSteps, evalSteps }: LoopSettings,
): { perEpoch: number; total: number; evalSteps: number } {
  const perEpoch = Math.ceil(exampleCount / batchSize);
  const ofEpochs = Math.max(1, Math.ceil(perEpoch * epochs));
  const total = Math.max(minSteps, ofEpochs);
  // If --min-steps adds passes over few texts, there are still only as many evaluations as --epochs.
  const between = total > ofEpochs ? Math.ceil(total / Math.ceil(epochs)) : perEpoch;
  return { perEpoch, total: Math.min(maxSteps ?? Infinity, total), evalSteps: evalSteps ?? between };
}

/** Settings of a run of a share of the steps, with a schedule and evaluations of its own. */
export const shortened = <Settings extends LoopSettings>(settings: Settings, examples: number, share = 1): Settings =>
  share === 1
    ? settings
    : { ...settings, maxSteps: Math.max(1, Math.ceil(plannedSteps(examples, settings).total * share)) };
