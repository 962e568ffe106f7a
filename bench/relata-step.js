// One optimizer step of Relata, for every way in which a release takes it: today's contestant also runs earlier
// releases. The way is known by a module that the release has.
import { classifierOf } from "./classifier.js";

const learningRate = 2e-5;
const maxGradNorm = 1;
const adam = { weightDecay: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The ways to take a step, the newest first. */
const adapters = [
  {
    /** Gradients are written in place, AdamW is a graph. */
    module: "adamw-graph",
    lowMemory: true,
    openAdamW: (AdamW, ...given) => AdamW.create(...given),
    async openNorm({ GradientNorm }, options) {
      const norm = await GradientNorm.create(options);
      return (gradients) => norm.of(gradients);
    },
  },
  {
    /** Gradients leave the graph; their norm and AdamW are loops in JavaScript. */
    module: "adamw",
    lowMemory: false,
    openAdamW: (AdamW, ...given) => new AdamW(...given),
    openNorm:
      ({ gradientNorm }) =>
      (gradients) =>
        gradientNorm(gradients.values()),
  },
];

const adapterOf = ({ has }) => adapters.find(({ module }) => has(module));

/** Opens a trainer: `step(batch)` takes a step with clipping and AdamW, and returns the loss. */
export async function openStep(
  modules,
  { weights, ...shape },
  { threads: intraOpNumThreads, lowMemory = false, learning },
) {
  const adapter = adapterOf(modules);
  if (!adapter) throw new Error(`bench/relata-step.js does not know how the release in ${modules.dist} takes a step`);
  if (lowMemory && !adapter.lowMemory) throw new Error("this release has no training with less memory");
  const { load } = modules;
  const { AdamW } = await load("adamw");
  const clipping = await load("gradient-norm");
  const { openTrainer } = await classifierOf(modules, shape);
  // Earlier releases took the CPU by themselves.
  const onCpu = modules.has("cpu") ? { device: (await load("cpu")).cpu } : {};
  const recomputesLayers = lowMemory;
  const session = await openTrainer(weights, { seed: 1, intraOpNumThreads, recomputesLayers, learning, ...onCpu });
  const adamOptions = { ...adam, intraOpNumThreads, ...onCpu };
  const optimizer = await adapter.openAdamW(AdamW, weights, session.specs, adamOptions);
  const normOf = await adapter.openNorm(clipping, { intraOpNumThreads, ...onCpu });
  let step = 0;
  return {
    async step(batch) {
      const { loss, gradients } = await session.run(batch, { epoch: 0, step: step++ });
      const scale = clipping.clipScale(await normOf(gradients), maxGradNorm);
      await optimizer.step(gradients, learningRate, scale);
      return loss;
    },
    /** Disposes of AdamW if it is a graph; nothing else has resources. */
    dispose: () => Promise.all([session.dispose(), optimizer.dispose?.()]),
  };
}

/** Whether a release can train with less memory. */
export const hasLowMemory = (modules) => adapterOf(modules)?.lowMemory ?? false;
