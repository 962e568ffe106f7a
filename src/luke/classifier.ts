import { add, linear, type Tensor } from "../autodiff/index.ts";
import type { LukeConfig } from "./config.ts";
import { encoder } from "./encoder.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Head } from "./head.ts";
import { encoderParameters, type ParameterSpec } from "./parameters.ts";

/** Weights of the encoder and of the classifier over a head's features, under their names in `transformers`. */
export const classifierParameters = (head: Head, config: LukeConfig, numLabels: number): ParameterSpec[] => [
  ...encoderParameters(config).map((spec) => (isNew(spec, config) ? { ...spec, isOfHead: true } : spec)),
  ...headParameters(head, config, numLabels).map((spec) => ({ ...spec, isOfHead: true })),
];

/** Entities that stand for types start anew as the head does, and learn at its rate. */
const isNew = ({ name }: ParameterSpec, { hasNewEntities = false }: LukeConfig): boolean =>
  hasNewEntities && name === "luke.entity_embeddings.entity_embeddings.weight";

const headParameters = (head: Head, config: LukeConfig, numLabels: number): ParameterSpec[] => [
  { name: "classifier.weight", shape: [numLabels, head.statesPerRow * config.hiddenSize], init: "normal" },
  ...(head.bias ? [{ name: "classifier.bias", shape: [numLabels], init: "zeros" as const }] : []),
  ...(head.terms ?? []).flatMap((term) => term.parameters(config, numLabels)),
];

export interface Classifier {
  readonly builder: GraphBuilder;
  /** [rows, labels], in the head's rows. */
  readonly logits: Tensor;
}

/** Encoder, the head's features, dropout, a dense layer; then the head's terms are added. */
export function classifier(
  head: Head,
  config: LukeConfig,
  numLabels: number,
  { training }: { readonly training: boolean },
): Classifier {
  const builder = new GraphBuilder(classifierParameters(head, config, numLabels), training);
  const states = encoder(builder, config, head.reads);
  const features = head.features(builder, states, config.hiddenSize);
  const dropped = builder.dropout(features, config.hiddenDropoutProb, "classifier");
  const bias = head.bias ? builder.parameter("classifier.bias") : undefined;
  const dense = linear(dropped, builder.parameter("classifier.weight"), bias);
  const terms = (head.terms ?? []).map((term) => term.logits(builder, features, config));
  return { builder, logits: terms.reduce((sum, term) => add(sum, term), dense) };
}
