import type { EstimateEvent, TrainingPlan } from "../../index.ts";
import { plural } from "../../report/words.ts";

/** Formats a time that is not known to the second: `40 s`, `12 min`, `3 h 20 min`. */
export function roughly(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rounded = 5 * Math.round(minutes / 5);
  return rounded % 60 === 0 ? `${rounded / 60} h` : `${Math.floor(rounded / 60)} h ${rounded % 60} min`;
}

/** Formats bytes as `860 MiB` or `1.4 GiB`. */
export const memorySize = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Says how long a run takes. */
export const estimateLine = ({ seconds, measuredSteps, memory }: EstimateEvent): string =>
  `about ${roughly(seconds)} on this machine (${plural(measuredSteps, "step")} measured), about ${memorySize(memory.peak)} of memory`;

/** Describes a run that is not made. */
export function planLines({ estimate, ...plan }: TrainingPlan): string[] {
  const { steps, stepsPerEpoch, batchSize, evaluations, learningRate, threads } = plan;
  const { peak, parameters, machine } = estimate.memory;
  // Rows of the vocabulary that no text has met, and moments before the first step, are not touched yet.
  const memory =
    peak > parameters
      ? `about ${memorySize(peak)} of ${memorySize(machine)}; weights, gradients and moments ${memorySize(parameters)}, activations and the rest ${memorySize(peak - parameters)}`
      : `about ${memorySize(peak)} of ${memorySize(machine)} so far, and more as other words are met: weights, gradients and moments of all words take ${memorySize(parameters)}`;
  const epochs = Number((steps / stepsPerEpoch).toFixed(1));
  return [
    `${plural(steps, "step")} of ${plural(batchSize, "text")} (${epochs} ${epochs === 1 ? "epoch" : "epochs"}), evaluated ${evaluations === 1 ? "once" : `${evaluations} times`}, learning rate ${learningRate}, ${plural(threads, "thread")}`,
    `time: about ${roughly(estimate.seconds)} on this machine (${plural(estimate.measuredSteps, "step")} measured)`,
    `memory: ${memory}`,
  ];
}
