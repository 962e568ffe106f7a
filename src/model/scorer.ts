import type { Graph } from "../autodiff/index.ts";
import type { Weight } from "./weights/tensor.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "../model/classifier.ts";
import type { Weights } from "../nn/parameters.ts";
import { hasExactSignedProducts } from "./signed-products.ts";
import { int8Graph, type Int8Graph } from "./int8-graph.ts";
import { Interrupted, UsageError } from "../errors.ts";
import type { Device, DeviceMemory } from "../runtime/device.ts";
import type { InferenceSession, SessionOptions } from "../runtime/session.ts";
import { float32, floats, type TensorValue } from "../runtime/values.ts";
import { collate, type Padding } from "../tokenization/inputs/collate.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { lengthGroupedBatches } from "../tokenization/inputs/length-batches.ts";

/** The number of texts in one run of the model, if none is given. */
export const defaultBatchSizes = { pair: 64, document: 8 } as const;

/** The numbers that dense layers multiply: the weights as they are, or rounded to a byte (`int8Graph`). */
export type PredictionDtype = "float32" | "int8";

export interface PredictionSessionOptions extends SessionOptions {
  readonly dtype?: PredictionDtype | undefined;
  /** The origin of the weights, for messages. */
  readonly file?: string;
}

export interface ScorerOptions extends PredictionSessionOptions {
  /** `cpu`, or a device that a program hands in. */
  readonly device: Pick<Device, "name" | "compile" | "memory"> & {
    /** Whether sessions hold the weights, where feeding copies them at every run. */
    readonly holdsWeights?: boolean;
  };
}

export interface PredictionOptions {
  readonly batchSize: number;
  /** Called between batches; if it returns true, the call throws Interrupted. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/**
 * Scores encodings with a classifier. It reads `weights` in place, so training may go on between calls; as int8 it
 * keeps a copy of their values at the start, and empties the map.
 */
export class Scorer {
  readonly #shape: ClassifierShape;
  readonly #padding: Padding;
  /** The compiled graph, which scorers of one shape may share. */
  readonly session: InferenceSession;
  readonly #memory: DeviceMemory | undefined;
  readonly #weightFeeds: readonly (readonly [string, TensorValue])[];

  private constructor(
    shape: ClassifierShape,
    padding: Padding,
    weights: ReadonlyMap<string, Weight>,
    session: InferenceSession,
    memory: DeviceMemory | undefined,
  ) {
    this.#memory = memory;
    this.#shape = shape;
    this.#padding = padding;
    this.session = session;
    this.#weightFeeds = [...weights].map(([name, { data, shape }]) => [name, float32(data, shape)] as const);
  }

  /**
   * Makes a scorer of the same shape and session for other weights: those that `isOwn` names, and for all others the values of
   * this one. The session is freed with this scorer alone.
   */
  withWeights(weights: Weights, isOwn: (name: string) => boolean): Scorer {
    const own = new Map<string, Weight>();
    for (const [name, { data, dims }] of this.#weightFeeds)
      own.set(name, isOwn(name) ? weights.get(name)! : { shape: dims, data: data as Float32Array });
    return new Scorer(this.#shape, this.#padding, own, this.session, this.#memory);
  }

  static async create(
    shape: ClassifierShape,
    weights: Weights | Promise<Weights>,
    padding: Padding,
    { dtype = "float32", file = "the model", device, ...options }: ScorerOptions,
  ): Promise<Scorer> {
    const { encoder } = shape;
    const { builder, logits } = classifierGraph(shape, { training: false });
    const graphOf = (graph: Pick<Int8Graph, "logits" | "parameters">): Graph => ({
      name: `${encoder.name}-prediction`,
      inputs: [...builder.inputs, ...graph.parameters.values()],
      outputs: new Map([["logits", graph.logits]]),
    });
    const { parameters } = builder;
    if (dtype === "int8") {
      if (device.name !== "cpu")
        throw new UsageError(`--dtype int8 is for the CPU, and the device is ${device.name}. Leave one of them out.`);
      const isQuantizable = (name: string): boolean => encoder.isQuantizable(name);
      const graph = int8Graph({ logits, parameters, weights: await weights }, isQuantizable, {
        file,
        isSigned: await hasExactSignedProducts(device),
      });
      const session = await device.compile(graphOf(graph), { ...options, initializers: graph.constants });
      return new Scorer(shape, padding, graph.weights, session, device.memory);
    }
    if (device.holdsWeights) {
      const session = await device.compile(graphOf({ logits, parameters }), {
        ...options,
        initializers: await weights,
      });
      return new Scorer(shape, padding, new Map(), session, device.memory);
    }
    // Compiled while the weights are read.
    const session = await device.compile(graphOf({ logits, parameters }), options);
    try {
      return new Scorer(shape, padding, await weights, session, device.memory);
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /**
   * Yields logits [rows, labels] batch by batch, with the positions of the encodings; each pair or entity has a row. Of a
   * head that condenses them, yields what it makes of them.
   */
  async *inParts(
    encodings: readonly Encoding[],
    { batchSize, shouldStop }: PredictionOptions,
  ): AsyncGenerator<readonly (readonly [index: number, rows: Float32Array])[]> {
    for (const indices of lengthGroupedBatches(
      encodings.map(({ inputIds }) => inputIds.length),
      { batchSize },
    )) {
      if (shouldStop?.()) throw new Interrupted("stopped while scoring pairs");
      const texts = indices.map((index) => encodings[index]!);
      const batch = collate(texts, this.#padding);
      const feeds = new Map([...this.#weightFeeds, ...classifierFeeds(this.#shape, batch)]);
      const value = (await this.session.run(feeds)).get("logits")!;
      const width = value.dims[1]!;
      const { head } = this.#shape;
      yield head.rowsOf(texts, batch).map(({ start, count }, i) => {
        const rows = floats(value).subarray(start * width, (start + count) * width);
        return [indices[i]!, head.condense?.(rows, texts[i]!, width) ?? rows.slice()] as const;
      });
    }
  }

  /** Returns the logits of every encoding, in their order. */
  async logits(encodings: readonly Encoding[], options: PredictionOptions): Promise<Float32Array[]> {
    const results: Float32Array[] = Array.from({ length: encodings.length });
    for await (const part of this.inParts(encodings, options)) for (const [index, rows] of part) results[index] = rows;
    return results;
  }

  /** Keeps the weights on a device with memory of its own, so that they are not copied there with each batch. */
  async hold(): Promise<void> {
    await this.#memory?.hold(this.#weightFeeds.map(([, value]) => value));
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}
