import type { Shape } from "../autodiff/index.ts";
import { classifierParameters } from "../luke/classifier.ts";
import type { LukeConfig } from "../luke/config.ts";
import { batchFeeds } from "../luke/feeds.ts";
import { pairHead } from "../luke/pair-head.ts";
import { elementCount, type ParameterSpec, type Weights } from "../luke/parameters.ts";
import {
  createInPlaceSession,
  float32,
  floats,
  type InPlaceSession,
  type SessionOptions,
  tensorValue,
  type TensorValue,
} from "../runtime/session.ts";
import type { Batch } from "../tokenization/collate.ts";
import { batchSizes, countOf } from "./batch-sizes.ts";
import { DropoutMasks } from "./dropout-masks.ts";
import { type Gradients, RowSum } from "./gradients.ts";
import { type Objective, singleLabel } from "./objectives.ts";
import { buildTrainingGraph, type TaskOptions, type TrainingGraph } from "./training-graph.ts";

/** When a batch is run: dropout depends on it. */
export interface Occasion {
  readonly epoch: number;
  readonly step: number;
  /** Which micro-batch of the step. */
  readonly part?: number;
  /** What the loss is divided by: the rows of all micro-batches of the step. */
  readonly rowsInMean?: number;
}

export interface Step {
  readonly loss: number;
  readonly gradients: Gradients;
}

const disabledOptimizers = [
  // They would put back the products of transposed operands that the gradients avoid.
  "MatmulTransposeFusion",
  "GemmTransposeFusion",
  // It would keep what is computed twice on purpose.
  "CommonSubexpressionElimination",
];

function labelsOf({ labels }: Batch): Int32Array {
  if (!labels) throw new Error("internal: a training batch needs labels");
  return labels;
}

/** Runs the training graph on batches; holds the weights, which its owner may change in place between runs. */
export class TrainingSession {
  readonly weights: Weights;
  readonly specs: readonly ParameterSpec[];
  readonly #config: LukeConfig;
  readonly #numLabels: number;
  readonly #objective: Objective;
  readonly #graph: TrainingGraph;
  readonly #session: InPlaceSession;
  readonly #masks: DropoutMasks;
  readonly #weightFeeds: ReadonlyMap<string, TensorValue>;
  readonly #loss = new Float32Array(1);
  readonly #gradients: ReadonlyMap<string, TensorValue>;
  /** For rows of tables; as long as the largest batch needed. */
  readonly #scratch = new Map<string, Float32Array>();

  private constructor(
    config: LukeConfig,
    numLabels: number,
    weights: Weights,
    { seed, head = pairHead, objective = singleLabel }: TaskOptions & { readonly seed: number },
    graph: TrainingGraph,
    session: InPlaceSession,
  ) {
    this.#config = config;
    this.#numLabels = numLabels;
    this.#objective = objective;
    this.weights = weights;
    this.specs = classifierParameters(head, config, numLabels);
    this.#graph = graph;
    this.#session = session;
    this.#masks = new DropoutMasks(graph.dropoutSites, seed);
    this.#weightFeeds = new Map([...weights].map(([name, { data, shape }]) => [name, float32(data, shape)]));
    this.#gradients = new Map(
      [...graph.gradients].map(([output, parameter]) => {
        const { shape } = this.specs.find(({ name }) => name === parameter)!;
        return [output, float32(new Float32Array(elementCount(shape)), shape)];
      }),
    );
  }

  static async create(
    config: LukeConfig,
    numLabels: number,
    weights: Weights,
    options: SessionOptions & TaskOptions & { readonly seed: number },
  ): Promise<TrainingSession> {
    const graph = buildTrainingGraph(config, numLabels, options);
    const session = await createInPlaceSession(graph.model, { ...options, disabledOptimizers });
    return new TrainingSession(config, numLabels, weights, options, graph, session);
  }

  /** What the loss of this batch alone is a mean over. */
  countRows(batch: Batch): number {
    return this.#objective.countRows(labelsOf(batch), this.#numLabels);
  }

  /** Loss and gradients on one batch, with dropout masks for this occasion. The next call writes into the same arrays. */
  async run(batch: Batch, { epoch, step, part = 0, rowsInMean = this.countRows(batch) }: Occasion): Promise<Step> {
    const feeds = new Map<string, TensorValue>(this.#weightFeeds);
    for (const [name, feed] of batchFeeds(batch, this.#config)) feeds.set(name, tensorValue(feed));
    const targets = this.#objective.feeds(labelsOf(batch), this.#numLabels, rowsInMean);
    for (const [name, value] of targets) feeds.set(name, value);
    for (const [name, mask] of this.#masks.feeds(batch, epoch, step, part)) feeds.set(name, mask);

    const outputs = new Map<string, TensorValue>([["loss", float32(this.#loss, [])], ...this.#gradients]);
    const sizes = batchSizes(batch);
    for (const { output, shape } of this.#graph.rowGradients) outputs.set(output, this.#rows(output, shape, sizes));
    await this.#session.runInto(feeds, outputs);

    const dense = new Map<string, Float32Array>();
    for (const [output, parameter] of this.#graph.gradients) dense.set(parameter, floats(outputs.get(output)!));
    const tables = new Map<string, RowSum>();
    for (const { parameter, output, indices } of this.#graph.rowGradients) {
      const { shape, paddingRow } = this.specs.find(({ name }) => name === parameter)!;
      const sum = tables.get(parameter) ?? new RowSum(shape[1]!, feeds.get(indices)!.data.length);
      tables.set(parameter, sum);
      sum.add(feeds.get(indices)!.data as Int32Array, floats(outputs.get(output)!), paddingRow);
    }
    const rows = new Map([...tables].map(([parameter, sum]) => [parameter, sum.gradient]));
    return { loss: this.#loss[0]!, gradients: { dense, tables: rows } };
  }

  #rows(output: string, shape: Shape, sizes: ReadonlyMap<string, number>): TensorValue {
    const dims = shape.map((dim) => countOf(dim, sizes));
    const length = elementCount(dims);
    const known = this.#scratch.get(output);
    const array = known && known.length >= length ? known : new Float32Array(length);
    this.#scratch.set(output, array);
    return float32(array.subarray(0, length), dims);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
