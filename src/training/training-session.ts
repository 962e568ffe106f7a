import type { Shape } from "../autodiff/index.ts";
import { elementCount, type ParameterSpec, type Weights } from "../nn/parameters.ts";
import type { Device, DeviceOptions } from "../runtime/device.ts";
import type { InPlaceSession } from "../runtime/session.ts";
import { float32, floats, type TensorValue } from "../runtime/values.ts";
import { countOf } from "./batch-sizes.ts";
import { DropoutMasks, type RowsWithin, type Sizes } from "./dropout-masks.ts";
import { type Gradients, RowSum } from "./gradients.ts";
import type { Trainable } from "./trainable.ts";
import { buildTrainingGraph, type TrainingGraph, type TrainingGraphOptions } from "./training-graph.ts";

/** The batch of which a rank runs a part, padded as the whole. */
export interface Share<Batch> {
  readonly whole: Batch;
  /** The examples of the whole that come before those of this part; undefined if there are none. */
  readonly before: Batch | undefined;
}

/** The place of a batch in the run, on which dropout depends. */
export interface Occasion<Batch = never> {
  readonly epoch: number;
  readonly step: number;
  /** The number of the micro-batch within the step. */
  readonly part?: number;
  /** The rows of all micro-batches of the step, by which the loss is divided. */
  readonly rowsInMean?: number;
  /** The factor of the loss whose gradients are computed, in a session that scales its loss; 1 if not given. */
  readonly lossScale?: number | undefined;
  /** If the batch is a part of another: it has the dropout masks that it would have in the whole. */
  readonly share?: Share<Batch> | undefined;
}

export interface Step {
  readonly loss: number;
  readonly gradients: Gradients;
}

const disabledOptimizers = [
  // These would restore the products of transposed operands that the gradients avoid.
  "MatmulTransposeFusion",
  "GemmTransposeFusion",
  // This would merge values that are recomputed on purpose.
  "CommonSubexpressionElimination",
];

/** Runs the training graph on batches; holds the weights, which its owner may change in place between runs. */
export class TrainingSession<Batch> {
  readonly weights: Weights;
  readonly specs: readonly ParameterSpec[];
  readonly device: Device;
  readonly #trainable: Trainable<Batch>;
  readonly #graph: TrainingGraph;
  readonly #session: InPlaceSession;
  readonly #masks: DropoutMasks;
  readonly #weightFeeds: ReadonlyMap<string, TensorValue>;
  readonly #loss = new Float32Array(1);
  readonly #gradients: ReadonlyMap<string, TensorValue>;
  #heldPools: readonly TensorValue[] = [];
  /** Buffers for the rows of tables, as long as the largest batch needed. */
  readonly #scratch = new Map<string, Float32Array>();

