import { firstSlots, reshape, type Tensor } from "../autodiff/index.ts";
import { rebuildAll } from "../autodiff/rebuild.ts";
import { standardOps } from "../autodiff/standard-ops.ts";
import { GivenInputs, type GivenName } from "../nn/given-inputs.ts";
import { classifierGraph, type ClassifierShape } from "./classifier.ts";
import { denseHead, type Head } from "./heads/head.ts";

/** Makes the head as `transformers` applies it: to the first mention of a text, or to the first two. */
const ofFirstSlots = (head: Head): Head =>
  denseHead({
    ...head,
    rows: "batch",
    features: (_, { mentions }, H) =>
      reshape(firstSlots(mentions!, head.statesPerRow), ["batch", head.statesPerRow * H]),
    exported: () => new Map(),
  });

export interface InferenceGraph {
  /** The inputs of the graph, int64, by name: the arguments of `forward` in `transformers`, and those that it has none for. */
  readonly inputs: ReadonlyMap<GivenName, Tensor>;
  /** The weights that are read, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** `logits`, or the logits of each of two heads. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Whether it answers for the first mention of each text, or the pair of the first two, so that no pairs are given. */
  readonly isOfFirst: boolean;
}

/**
 * Builds a classifier for any runtime: its graph is that of predictions, in ops of the ONNX standard alone, and its inputs are
 * those of the class of `transformers` with the same head as far as there is one.
 * @param readsDocuments whether texts are given with all mentions and none of them marked (document encoding)
 */
export function inferenceGraph(shape: ClassifierShape, readsDocuments: boolean): InferenceGraph {
  const { encoder, config, head } = shape;
  if (!encoder.exportInputs) throw new Error(`internal: the inputs of ${encoder.name} cannot be exported`);
  const isOfFirst =
    head.name === "entity" || (head.name === "pair" && !readsDocuments && !head.terms && head.outputs === undefined);
  const used = isOfFirst ? ofFirstSlots(head) : head;
  const { builder, logits } = classifierGraph({ ...shape, head: used }, { training: false });
  const given = new GivenInputs();
  const mentions = isOfFirst ? "markers" : readsDocuments || head.name === "span" ? "spans" : "marked spans";
  const derived = new Map([
    ...encoder.exportInputs(config, given, { reads: used.reads, mentions }),
    ...(used.exported?.(given) ?? []),
  ]);
  const replacements = builder.inputs.map((tensor) => {
    const value = tensor.source.kind === "input" ? derived.get(tensor.source.name) : undefined;
    if (!value) throw new Error("internal: the graph reads an input that is not derived from those of an export");
    return [tensor, value] as const;
  });
  const rebuilt = rebuildAll(logits, new Map(replacements), standardOps).get(logits) ?? logits;
  const outputs = used.outputs?.(rebuilt) ?? new Map([["logits", rebuilt]]);
  return { inputs: given.all, parameters: builder.parameters, outputs, isOfFirst };
}
