import { random } from "../random.ts";
import type { LukeConfig } from "./config.ts";

/** One weight of the model, under its name in `transformers`' state dict (modeling_luke.py). */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: "normal" | "zeros" | "ones" | { readonly copyOf: string };
  /** Row whose gradient is held at zero: `padding_idx` of torch's Embedding. */
  readonly paddingRow?: number;
  /** False for the pooler, which the entity heads carry in their files but never read. */
  readonly trainable?: boolean;
  /** Of the classifier, not of the encoder. */
  readonly isOfHead?: boolean;
}

const linear = (name: string, out: number, inner: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [out, inner], init: "normal" },
  { name: `${name}.bias`, shape: [out], init: "zeros" },
];

const layerNorm = (name: string, size: number): ParameterSpec[] => [
  { name: `${name}.weight`, shape: [size], init: "ones" },
  { name: `${name}.bias`, shape: [size], init: "zeros" },
];

/** The extra queries start as copies of `query`, as LUKE's authors load them; random ones would undo pre-training. */
const queryCopy = (self: string, name: string, size: number): ParameterSpec[] =>
  linear(`${self}.${name}`, size, size).map((spec) => ({
    ...spec,
    init: { copyOf: spec.name.replace(name, "query") },
  }));

function encoderLayer(i: number, config: LukeConfig): ParameterSpec[] {
  const { hiddenSize: H, intermediateSize: I } = config;
  const layer = `luke.encoder.layer.${i}`;
  const self = `${layer}.attention.self`;
  return [
    ...["query", "key", "value"].flatMap((name) => linear(`${self}.${name}`, H, H)),
    ...(config.useEntityAwareAttention ? ["w2e_query", "e2w_query", "e2e_query"] : []).flatMap((name) =>
      queryCopy(self, name, H),
    ),
    ...linear(`${layer}.attention.output.dense`, H, H),
    ...layerNorm(`${layer}.attention.output.LayerNorm`, H),
    ...linear(`${layer}.intermediate.dense`, I, H),
    ...linear(`${layer}.output.dense`, H, I),
    ...layerNorm(`${layer}.output.LayerNorm`, H),
  ];
}

/** Every weight of the encoder, in the order in which a text passes them. */
export function encoderParameters(config: LukeConfig): ParameterSpec[] {
  const { hiddenSize: H, entityEmbSize: E, maxPositionEmbeddings: P, typeVocabSize: T, padTokenId } = config;
  const words = "luke.embeddings";
  const entities = "luke.entity_embeddings";
  return [
    { name: `${words}.word_embeddings.weight`, shape: [config.vocabSize, H], init: "normal", paddingRow: padTokenId },
    { name: `${words}.position_embeddings.weight`, shape: [P, H], init: "normal", paddingRow: padTokenId },
    { name: `${words}.token_type_embeddings.weight`, shape: [T, H], init: "normal" },
    ...layerNorm(`${words}.LayerNorm`, H),
    // transformers builds this table with padding_idx=0, whichever entity has id 0 (luke.md 5.4).
    { name: `${entities}.entity_embeddings.weight`, shape: [config.entityVocabSize, E], init: "normal", paddingRow: 0 },
    ...(E === H ? [] : [{ name: `${entities}.entity_embedding_dense.weight`, shape: [H, E], init: "normal" as const }]),
    { name: `${entities}.position_embeddings.weight`, shape: [P, H], init: "normal" },
    { name: `${entities}.token_type_embeddings.weight`, shape: [T, H], init: "normal" },
    ...layerNorm(`${entities}.LayerNorm`, H),
    ...Array.from({ length: config.numHiddenLayers }, (_, i) => encoderLayer(i, config)).flat(),
    ...linear("luke.pooler.dense", H, H).map((spec) => ({ ...spec, trainable: false })),
  ];
}

export type Weights = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export const elementCount = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Fresh weights: N(0, initializer_range) for matrices and tables, as `_init_weights` of modeling_luke.py; from the seed alone. */
export function initializeWeights(specs: readonly ParameterSpec[], config: LukeConfig, seed: number): Weights {
  const weights: Weights = new Map();
  for (const { name, shape, init, paddingRow } of specs) {
    const data = new Float32Array(elementCount(shape));
    if (init === "ones") data.fill(1);
    else if (init === "normal") {
      const stream = random(seed, "init", name);
      for (let i = 0; i < data.length; i++) data[i] = config.initializerRange * stream.normal();
      if (paddingRow !== undefined) data.fill(0, paddingRow * shape[1]!, (paddingRow + 1) * shape[1]!);
    } else if (init !== "zeros") data.set(weights.get(init.copyOf)!.data);
    weights.set(name, { shape, data });
  }
  return weights;
}