  private constructor(
    trainable: Trainable<Batch>,
    weights: Weights,
    seed: number,
    graph: TrainingGraph,
    session: InPlaceSession,
    device: Device,
  ) {
    this.#trainable = trainable;
    this.weights = weights;
    this.specs = trainable.parameters;
    this.#graph = graph;
    this.#session = session;
    this.device = device;
    this.#masks = new DropoutMasks(graph.dropoutSites, seed);
    this.#weightFeeds = new Map([...weights].map(([name, { data, shape }]) => [name, float32(data, shape)]));
    this.#gradients = new Map(
      [...graph.gradients].map(([output, parameter]) => {
        const { shape } = this.specs.find(({ name }) => name === parameter)!;
        return [output, float32(new Float32Array(elementCount(shape)), shape)];
      }),
    );
  }

  static async create<Batch>(
    trainable: Trainable<Batch>,
    weights: Weights,
    { device, ...options }: DeviceOptions & TrainingGraphOptions & { readonly seed: number },
  ): Promise<TrainingSession<Batch>> {
    const { memory } = device;
    const onDevice = memory !== undefined;
    const graph = buildTrainingGraph(trainable, { ...options, wholeTables: onDevice, drawsMasks: onDevice });
    const session = await device.compileInPlace(graph.graph, { ...options, disabledOptimizers });
    const training = new TrainingSession(trainable, weights, options.seed, graph, session, device);
    await memory?.hold([...training.#weightFeeds.values(), ...training.#gradients.values()]);
    return training;
  }

  /** Whether gradients are those of the loss times the `lossScale` of a run, as float16 needs. */
  get scalesLoss(): boolean {
    return this.#graph.lossScale !== undefined;
  }

  /** Counts the rows that the loss of this batch alone is a mean over. */
  countRows(batch: Batch): number {
    return this.#trainable.countRows(batch);
  }

  /**
   * Computes loss and gradients of one batch, with its own dropout masks. The next call writes into the same arrays.
   */
  async run(batch: Batch, occasion: Occasion<Batch>): Promise<Step> {
    const { epoch, step, part = 0, rowsInMean = this.countRows(batch), lossScale = 1 } = occasion;
    const feeds = new Map<string, TensorValue>(this.#weightFeeds);
    for (const [name, value] of this.#trainable.feeds(batch, rowsInMean, occasion.share?.whole)) feeds.set(name, value);
    const sizes = this.#trainable.sizes(batch);
    const share = occasion.share && this.#rowsWithin(sizes, occasion.share);
    if (share && this.#graph.drawsMasks) throw new Error("internal: ranks share no device with memory of its own");
    const masks = this.#graph.drawsMasks
      ? await this.#drawnMasks(sizes, epoch, step, part)
      : this.#masks.feeds(sizes, epoch, step, part, share);
    for (const [name, mask] of masks) feeds.set(name, mask);
    if (this.#graph.lossScale !== undefined) feeds.set(this.#graph.lossScale, float32(Float32Array.of(lossScale), []));

    const outputs = new Map<string, TensorValue>([["loss", float32(this.#loss, [])], ...this.#gradients]);
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

  /** The places of the masks in their pools, which are on the device from then on; those of the epoch before are not. */
  async #drawnMasks(sizes: Sizes, epoch: number, step: number, part: number): Promise<Map<string, TensorValue>> {
    const { memory } = this.device;
    const slices = this.#masks.slices(sizes, epoch, step, part);
    const { pools } = this.#masks;
    const isUsed = new Set(pools.map(({ data }) => data));
    memory?.release(this.#heldPools.filter(({ data }) => !isUsed.has(data)));
    this.#heldPools = pools;
    await memory?.hold(pools);
    return slices;
  }

  #rowsWithin(sizes: Sizes, { whole, before }: Share<Batch>): RowsWithin {
    const none = new Map([...sizes.keys()].map((name) => [name, 0]));
    return { whole: this.#trainable.sizes(whole), before: before ? this.#trainable.sizes(before) : none };
  }

  /** Copies the weights back from a device with memory of its own: until then, what stands in them here is old. */
  async fetchWeights(): Promise<void> {
    await this.device.memory?.fetch(this.#weightFeeds.values());
  }

  /** Copies the weights to the device once more, after their owner has changed them here. */
  async storeWeights(): Promise<void> {
    this.releaseWeights();
    await this.device.memory?.hold(this.#weightFeeds.values());
  }

  /** Frees the weights on the device, once no step follows; after `fetchWeights` what stands in them here counts again. */
  releaseWeights(): void {
    this.device.memory?.release(this.#weightFeeds.values());
  }

  /** Copies the gradients of the last run back, as `fetchWeights` does the weights. */
  async fetchGradients(): Promise<void> {
    await this.device.memory?.fetch(this.#gradients.values());
  }

  #rows(output: string, shape: Shape, sizes: ReadonlyMap<string, number>): TensorValue {
    const dims = shape.map((dim) => countOf(dim, sizes));
    const length = elementCount(dims);
    const known = this.#scratch.get(output);
    const array = known && known.length >= length ? known : new Float32Array(length);
    this.#scratch.set(output, array);
    return float32(array.subarray(0, length), dims);
  }

  async dispose(): Promise<void> {
    this.device.memory?.release([...this.#weightFeeds.values(), ...this.#gradients.values(), ...this.#heldPools]);
    await this.#session.dispose();
  }
}
