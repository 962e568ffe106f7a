import { random } from "../random.ts";
import { lengthGroupedBatches } from "../tokenization/inputs/length-batches.ts";
import { adamW } from "./adamw.ts";
import { DeviceWatch } from "./device-watch.ts";
import { DivergedError, LossWatch } from "./divergence.ts";
import { clipScale, GradientNorm, type NormOfGradients } from "./gradient-norm.ts";
import type { LoopSettings } from "./loop-settings.ts";
import { LossScaler } from "./loss-scaler.ts";
import { accumulate, type TrainableSession, type TrainingExamples } from "./micro-batches.ts";
import type { MakeOptimizer, Optimizer } from "./optimizer.ts";
import { RankLostError } from "./rank-lost.ts";
import { plannedSteps } from "./planned-steps.ts";
import type { RankGroup } from "./rank-group.ts";
import { linearSchedule, warmupSteps } from "./schedule.ts";
import { freshState, withScore, type Boundary, type TrainingState } from "./state.ts";
import { StopGrace } from "./stop-grace.ts";
import type { EvaluationResult, Progress, TrainingEvent } from "./training-events.ts";
import { withResult } from "../generators.ts";

export type { TrainableSession, TrainingExamples } from "./micro-batches.ts";
export type { EvaluationResult, Progress, TrainingEvent } from "./training-events.ts";

export interface LoopOptions<E extends EvaluationResult, Batch> {
  readonly session: TrainableSession<Batch>;
  readonly examples: TrainingExamples<Batch>;
  readonly settings: LoopSettings;
  /** Makes the optimizer; if not given, AdamW with the betas, epsilon and weight decay of the settings. */
  readonly optimizer?: MakeOptimizer;
  /** Scores the session's current weights; yields its progress. */
  readonly evaluate: () => AsyncGenerator<Progress, E>;
  readonly lowerIsBetter?: boolean;
  /** The other processes that train this model, if there are several; each runs this loop with the same options. */
  readonly ranks?: RankGroup | undefined;
  /** The state of a run to go on with; the session has its weights. */
  readonly resume?: TrainingState | undefined;
  /**
   * Called between micro-batches and between the batches of an evaluation; true ends the loop with the weights that were kept. If
   * none were evaluated yet, those of the last step are evaluated, for as long as `stopGrace` allows.
   */
  readonly shouldStop?: () => boolean;
  /**
   * Milliseconds of scoring that a stopped run may take for its first evaluation, which is left at once if it would take longer:
   * `done` then has no kept step. Without it the first evaluation is always completed.
   */
  readonly stopGrace?: number | undefined;
}

/** Why a run ends whose gradients overflow however small the loss is made. */
const unscalable =
  "its gradients overflow float16 even at a loss scale below 1, so that the fault is not one of range; --precision fp32 shows " +
  "whether it is one of precision";

/**
 * Trains the session's weights in place and yields events; printing, saving and stopping are left to the caller. Data
 * order, dropout and therefore the result depend only on the settings and examples.
 * At each boundary the state can be kept; a loop that is resumed from it yields the same events as this one from there.
 */
export async function* trainingLoop<E extends EvaluationResult, Batch>(
  options: LoopOptions<E, Batch>,
): AsyncGenerator<TrainingEvent<E> | Boundary, void> {
  const { session, settings, resume, optimizer: make = adamW } = options;
  const norm = await GradientNorm.create({ intraOpNumThreads: settings.threads, device: session.device });
  const optimizer = await make(session.weights, session.specs, settings, session.device);
  try {
    if (resume) optimizer.restore(resume.optimizer);
    // The caller has put the weights of the checkpoint into their arrays.
    if (resume) await session.storeWeights?.();
    yield* steps(options, optimizer, norm);
    session.releaseWeights?.();
  } finally {
    await optimizer.dispose();
    await norm.dispose();
  }
}

