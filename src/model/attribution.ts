import { backward, mul, reduceSum, type Graph, type Tensor } from "../autodiff/index.ts";
import { UsageError } from "../errors.ts";
import type { Weights } from "../nn/parameters.ts";
import type { Device } from "../runtime/device.ts";
import type { InferenceSession, SessionOptions } from "../runtime/session.ts";
import { float32, floats, type TensorValue } from "../runtime/values.ts";
import { collate, type Padding } from "../tokenization/inputs/collate.ts";
import type { Encoding } from "../tokenization/inputs/encoding.ts";
import { classifierFeeds, classifierGraph, type ClassifierShape } from "./classifier.ts";

/** How much each embedding of a text adds to a sum of its logits, to first order. */
export interface Attribution {
  /** Logits [rows, labels]. */
  readonly logits: Float32Array;
  /**
   * `[words]`: gradient times input of the embedding of each token, summed over its numbers; of the normalized embedding if the
   * encoder normalizes words by themselves.
   */
  readonly words: Float32Array;
  /** `[entities]`: the same of the embeddings of entities, which stand for types; empty if the encoder has none. */
  readonly entities: Float32Array;
}

/**
 * Computes gradients of logits with respect to embeddings: the score of a token is the derivative of the logits along its
 * embedding, as if the embedding grew by its own length (gradient × input, Shrikumar et al. 2016).
 */
export class Attributor {
  readonly #shape: ClassifierShape;
  readonly #padding: Padding;
  readonly #weights: ReadonlyMap<string, TensorValue>;
  readonly #session: InferenceSession;

  private constructor(shape: ClassifierShape, padding: Padding, weights: Weights, session: InferenceSession) {
    this.#shape = shape;
    this.#padding = padding;
    this.#weights = new Map([...weights].map(([name, { data, shape: dims }]) => [name, float32(data, dims)]));
    this.#session = session;
  }

  /** @throws UsageError for weights that were given away, as those of int8 are */
  static async create(
    shape: ClassifierShape,
    weights: Weights,
    padding: Padding,
    { device, ...options }: SessionOptions & { readonly device: Pick<Device, "compile"> },
  ): Promise<Attributor> {
    if (weights.size === 0)
      throw new UsageError("An answer is explained by the gradients of float32 weights. Leave --dtype int8 out.");
    return new Attributor(shape, padding, weights, await device.compile(attributionGraph(shape), options));
  }

  /** @param weights the weight of each logit [rows, labels] in the sum that is explained */
  async of(encoding: Encoding, weights: Float32Array): Promise<Attribution> {
    const batch = collate([encoding], this.#padding);
    const { numLabels } = this.#shape;
    const feeds = new Map([...this.#weights, ...classifierFeeds(this.#shape, batch)]);
    feeds.set("logit_weights", float32(weights, [weights.length / numLabels, numLabels]));
    const outputs = await this.#session.run(feeds);
    const scores = (name: string, length: number): Float32Array => {
      const value = outputs.get(name);
      return value ? floats(value).slice(0, length) : new Float32Array(0);
    };
    return {
      logits: floats(outputs.get("logits")!),
      words: scores("words", encoding.inputIds.length),
      entities: scores("entities", encoding.entityIds.length),
    };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** The graph from a batch to logits and the scores of its embeddings. */
function attributionGraph(shape: ClassifierShape): Graph {
  const { builder, logits } = classifierGraph(shape, { training: false });
  const weights = builder.input("logit_weights", logits.shape, "float32");
  // The first look-up in the table of words is that of the text; those of markers after it follow.
  const rowsOf = (table: string): Tensor | undefined => builder.lookups.get(table)?.[0]!.rows;
  const { wordTable, entityTable, normalizesWords = false } = shape.encoder;
  const wanted = {
    // The length of what is normalized next changes nothing, so that the normalized one is scored.
    words: normalizesWords ? builder.layers[0]?.input : rowsOf(wordTable),
    entities: entityTable === undefined ? undefined : rowsOf(entityTable),
  };
  const named = Object.entries(wanted).flatMap(([name, rows]) => (rows ? [{ name, rows }] : []));
  const gradients = backward(
    reduceSum(mul(logits, weights)),
    named.map(({ rows }) => rows),
  );
  const scores = named.flatMap(({ name, rows }, i) => {
    const gradient = gradients[i];
    return gradient ? [[name, reduceSum(mul(gradient, rows), [2])] as const] : [];
  });
  return {
    name: `${shape.encoder.name}-attribution`,
    inputs: [...builder.inputs, ...builder.parameters.values()],
    outputs: new Map([["logits", logits], ...scores]),
  };
}
