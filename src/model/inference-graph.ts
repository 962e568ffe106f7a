import { firstSlots, reshape, type Tensor } from "../autodiff/index.ts";
import { rebuild } from "../autodiff/rebuild.ts";
import { standardOps } from "../autodiff/standard-ops.ts";
import { classifierGraph, type ClassifierShape } from "./classifier.ts";
import { denseHead, type Head } from "./heads/head.ts";

/** Makes the head as `transformers` applies it: to the first mention of a text, or to the first two. */
const ofFirstSlots = (head: Head): Head =>
  denseHead({
    ...head,
    rows: "batch",
    features: (_, { mentions }, H) =>
      reshape(firstSlots(mentions!, head.statesPerRow), ["batch", head.statesPerRow * H]),
  });

export interface InferenceGraph {
  /** The arguments of `forward` in `transformers`, int64, by their names there. */
  readonly inputs: readonly Tensor[];
  /** The weights that are read, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** The logits [batch, labels]. */
  readonly logits: Tensor;
}

/**
 * Builds a classifier of pairs or single entities for any runtime: its ops are those of the ONNX standard alone, and
 * its inputs are those of the class of `transformers` with the same head.
 */
export function inferenceGraph(shape: ClassifierShape): InferenceGraph {
  const { encoder, config, head } = shape;
  if (head.name === "span" || head.name === "token" || head.name === "biaffine")
    throw new Error(`internal: the ${head.name} head has many rows for a text, and this graph has one`);
  if (!encoder.exportInputs) throw new Error(`internal: the inputs of ${encoder.name} cannot be exported`);
  const { builder, logits } = classifierGraph({ ...shape, head: ofFirstSlots(head) }, { training: false });
  const { inputs, derived } = encoder.exportInputs(config);
  const replacements = builder.inputs.map((tensor) => {
    const value = tensor.source.kind === "input" ? derived.get(tensor.source.name) : undefined;
    if (!value) throw new Error("internal: the graph reads an input that is not derived from those of transformers");
    return [tensor, value] as const;
  });
  return { inputs, parameters: builder.parameters, logits: rebuild(logits, new Map(replacements), standardOps) };
}
