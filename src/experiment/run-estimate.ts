import { constrainedMemory, resourceUsage } from "node:process";
import { totalmem } from "node:os";
import type { LabelledExample } from "../evaluation/mistakes.ts";
import type { EncodedParts } from "../model/tasks/encode-parts.ts";
import type { Encoded } from "../model/tasks/encoded.ts";
import type { Scorer } from "../model/scorer.ts";
import { elementCount, type ParameterSpec } from "../nn/parameters.ts";
import type { EvaluationResult, TrainingEvent, TrainingExamples } from "../training/loop.ts";
import { plannedSteps } from "../training/planned-steps.ts";
import type { LoopSettings } from "../training/loop-settings.ts";
import type { Boundary } from "../training/state.ts";
import { batchCost, fitSeconds, meanStepCost, scoringCost, type Measured } from "../training/step-cost.ts";

/** The time and memory of a whole run, by the steps that were measured so far. */
export interface EstimateEvent {
  readonly type: "estimate";
  /** Steps made so far, and in all. */
  readonly step: number;
  readonly totalSteps: number;
  /** The number of steps that the estimate is made of. */
  readonly measuredSteps: number;
  /** Seconds of the whole run, from its beginning to its end; fewer if `--patience` ends it early. */
  readonly seconds: number;
  readonly secondsLeft: number;
  /** Bytes. */
  readonly memory: {
    /** The highest memory of the process so far; the longest texts are in the first step. */
    readonly peak: number;
    /** Weights, gradients and the two moments of AdamW: 16 bytes for each parameter that learns, 4 for each other. */
    readonly parameters: number;
    /** The memory of the machine, or of the container. */
    readonly machine: number;
  };
}

/** Bytes of weights, gradients and moments. */
export const parameterBytes = (parameters: readonly ParameterSpec[]): number =>
  parameters.reduce((sum, { shape, trainable }) => sum + elementCount(shape) * (trainable === false ? 4 : 16), 0);

/** Bytes of the machine, or of the container if it has a limit. */
export const machineMemory = (): number => {
  const limit = constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
};

/** Steps, and seconds of steps, after which there is a first estimate; of slow steps fewer are enough. */
const enough = { steps: 12, seconds: 1, fewSteps: 2, manySeconds: 20 };
const secondsBetween = 5;
/** Older steps say little of how busy the machine is now. */
const mostMeasured = 200;

interface Planned extends EncodedParts {
  readonly settings: LoopSettings;
  readonly hidden: number;
  readonly parameters: readonly ParameterSpec[];
  readonly scorer: Scorer;
  readonly scoring: { readonly batchSize: number };
  /** When the run began, as `performance.now` counts. */
  readonly started: number;
}

/** Measures the first steps of a run and estimates the rest of it, again and again as it goes on. */
export class RunEstimate {
  readonly #run: Planned;
  #steps: Measured[] = [];
  readonly #stepCost: number;
  readonly #partCosts: { readonly validation: number; readonly test: number };
  /** Steps made here. */
  #made = 0;
  /** The work of the batches since the last step. */
  #cost = 0;
  #scoringRate: number | undefined;
  #lastEstimate = -Infinity;

  constructor(run: Planned) {
    this.#run = run;
    const { train, validation, test, settings, hidden, scoring } = run;
    this.#stepCost = meanStepCost(lengthsOf(train), settings, hidden);
    const costOf = (part: Encoded<LabelledExample> | undefined): number =>
      part ? scoringCost(lengthsOf(part), scoring.batchSize, hidden) : 0;
    this.#partCosts = { validation: costOf(validation), test: costOf(test) };
  }

  /** The same examples; the work of the batches that are made of them is counted. */
  watch<Batch>(examples: TrainingExamples<Batch>): TrainingExamples<Batch> {
    const { lengths } = examples;
    return {
      lengths,
      batch: (indices, whole) => {
        const words = Math.max(...indices.map((index) => lengths[index]!));
        // The shares of a batch are no further work.
        if (!whole) this.#cost += batchCost(indices.length, words, this.#run.hidden);
        return examples.batch(indices, whole);
      },
    };
  }

