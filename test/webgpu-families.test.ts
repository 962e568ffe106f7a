// The first training steps of each family of encoders on a GPU that is software, with the losses of transformers and torch
// (scripts/oracle/encoder_families.py, luke_training.py); test/webgpu.long.test.ts takes fifty by the command.
import { rmSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { pairHead } from "../src/model/heads/pair-head.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import { openDevice } from "../src/runtime/devices.ts";
import type { Batch } from "../src/tokenization/inputs/collate.ts";
import { AdamW } from "../src/training/adamw.ts";
import { clipScale, GradientNorm } from "../src/training/gradient-norm.ts";
import { linearSchedule, warmupSteps } from "../src/training/schedule.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { familyFolder, familyTensors, models, settings } from "./support/encoder-families.ts";
import { models as lukeModels } from "./support/luke-training-oracle.ts";
import { TrainingSession as LukeSession } from "./support/luke.ts";
import { softwareGpu } from "./support/software-gpu.ts";
import { toBatch } from "./support/word-encoders.ts";

const env = softwareGpu() ?? {};
for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
/** The reason why there is no software GPU, or a GPU cannot be opened with it. */
const failure =
  Object.keys(env).length === 0
    ? "there is no software GPU. `node scripts/software-gpu.js` fetches one"
    : await openDevice("webgpu").then(
        (device) => device.dispose?.(),
        (error: unknown) => (error as Error).message,
      );
if (failure !== undefined)
  process.stderr.write(`SKIPPED: the families of encoders were not trained on WebGPU: ${failure}\n`);

type Run = {
  readonly create: (options: Parameters<typeof LukeSession.create>[3]) => Promise<TrainingSession<Batch>>;
  readonly batches: readonly Batch[];
  readonly losses: readonly number[];
  readonly settings: typeof settings;
};

async function lukeRun(): Promise<Run> {
  const model = lukeModels.find(({ training }) => training)!;
  const { config, numLabels, head } = model;
  const weights = await model.tensors("weights");
  return {
    create: (options) => LukeSession.create(config, numLabels, weights, { ...options, head }),
    ...model.training!,
  };
}

async function familyRun(name: string): Promise<Run> {
  const folder = familyFolder(name);
  const opened = await openCheckpoint(folder, { head: pairHead, id2label: ["NONE", "A", "B"], complete: true });
  rmSync(folder, { recursive: true });
  const weights = opened.weights;
  weights.set("classifier.weight", (await familyTensors(name)).get("classifier.weight")!);
  const trainable = trainableClassifier({ ...opened, numLabels: 3 });
  const { batches, losses } = models.find((model) => model.name === name)!.training;
  const create: Run["create"] = (options) => TrainingSession.create(trainable, weights, options);
  return { create, batches: batches.map(toBatch), losses, settings };
}

/** More would take minutes: a step is four hundred programs of a GPU that has none. */
const steps = 3;
/** Vectors of sizes, and their elements. */
const shapes = ["Concat", "Reshape", "Mul", "Add", "Shape", "Gather", "Slice"];

/** Those whose graphs differ: XLM-R's and CamemBERT's are RoBERTa's. */
const families = models.map(({ name }) => name).filter((name) => name !== "xlm-roberta" && name !== "camembert");

describe.skipIf(failure !== undefined)("on a software GPU", () => {
  test.each(["luke", ...families])(`${steps} steps of %s`, async (name) => {
    const { create, batches, losses, settings } = await (name === "luke" ? lukeRun() : familyRun(name));
    const device = await openDevice("webgpu");
    const session = await create({ seed: 1, device });
    const optimizer = await AdamW.create(session.weights, session.specs, {
      weightDecay: settings.weightDecay,
      beta1: settings.adamBeta1,
      beta2: settings.adamBeta2,
      epsilon: settings.adamEpsilon,
      device,
    });
    const gradientNorm = await GradientNorm.create({ device });
    const rate = linearSchedule(warmupSteps(losses.length, settings.warmupRatio), losses.length);
    for (let step = 0; step < steps; step++) {
      const { loss, gradients } = await session.run(batches[step % batches.length]!, { epoch: 0, step });
      const length = await gradientNorm.of(gradients);
      await optimizer.step(gradients, settings.learningRate * rate(step), clipScale(length, settings.maxGradNorm));
      expect(Math.abs(loss / losses[step]! - 1), `step ${step + 1}`).toBeLessThan(1e-4);
    }
    const { onDevice, onCpu } = device.placement!;
    expect(onDevice).toBeGreaterThan(300);
    expect(Object.keys(onCpu).filter((op) => !shapes.includes(op))).toEqual([]);
    await session.dispose();
    await optimizer.dispose();
    await gradientNorm.dispose();
    await device.dispose!();
  });
});
