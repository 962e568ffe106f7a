// LUKE's parts under one head and with one config, as most tests want them.
import {
  classifierGraph,
  classifierParameters as parametersOf,
  type ClassifierGraph,
  type ClassifierShape,
} from "../../src/model/classifier.ts";
import { formatModelConfig, parseModelConfig } from "../../src/model/config-file.ts";
import type { Encoder, EncoderConfig } from "../../src/model/encoders/encoder.ts";
import type { LukeConfig } from "../../src/model/encoders/luke/config.ts";
import { luke } from "../../src/model/encoders/luke/luke-encoder.ts";
import { entityHead } from "../../src/model/heads/entity-head.ts";
import type { Head, HeadName } from "../../src/model/heads/head.ts";
import { pairHead, pairHeads } from "../../src/model/heads/pair-head.ts";
import { spanHead } from "../../src/model/heads/span-head.ts";
import { trainableClassifier } from "../../src/model/trainable.ts";
import type { Objective } from "../../src/nn/objectives.ts";
import type { ParameterSpec, Weights } from "../../src/nn/parameters.ts";
import { PredictionSession as Session, type PredictionSessionOptions } from "../../src/model/prediction-session.ts";
import type { Scorer } from "../../src/model/scorer.ts";
import type { DeviceOptions } from "../../src/runtime/device.ts";
import type { TensorValue } from "../../src/runtime/values.ts";
import type { Batch, Padding } from "../../src/tokenization/inputs/collate.ts";
import type { TrainingGraphOptions } from "../../src/training/training-graph.ts";
import { TrainingSession as AnyTrainingSession } from "../../src/training/training-session.ts";

/** With the sizes of any encoder: those of LUKE. */
const encoder: Encoder = luke;

const shape = (head: Head, config: EncoderConfig, numLabels: number): ClassifierShape => ({
  encoder,
  head,
  config,
  numLabels,
});

export const classifierParameters = (head: Head, config: EncoderConfig, numLabels: number): ParameterSpec[] =>
  parametersOf(shape(head, config, numLabels));

export const classifier = (
  head: Head,
  config: EncoderConfig,
  numLabels: number,
  options: { readonly training: boolean },
): ClassifierGraph => classifierGraph(shape(head, config, numLabels), options);

/** The inputs of every head that the batch can serve. */
export function batchFeeds(batch: Batch, config: EncoderConfig): Map<string, TensorValue> {
  const heads = [pairHeads.distance, entityHead, ...(batch.entityStartPositions ? [spanHead] : [])];
  return new Map([...encoder.feeds(batch, config), ...heads.flatMap((head) => [...head.feeds(batch)])]);
}

export type TrainingSession = AnyTrainingSession<Batch>;

export const TrainingSession = {
  create: (
    config: EncoderConfig,
    numLabels: number,
    weights: Weights,
    {
      head = pairHead,
      objective,
      ...options
    }: DeviceOptions & TrainingGraphOptions & { seed: number; head?: Head; objective?: Objective },
  ): Promise<TrainingSession> =>
    AnyTrainingSession.create(trainableClassifier(shape(head, config, numLabels), objective), weights, options),
};

export const PredictionSession = {
  create: (
    config: EncoderConfig,
    numLabels: number,
    weights: Weights | Promise<Weights>,
    padding: Padding,
    { head = pairHead, ...options }: PredictionSessionOptions & { readonly head?: Head } = {},
  ): Promise<Scorer> => Session.create(shape(head, config, numLabels), weights, padding, options),
};

export function parseLukeConfig(
  text: string,
  file: string,
): { readonly config: LukeConfig; readonly id2label: readonly string[] } {
  const { config, id2label } = parseModelConfig(text, file);
  return { config: config as LukeConfig, id2label };
}

export const formatLukeConfig = (
  config: EncoderConfig,
  id2label: readonly string[],
  head: HeadName = "pair",
  isMultiLabel = false,
): string => formatModelConfig({ encoder, config }, { head, id2label, isMultiLabel });
