import { gather, linear, logSoftmax, mul, neg, reduceSum, reshape, type Tensor } from "../autodiff/index.ts";
import type { LukeConfig } from "./config.ts";
import { encoder } from "./encoder.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { encoderParameters, type ParameterSpec } from "./parameters.ts";

/** Weights of LukeForEntityPairClassification: the encoder and a classifier without bias over (head, tail). */
export const pairClassifierParameters = (config: LukeConfig, numLabels: number): ParameterSpec[] => [
  ...encoderParameters(config),
  { name: "classifier.weight", shape: [numLabels, 2 * config.hiddenSize], init: "normal" },
];

export interface PairClassifier {
  readonly builder: GraphBuilder;
  /** [pairs, labels] */
  readonly logits: Tensor;
}

/**
 * Entity pair classification (LukeForEntityPairClassification): the states of head and tail side by side, dropout, a
 * dense layer. `pairs` [pairs, 2] holds indexes into the flattened [batch*entities], so a text may have any number of
 * entities and pairs; the one-pair-per-text input of `transformers` is the case entities = 2, pairs = batch.
 */
export function pairClassifier(config: LukeConfig, numLabels: number, options: { training: boolean }): PairClassifier {
  const { hiddenSize: H } = config;
  const builder = new GraphBuilder(pairClassifierParameters(config, numLabels), options.training);
  const { entities } = encoder(builder, config, "entities");
  const pairs = builder.input("pairs", ["pairs", 2], "int32");
  const states = gather(reshape(entities, ["batch*entities", H]), pairs);
  const features = builder.dropout(reshape(states, ["pairs", 2 * H]), config.hiddenDropoutProb, "classifier");
  return { builder, logits: linear(features, builder.parameter("classifier.weight")) };
}

/**
 * Cross entropy, −Σ targets ⊙ log softmax(logits). `targets` [pairs, labels] carries everything else: the one-hot
 * label divided by the number of pairs gives the mean; class weights, label smoothing and ignored rows fit in as well.
 */
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  neg(reduceSum(mul(targets, logSoftmax(logits))));
