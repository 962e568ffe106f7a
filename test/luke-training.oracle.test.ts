// Model, gradients and training arithmetic against transformers 4.57.6 and torch (scripts/oracle/luke_training.py, luke_heads.py).
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { TrainingSession, batchFeeds, classifier, classifierParameters } from "./support/luke.ts";
import type { LukeConfig } from "../src/model/encoders/luke/config.ts";
import { float32, type TensorValue } from "../src/runtime/session.ts";
import { AdamW } from "../src/training/adamw.ts";
import { clipScale, GradientNorm } from "../src/training/gradient-norm.ts";
import { linearSchedule, warmupSteps } from "../src/training/schedule.ts";
import type { Objective } from "../src/nn/objectives.ts";
import { wholeGradient } from "./support/whole-gradient.ts";
import { models, versions, type OracleModel, type OracleTraining } from "./support/luke-training-oracle.ts";
import { compile } from "./support/run-graph.ts";

type Values = ArrayLike<number>;

const largest = (values: Values): number => Array.from(values).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const difference = (a: Values, b: Values): number => largest(Array.from(a, (x, i) => x - b[i]!));
const dot = (a: Values, b: Values): number => Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
const norm = (a: Values): number => Math.sqrt(dot(a, a));

/**
 * With one query for all keys the key's bias adds the same to a whole row of scores, which the softmax does not see:
 * its gradient is zero but for rounding, and AdamW, blind to a gradient's size, makes whole steps of that rounding.
 */
const isRoundingOnly = (name: string, config: LukeConfig): boolean =>
  !config.useEntityAwareAttention && name.endsWith(".attention.self.key.bias");

const openSession = async (
  { head, config, numLabels, tensors }: OracleModel,
  objective?: Objective,
): Promise<TrainingSession> =>
  TrainingSession.create(config, numLabels, await tensors("weights"), {
    seed: 1,
    intraOpNumThreads: 1,
    device: cpu,
    head,
    ...(objective && { objective }),
  });

test("the answers are those of the version Relata follows", () => {
  expect(versions.map(({ transformers }) => transformers)).toEqual(["4.57.6", "4.57.6"]);
});

describe.each(models)("$name", (model) => {
  const { head, config, numLabels, cases } = model;

  test("has the tensors of transformers, names and shapes", async () => {
    const ours = classifierParameters(head, config, numLabels).map(({ name, shape }) => [name, [...shape]] as const);
    const theirs = [...(await model.tensors("weights"))].map(([name, { shape }]) => [name, [...shape]] as const);
    expect(new Map(ours)).toEqual(new Map(theirs));
  });

  test.each(cases)("logits of $name", async ({ batch, logits: expected }) => {
    const { builder, logits } = classifier(head, config, numLabels, { training: false });
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { logits });
    const feeds = new Map<string, TensorValue>();
    for (const [name, { data, shape }] of await model.tensors("weights")) feeds.set(name, float32(data, shape));
    for (const [name, feed] of batchFeeds(batch, config)) feeds.set(name, feed);
    const result = (await session.run(feeds)).get("logits")!;
    await session.dispose();
    expect(result.dims).toEqual([expected.length / numLabels, numLabels]);
    expect(difference(expected, result.data as Float32Array)).toBeLessThan(1e-5);
  });

  test.each(cases)(
    "loss and gradient of every parameter, $name",
    async ({ name: caseName, objective, batch, loss: expected }) => {
      const theirs = await model.tensors(`gradients/${caseName}`);
      const session = await openSession(model, objective);
      const { loss, gradients } = await session.run(batch, { epoch: 0, step: 0 });
      await session.dispose();
      expect(Math.abs(loss - expected)).toBeLessThan(1e-5);

      const wholeNorm = norm([...theirs.values()].map(({ data }) => norm(data)));
      for (const spec of session.specs) {
        const { name } = spec;
        const ours = wholeGradient(gradients, spec) ?? [];
        const reference = theirs.get(name)?.data ?? [];
        if (largest(reference) === 0) {
          expect(largest(ours), name).toBe(0);
        } else if (isRoundingOnly(name, config)) {
          expect(Math.max(norm(ours), norm(reference)) / wholeNorm, name).toBeLessThan(1e-6);
        } else {
          expect(ours.length, name).toBe(reference.length);
          expect(dot(ours, reference) / (norm(ours) * norm(reference)), name).toBeGreaterThanOrEqual(0.99999);
          expect(norm(Array.from(reference, (x, i) => x - ours[i]!)) / norm(reference), name).toBeLessThanOrEqual(1e-3);
        }
      }
    },
  );
});

interface Run {
  readonly name: string;
  readonly model: OracleModel;
  readonly training: OracleTraining;
  /** Where the tensors stand that it ended with. */
  readonly prefix: string;
}

const runs = models.flatMap((model): Run[] => {
  const { name, training, headRateTraining } = model;
  return [
    ...(training ? [{ name, model, training, prefix: "trained" }] : []),
    ...(headRateTraining
      ? [{ name: `${name} with a rate for the head`, model, training: headRateTraining, prefix: "trained-head-rate" }]
      : []),
  ];
});

const ways = { "in ONNX Runtime": 0, "in JavaScript": Infinity };
const trainings = runs.flatMap((run) =>
  Object.entries(ways).map(([way, smallestGraphArray]) => ({ ...run, way, smallestGraphArray })),
);

test("two models are trained, each with one rate and with two", () => {
  expect(runs.map(({ training }) => training.settings.headLearningRate)).toEqual([undefined, 0.03, undefined, 0.03]);
});

test.each(trainings)("fifty AdamW steps of $name, $way", async ({ model, training, prefix, smallestGraphArray }) => {
  const { config } = model;
  const { settings, batches, losses } = training;
  const session = await openSession(model);
  const optimizer = await AdamW.create(session.weights, session.specs, {
    weightDecay: settings.weightDecay,
    beta1: settings.adamBeta1,
    beta2: settings.adamBeta2,
    epsilon: settings.adamEpsilon,
    smallestGraphArray,
    device: cpu,
  });
  const gradientNorm = await GradientNorm.create({ device: cpu });
  const rate = linearSchedule(warmupSteps(losses.length, settings.warmupRatio), losses.length);
  const ours = { losses: [] as number[], learningRates: [] as number[], gradientNorms: [] as number[] };
  for (let step = 0; step < losses.length; step++) {
    const { loss, gradients } = await session.run(batches[step % batches.length]!, { epoch: 0, step });
    const length = await gradientNorm.of(gradients);
    const learningRate = settings.learningRate * rate(step);
    const ofHead = settings.headLearningRate && settings.headLearningRate * rate(step);
    await optimizer.step(gradients, learningRate, clipScale(length, settings.maxGradNorm), ofHead);
    ours.losses.push(loss);
    ours.learningRates.push(learningRate);
    ours.gradientNorms.push(length);
  }
  await session.dispose();
  await optimizer.dispose();
  await gradientNorm.dispose();

  expect(ours.learningRates).toEqual(training.learningRates);
  expect(difference(losses, ours.losses)).toBeLessThan(1e-4);
  const norms = training.gradientNorms.map((expected, i) => ours.gradientNorms[i]! / expected - 1);
  expect(largest(norms)).toBeLessThan(1e-3);
  const theirs = await model.tensors(prefix);
  expect(new Set(theirs.keys())).toEqual(new Set(session.weights.keys()));
  for (const [name, { data }] of theirs) {
    if (isRoundingOnly(name, config)) continue;
    expect(difference(data, session.weights.get(name)!.data), name).toBeLessThan(1e-4);
  }
});