async function* steps<E extends EvaluationResult, Batch>(
  {
    session,
    examples,
    settings,
    evaluate,
    lowerIsBetter = false,
    ranks,
    resume,
    shouldStop = () => false,
    stopGrace = Infinity,
  }: LoopOptions<E, Batch>,
  optimizer: Optimizer,
  gradientNorm: NormOfGradients,
): AsyncGenerator<TrainingEvent<E> | Boundary, void> {
  const { perEpoch, total, evalSteps } = plannedSteps(examples.lengths.length, settings);
  const rate = linearSchedule(warmupSteps(total, settings.warmupRatio), total);

  let { step, best, lastEvaluation } = resume?.loop ?? freshState(lowerIsBetter);
  /** The losses since the last evaluation. */
  let losses = [...(resume?.loop.losses ?? [])];
  const scaler = session.scalesLoss ? new LossScaler(resume?.loop.lossScaler) : undefined;
  const watch = new LossWatch();
  const onDevice = new DeviceWatch(session.device, session.weights);
  /** The last step whose state was offered since the run is to stop. */
  let lastKept = -1;
  const grace = new StopGrace(stopGrace);
  /** Whether the first evaluation was left, so that no weights are known to be the best. */
  let isUnscored = false;
  const boundary = (why: Boundary["why"]): Boundary => ({
    type: "boundary",
    step,
    totalSteps: total,
    stepsPerEpoch: perEpoch,
    why,
    loop: () => ({ step, best, lastEvaluation, losses: [...losses], ...(scaler && { lossScaler: scaler.state }) }),
    async state() {
      await session.fetchWeights?.();
      await optimizer.fetch?.();
      return { loop: this.loop(), optimizer: optimizer.state() };
    },
  });
  /** Returns whether the evaluation was completed. */
  async function* evaluateNow(): AsyncGenerator<TrainingEvent<E> | Boundary, boolean> {
    const scoring = withResult(evaluate());
    let spent = 0;
    let from = performance.now();
    for await (const progress of scoring.events) {
      spent += performance.now() - from;
      yield { type: "evaluating", step, ...progress };
      if (shouldStop()) {
        if (best.step > 0) return false;
        // Without a model kept yet it may go on; who does not wait for it, or cannot, has the state before.
        if (lastKept < step) yield boundary("stopping");
        lastKept = step;
        isUnscored = !grace.allows(spent, progress);
        if (isUnscored) return false;
      }
      from = performance.now();
    }
    const result = scoring.result();
    if (Number.isNaN(result.value)) throw new DivergedError(step, "its answers are not finite", settings);
    best = withScore(best, step, result, lowerIsBetter);
    const isKept = best.keptStep === step;
    // The caller saves them.
    if (isKept) await session.fetchWeights?.();
    const trainingLoss = losses.reduce((a, b) => a + b, 0) / losses.length;
    losses = [];
    lastEvaluation = step;
    yield { type: "evaluation", step, epoch: step / perEpoch, trainingLoss, result, isKept };
    return true;
  }
  /** Evaluates after a step, if it is time to, and returns the reason to end, if there is one. */
  async function* afterStep(): AsyncGenerator<TrainingEvent<E> | Boundary, "patience" | "stopped" | undefined> {
    const isDue = step > lastEvaluation && (step % evalSteps === 0 || step === total);
    if (isDue && !(yield* evaluateNow())) return "stopped";
    if (isDue) yield boundary("evaluation");
    else yield boundary("step");
    return settings.patience !== undefined && best.evaluationsSince >= settings.patience ? "patience" : undefined;
  }

  try {
    yield* run();
  } catch (error) {
    // The step under way is left out at every rank: the state is that after the step before.
    if (error instanceof RankLostError) yield boundary("stopping");
    throw error;
  }

  async function* run(): AsyncGenerator<TrainingEvent<E> | Boundary, void> {
    // A run that is resumed may have ended before the evaluation of its last step.
    let reason = resume ? yield* afterStep() : undefined;
    for (let epoch = Math.floor(step / perEpoch); step < total && !reason; epoch++) {
      const stream = random(settings.seed, "order", epoch);
      const batches = lengthGroupedBatches(examples.lengths, { batchSize: settings.batchSize, random: stream });
      for (const indices of batches.slice(step - epoch * perEpoch)) {
        if (step === total || reason) break;
        onDevice.beginStep();
        const lossScale = scaler?.scale;
        const place = { epoch, step, lossScale, shouldStop };
        const gradient = await accumulate(session, examples, indices, settings.gradientAccumulationSteps, place, ranks);
        if (!gradient) {
          reason = "stopped";
          break;
        }
        const { loss, gradients } = gradient;
        // ONNX Runtime may add up in another order on another machine, and ranks that clip differently would drift apart.
        const measure = (): Promise<number> => gradientNorm.of(gradients);
        const norm = (await (ranks ? ranks.fromRoot(measure) : measure())) / (lossScale ?? 1);
        scaler?.update(Number.isFinite(norm));
        if (scaler && !Number.isFinite(norm)) {
          if (scaler.scale < 1) throw new DivergedError(step + 1, unscalable, settings);
          step++;
          if (Number.isFinite(loss)) losses.push(loss);
          yield {
            type: "overflow",
            step,
            totalSteps: total,
            epoch: step / perEpoch,
            loss: Number.isFinite(loss) ? loss : null,
            lossScale: scaler.scale,
            skippedSteps: scaler.skippedSteps,
            examples: indices.length,
          };
          reason = yield* afterStep();
          continue;
        }
        if (!Number.isFinite(loss) || !Number.isFinite(norm))
          throw new DivergedError(step + 1, `its loss or gradient is not finite (${loss})`, settings);
        watch.see(step + 1, loss, settings);
        const factor = rate(step);
        const learningRate = settings.learningRate * factor;
        const ofHead =
          settings.headLearningRate === undefined ? {} : { headLearningRate: settings.headLearningRate * factor };
        const scale = clipScale(norm, settings.maxGradNorm) / (lossScale ?? 1);
        await optimizer.step(gradients, learningRate, scale, ofHead.headLearningRate);
        step++;
        losses.push(loss);
        yield {
          type: "step",
          step,
          totalSteps: total,
          epoch: step / perEpoch,
          loss,
          learningRate,
          ...ofHead,
          gradientNorm: norm,
          examples: indices.length,
          ...(lossScale === undefined ? {} : { lossScale }),
        };
        const placed = onDevice.endStep(step === total);
        if (placed) yield placed;
        reason = yield* afterStep();
      }
    }
    if (reason === "stopped") {
      yield boundary("stopping");
      lastKept = step;
      // The state that is resumed is the one before: an uninterrupted run would not evaluate here.
      if (best.step === 0 && step > 0 && !isUnscored) yield* evaluateNow();
      if (isUnscored) yield boundary("unscored");
    }
    const scaling = scaler && { skippedSteps: scaler.skippedSteps, lossScale: scaler.scale };
    yield { type: "done", step, keptStep: best.keptStep, reason: reason ?? "finished", ...scaling };
  }
}
