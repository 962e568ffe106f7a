import type { Tensor } from "../autodiff/index.ts";
import { GraphBuilder } from "../nn/graph-builder.ts";
import { withLoraParameters, type Lora } from "../nn/lora.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import type { Feeds } from "../runtime/values.ts";
import type { Batch } from "../tokenization/inputs/collate.ts";
import type { SizedEncoder } from "./config-file.ts";
import type { Head } from "./heads/head.ts";

/** An encoder, and a head over its states for a number of labels: everything but the weights. */
export interface ClassifierShape extends SizedEncoder {
  readonly head: Head;
  readonly numLabels: number;
  /** The adapter on the encoder's dense layers, if its matrices are apart. */
  readonly lora?: Lora | undefined;
}

/** Lists the weights of encoder and head, under their names in `transformers`, and those of an adapter under PEFT's. */
export const classifierParameters = ({ encoder, config, head, numLabels, lora }: ClassifierShape): ParameterSpec[] => [
  ...withLoraParameters(encoder.parameters(config), lora),
  ...head.parameters(config, numLabels),
];

export interface ClassifierGraph {
  readonly builder: GraphBuilder;
  /** The logits [rows, labels]; the head decides what a row is. */
  readonly logits: Tensor;
}

/** Builds the graph from a batch to logits. */
export function classifierGraph(shape: ClassifierShape, { training }: { readonly training: boolean }): ClassifierGraph {
  const { encoder, config, head } = shape;
  const builder = new GraphBuilder(classifierParameters(shape), training, shape.lora);
  const states = encoder.states(builder, config, head.reads);
  return { builder, logits: head.logits(builder, states, config) };
}

/** Makes the values of every graph input that depends on the batch. */
export const classifierFeeds = ({ encoder, config, head }: ClassifierShape, batch: Batch): Feeds =>
  new Map([...encoder.feeds(batch, config), ...head.feeds(batch)]);