  /** Passes the events of a training loop on, with estimates among them. */
  async *follow<E extends EvaluationResult>(
    loop: AsyncGenerator<TrainingEvent<E> | Boundary, void>,
  ): AsyncGenerator<TrainingEvent<E> | Boundary | EstimateEvent> {
    let busy = 0;
    let from = performance.now();
    for await (const event of loop) {
      busy += (performance.now() - from) / 1000;
      if (event.type === "step") this.#note({ cost: this.#cost, seconds: busy });
      if (event.type === "evaluation") this.#scoringRate = busy / this.#partCosts.validation;
      yield event;
      if (event.type !== "evaluating" && event.type !== "placement") busy = this.#cost = 0;
      if (event.type === "step" && this.#isDue()) yield await this.at(event.step);
      from = performance.now();
    }
  }

  #note(measured: Measured): void {
    // The first step allocates what the others use again; without others it is better than none.
    this.#steps = this.#made === 1 ? [measured] : [...this.#steps, measured].slice(-mostMeasured);
    this.#made++;
  }

  #isDue(): boolean {
    if (performance.now() - this.#lastEstimate < 1000 * secondsBetween) return false;
    const seconds = this.#steps.reduce((sum, one) => sum + one.seconds, 0);
    return (
      (this.#steps.length >= enough.steps && seconds >= enough.seconds) ||
      (this.#steps.length >= enough.fewSteps && seconds >= enough.manySeconds)
    );
  }

  /** The estimate after so many steps, of which at least one was made here. */
  async at(step: number): Promise<EstimateEvent> {
    this.#scoringRate ??= await this.#probeScoring();
    const { train, settings, parameters, started } = this.#run;
    const { total, evalSteps } = plannedSteps(train.texts.length, settings);
    const evaluations = Math.ceil(total / evalSteps) - Math.floor(step / evalSteps);
    const { validation, test } = this.#partCosts;
    const secondsLeft =
      (total - step) * fitSeconds(this.#steps)(this.#stepCost) + this.#scoringRate * (evaluations * validation + test);
    this.#lastEstimate = performance.now();
    return {
      type: "estimate",
      step,
      totalSteps: total,
      measuredSteps: this.#steps.length,
      seconds: (this.#lastEstimate - started) / 1000 + secondsLeft,
      secondsLeft,
      memory: {
        peak: resourceUsage().maxRSS * 1024,
        parameters: parameterBytes(parameters),
        machine: machineMemory(),
      },
    };
  }

  /** Scores a few texts, of all lengths, before the first evaluation: seconds for a unit of work. */
  async #probeScoring(): Promise<number> {
    const { validation, scorer, scoring, hidden } = this.#run;
    const encodings = validation.texts
      .map(({ encoding }) => encoding)
      .toSorted((a, b) => b.inputIds.length - a.inputIds.length);
    if (encodings.length === 0) return 0;
    // The first call, with the longest texts, allocates what the others use again.
    await scorer.logits(encodings.slice(0, scoring.batchSize), scoring);
    const every = Math.max(1, encodings.length / scoring.batchSize);
    const sample = encodings.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
    const from = performance.now();
    await scorer.logits(sample, scoring);
    return (performance.now() - from) / 1000 / scoringCost(lengthsOfEncodings(sample), scoring.batchSize, hidden);
  }
}

const lengthsOfEncodings = (encodings: readonly { readonly inputIds: ArrayLike<number> }[]): number[] =>
  encodings.map(({ inputIds }) => inputIds.length);
const lengthsOf = ({ texts }: Encoded<LabelledExample>): number[] =>
  lengthsOfEncodings(texts.map(({ encoding }) => encoding));
