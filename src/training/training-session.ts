import { classifierParameters } from "../luke/classifier.ts";
import type { LukeConfig } from "../luke/config.ts";
import { batchFeeds } from "../luke/feeds.ts";
import { pairHead } from "../luke/pair-head.ts";
import type { ParameterSpec, Weights } from "../luke/parameters.ts";
import {
  createSession,
  float32,
  floats,
  type InferenceSession,
  type SessionOptions,
  tensorValue,
  type TensorValue,
} from "../runtime/session.ts";
import type { Batch } from "../tokenization/collate.ts";
import { DropoutMasks } from "./dropout-masks.ts";
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

export interface Gradients {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

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
  readonly #session: InferenceSession;
  readonly #masks: DropoutMasks;
  readonly #weightFeeds: ReadonlyMap<string, TensorValue>;
  readonly #tables = new Map<
    string,
    { gradient: Float32Array; touched: Set<number>; width: number; paddingRow: number | undefined }
  >();

  private constructor(
    config: LukeConfig,
    numLabels: number,
    weights: Weights,
    { seed, head = pairHead, objective = singleLabel }: TaskOptions & { readonly seed: number },
    graph: TrainingGraph,
    session: InferenceSession,
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
    for (const { parameter } of graph.rowGradients) {
      const { shape, paddingRow } = this.specs.find(({ name }) => name === parameter)!;
      const gradient = new Float32Array(shape[0]! * shape[1]!);
      this.#tables.set(parameter, { gradient, touched: new Set(), width: shape[1]!, paddingRow });
    }
  }

  static async create(
    config: LukeConfig,
    numLabels: number,
    weights: Weights,
    options: SessionOptions & TaskOptions & { readonly seed: number },
  ): Promise<TrainingSession> {
    const graph = buildTrainingGraph(config, numLabels, options);
    const session = await createSession(graph.model, options);
    return new TrainingSession(config, numLabels, weights, options, graph, session);
  }

  /** What the loss of this batch alone is a mean over. */
  countRows(batch: Batch): number {
    return this.#objective.countRows(labelsOf(batch), this.#numLabels);
  }

  /**
   * Loss and gradients on one batch, with dropout masks for this occasion. Gradients of tables are reused by the next call.
   */
  async run(batch: Batch, { epoch, step, part = 0, rowsInMean = this.countRows(batch) }: Occasion): Promise<Gradients> {
    const feeds = new Map<string, TensorValue>(this.#weightFeeds);
    for (const [name, feed] of batchFeeds(batch, this.#config)) feeds.set(name, tensorValue(feed));
    const targets = this.#objective.feeds(labelsOf(batch), this.#numLabels, rowsInMean);
    for (const [name, value] of targets) feeds.set(name, value);
    for (const [name, mask] of this.#masks.feeds(batch, epoch, step, part)) feeds.set(name, mask);

    const results = await this.#session.run(feeds);
    const gradients = new Map<string, Float32Array>();
    for (const [output, parameter] of this.#graph.gradients) gradients.set(parameter, floats(results.get(output)!));
    this.#clearTables();
    for (const { parameter, output, indices } of this.#graph.rowGradients) {
      this.#addRows(parameter, floats(results.get(output)!), feeds.get(indices)!.data as Int32Array);
      gradients.set(parameter, this.#tables.get(parameter)!.gradient);
    }
    return { loss: floats(results.get("loss")!)[0]!, gradients };
  }

  #clearTables(): void {
    for (const { gradient, touched, width } of this.#tables.values()) {
      for (const row of touched) gradient.fill(0, row * width, (row + 1) * width);
      touched.clear();
    }
  }

  #addRows(parameter: string, rows: Float32Array, indices: Int32Array): void {
    const { gradient, touched, width, paddingRow } = this.#tables.get(parameter)!;
    for (const [i, row] of indices.entries()) {
      if (row === paddingRow) continue;
      touched.add(row);
      const to = row * width;
      const from = i * width;
      for (let k = 0; k < width; k++) gradient[to + k]! += rows[from + k]!;
    }
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
