// How Relata takes one optimizer step, for every way in which a release of it does: the contestant of today is run with
// releases of yesterday as well. What a release is told apart by is a file of its dist.
import { existsSync } from "node:fs";
import { join } from "node:path";

const learningRate = 2e-5;
const maxGradNorm = 1;
const adam = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The newest first: what differs between releases. */
const adapters = [
  {
    /** Gradients are written in place, AdamW is a graph. */
    file: "training/adamw-graph.js",
    lowMemory: true,
    openAdamW: (AdamW, ...given) => AdamW.create(...given),
    async openNorm({ GradientNorm }, options) {
      const norm = await GradientNorm.create(options);
      return (gradients) => norm.of(gradients);
    },
  },
  {
    /** Gradients leave the graph; their norm and AdamW are loops in JavaScript. */
    file: "training/adamw.js",
    lowMemory: false,
    openAdamW: (AdamW, ...given) => new AdamW(...given),
    openNorm:
      ({ gradientNorm }) =>
      (gradients) =>
        gradientNorm(gradients.values()),
  },
];

const adapterOf = (dist) => adapters.find(({ file }) => existsSync(join(dist, file)));

/** Opens what takes steps: `step(batch)`, with clipping and AdamW, gives the loss. */
export async function openStep(
  dist,
  load,
  { config, numLabels, weights, head },
  { threads: intraOpNumThreads, lowMemory = false },
) {
  const adapter = adapterOf(dist);
  if (!adapter) throw new Error(`bench/relata-step.js does not know how the release in ${dist} takes a step`);
  if (lowMemory && !adapter.lowMemory) throw new Error("this release has no training with less memory");
  const { TrainingSession } = await load("training/training-session");
  const { AdamW } = await load("training/adamw");
  const clipping = await load("training/gradient-norm");
  const sessionOptions = { seed: 1, intraOpNumThreads, head, recomputesLayers: lowMemory };
  const session = await TrainingSession.create(config, numLabels, weights, sessionOptions);
  const adamOptions = { ...adam, intraOpNumThreads };
  const optimizer = await adapter.openAdamW(AdamW, weights, session.specs, adamOptions);
  const normOf = await adapter.openNorm(clipping, { intraOpNumThreads });
  let step = 0;
  return {
    async step(batch) {
      const { loss, gradients } = await session.run(batch, { epoch: 0, step: step++ });
      const scale = clipping.clipScale(await normOf(gradients), maxGradNorm);
      await optimizer.step(gradients, learningRate, scale);
      return loss;
    },
    /** Only AdamW as a graph holds something. */
    dispose: () => Promise.all([session.dispose(), optimizer.dispose?.()]),
  };
}

/** Whether the release in `dist` can train with less memory. */
export const hasLowMemory = (dist) => adapterOf(dist)?.lowMemory ?? false;
