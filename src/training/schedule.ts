/**
 * The factor of the learning rate at each step: it rises from 0 over `warmupSteps`, then falls to 0 at `totalSteps`,
 * both linearly (`get_linear_schedule_with_warmup` of transformers' optimization.py). Steps count from 0, so with
 * warm-up the first step has rate 0, as there.
 */
export const linearSchedule =
  (warmupSteps: number, totalSteps: number) =>
  (step: number): number =>
    step < warmupSteps
      ? step / Math.max(1, warmupSteps)
      : Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));

/** The number of warm-up steps, rounded as the Hugging Face Trainer does. */
export const warmupSteps = (totalSteps: number, ratio: number): number => Math.ceil(totalSteps * ratio);
