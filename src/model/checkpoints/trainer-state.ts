import { z } from "zod";
import type { LoopState } from "../../training/state.ts";
import { CheckpointError } from "../checkpoint-error.ts";

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");

/** The things that decide what a run gives, beside its weights: they must be the same when it is resumed. */
const basis = z.strictObject({
  relata: z.string(),
  onnxruntime: z.string(),
  /** The settings as given, before defaults that depend on the model. */
  settings: z.record(z.string(), z.unknown()),
  /** The origin of each setting, for the report. */
  sources: z.record(z.string(), z.enum(["flag", "file", "default"])).nullable(),
  data: z.array(z.strictObject({ path: z.string(), sha256: digest })),
  /** The texts of each part, as the model reads them. */
  texts: z.strictObject({ train: count, validation: count, test: count }),
  /** SHA-256 of config.json and the tokenizer's files. */
  model: digest,
  /** SHA-256 of names, shapes and values of the weights that do not learn, and of names and shapes of the others. */
  parameters: digest,
});
export type Basis = Readonly<z.infer<typeof basis>>;

/** trainer_state.json: the keys of the Hugging Face Trainer, and under `relata` what it has no key for. */
const trainerState = z.looseObject({
  global_step: count,
  relata: z.strictObject({
    version: z.literal(1, "this Relata reads checkpoints of version 1; resume with the Relata that wrote it"),
    basis,
    best: z.strictObject({
      value: z.number().nullable(),
      step: count,
      evaluationsSince: count,
      standardError: z.number().optional(),
      keptStep: count,
    }),
    lastEvaluation: count,
    losses: z.array(z.number()),
    /** In float16: the keys of `torch.amp.GradScaler`'s state, in our spelling. */
    lossScaler: z.strictObject({ scale: z.number().positive(), growthTracker: count, skippedSteps: count }).optional(),
    /**
     * All steps are done, and only figures are to come: the checkpoint has the best weights, which these need, and neither those of
     * the last step nor moments.
     */
    isTrained: z.literal(true).optional(),
    optimizerStep: count,
    /** Seconds of the run so far. */
    seconds: z.number().min(0),
    threads: count,
    /** The number of processes, if more than one. */
    ranks: z.int().min(2).optional(),
  }),
});
export type TrainerState = Readonly<z.infer<typeof trainerState>>;

export interface TrainerFacts {
  readonly loop: LoopState;
  readonly isTrained?: boolean;
  readonly optimizerStep: number;
  readonly basis: Basis;
  readonly seconds: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly ranks: number;
  readonly settings: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly evalSteps?: number | undefined;
    readonly saveSteps?: number | undefined;
    readonly threads: number;
  };
}

export function formatTrainerState(facts: TrainerFacts): string {
  const { loop, isTrained = false, optimizerStep, basis, seconds, totalSteps, stepsPerEpoch, ranks, settings } = facts;
  const { step, best, lastEvaluation, losses, lossScaler } = loop;
  const hasBest = best.step > 0;
  const state: TrainerState = {
    global_step: step,
    max_steps: totalSteps,
    epoch: step / stepsPerEpoch,
    num_train_epochs: settings.epochs,
    train_batch_size: settings.batchSize,
    eval_steps: settings.evalSteps ?? stepsPerEpoch,
    save_steps: settings.saveSteps ?? null,
    best_metric: hasBest ? best.value : null,
    best_global_step: hasBest ? best.step : null,
    relata: {
      version: 1,
      basis,
      best: { ...best, value: hasBest ? best.value : null },
      lastEvaluation,
      losses: [...losses],
      ...(lossScaler ? { lossScaler } : {}),
      ...(isTrained ? { isTrained } : {}),
      optimizerStep,
      seconds,
      threads: settings.threads,
      ...(ranks > 1 ? { ranks } : {}),
    },
  };
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** Parses trainer_state.json. @throws CheckpointError that names the field */
export function parseTrainerState(json: unknown, file: string): TrainerState {
  const result = trainerState.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CheckpointError("bad state of a run", {
    file,
    expected: "the fields of trainer_state.json",
    found: `in ${issue?.path.join(".") || "the whole"}: ${issue?.message}`,
  });
}

/** The state of the loop; without an evaluation the best score is worse than any. */
export function loopStateOf({ global_step: step, relata }: TrainerState, lowerIsBetter: boolean): LoopState {
  const { best, lastEvaluation, losses, lossScaler } = relata;
  return {
    step,
    lastEvaluation,
    losses,
    lossScaler,
    best: { ...best, value: best.value ?? (lowerIsBetter ? Infinity : -Infinity) },
  };
}
