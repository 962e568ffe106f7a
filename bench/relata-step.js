// How Relata takes one optimizer step, for every way in which a release of it does: the contestant of today is run with
// releases of yesterday as well. What a release is told apart by is a file of its dist.
import { existsSync } from "node:fs";
import { join } from "node:path";

const learningRate = 2e-5;
const maxGradNorm = 1;
const adam = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The newest first. Each opens what takes one step on a batch and gives its loss. */
const adapters = [
  {
    /** Gradients are written in place, AdamW is a graph. */
    file: "training/adamw-graph.js",
    lowMemory: true,
    async open(load, { config, numLabels, weights, head, threads, lowMemory }) {
      const { TrainingSession } = await load("training/training-session");
      const { AdamW } = await load("training/adamw");
      const { clipScale, GradientNorm } = await load("training/gradient-norm");
      const norm = await GradientNorm.create({ intraOpNumThreads: threads });
      const session = await TrainingSession.create(config, numLabels, weights, {
        seed: 1,
        intraOpNumThreads: threads,
        head,
        recomputesLayers: lowMemory,
      });
      const optimizer = await AdamW.create(weights, session.specs, {
        ...adam,
        intraOpNumThreads: threads,
        halfFirstMoment: lowMemory,
      });
      let step = 0;
      return async (batch) => {
        const { loss, gradients } = await session.run(batch, { epoch: 0, step: step++ });
        await optimizer.step(gradients, learningRate, clipScale(await norm.of(gradients), maxGradNorm));
        return loss;
      };
    },
  },
  {
    /** Gradients leave the graph; their norm and AdamW are loops in JavaScript. */
    file: "training/adamw.js",
    lowMemory: false,
    async open(load, { config, numLabels, weights, head, threads }) {
      const { TrainingSession } = await load("training/training-session");
      const { AdamW } = await load("training/adamw");
      const { clipScale, gradientNorm } = await load("training/gradient-norm");
      const session = await TrainingSession.create(config, numLabels, weights, {
        seed: 1,
        intraOpNumThreads: threads,
        head,
      });
      const optimizer = new AdamW(weights, session.specs, adam);
      let step = 0;
      return async (batch) => {
        const { loss, gradients } = await session.run(batch, { epoch: 0, step: step++ });
        optimizer.step(gradients, learningRate, clipScale(gradientNorm(gradients.values()), maxGradNorm));
        return loss;
      };
    },
  },
];

/** Takes one step on a batch, with clipping and AdamW, and gives its loss. */
export function openStep(dist, load, model, { threads, lowMemory }) {
  const adapter = adapters.find(({ file }) => existsSync(join(dist, file)));
  if (!adapter) throw new Error(`bench/relata-step.js does not know how the release in ${dist} takes a step`);
  if (lowMemory && !adapter.lowMemory) throw new Error("this release has no training with less memory");
  return adapter.open(load, { ...model, threads, lowMemory });
}

/** Whether the release in `dist` can train with less memory. */
export const hasLowMemory = (dist) => adapters.find(({ file }) => existsSync(join(dist, file)))?.lowMemory ?? false;
