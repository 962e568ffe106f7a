/**
 * The learning rate's factor at each step: up from 0 over `warmupSteps`, then down to 0 at `totalSteps`, both linear
 * (`get_linear_schedule_with_warmup` of transformers' optimization.py). Steps count from 0, so with warm-up the first
 * step has rate 0, as there.
 */
export const linearSchedule =
  (warmupSteps: number, totalSteps: number) =>
  (step: number): number =>
    step < warmupSteps
      ? step / Math.max(1, warmupSteps)
      : Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));

/** As the Hugging Face Trainer rounds it. */
export const warmupSteps = (totalSteps: number, ratio: number): number => Math.ceil(totalSteps * ratio);
