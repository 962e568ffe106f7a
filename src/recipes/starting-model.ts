import { basename } from "node:path";
import type { TrainConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import { UsageError } from "../errors.ts";
import { classifierParameters } from "../luke/classifier.ts";
import { lukeMini, maxWords, type LukeConfig } from "../luke/config.ts";
import type { Head } from "../luke/head.ts";
import { initializeFromScratch } from "../luke/initialization.ts";
import { pairHead } from "../luke/pair-head.ts";
import type { Weights } from "../luke/parameters.ts";
import { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { openCheckpoint } from "./checkpoint.ts";

/** A model before its first step. */
export interface StartingModel {
  readonly name: string;
  readonly config: LukeConfig;
  readonly tokenizer: LukeTokenizer;
  readonly head: Head;
  readonly weights: Weights;
  /** Longest text in words, `<s>` and `</s>` counted. */
  readonly maxLength: number;
  /** What training uses unless told otherwise. */
  readonly learningRate: number;
  /** What a user should know of how a checkpoint was read. */
  readonly notes: readonly string[];
}

/** Random weights need a far higher rate than fine-tuning does. */
const learningRates = { fromScratch: 6e-4, fineTuning: 2e-5 };

/** `luke-mini`: a vocabulary learnt from the training texts alone, and random weights from the seed. */
export async function miniModel(
  config: TrainConfig,
  train: readonly Document[],
  numLabels: number,
): Promise<StartingModel> {
  const texts = train.map(({ text }) => text);
  const tokenizer = await LukeTokenizer.train(texts, { vocabSize: config.vocabSize });
  const luke = withDropout(lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size), config);
  return {
    name: config.model,
    config: luke,
    tokenizer,
    head: pairHead,
    weights: initializeFromScratch(classifierParameters(pairHead, luke, numLabels), luke, config.seed),
    maxLength: lengthLimit(maxWords(luke), config),
    learningRate: learningRates.fromScratch,
    notes: [],
  };
}

/** A checkpoint to be fine-tuned; its classifier starts anew unless it was made for the same labels. */
export async function pretrainedModel(
  config: TrainConfig,
  folder: string,
  id2label: readonly string[],
): Promise<StartingModel> {
  const checkpoint = await openCheckpoint(folder, { head: pairHead, id2label, seed: config.seed, complete: true });
  const longest = Math.min(maxWords(checkpoint.config), checkpoint.tokenizer.maxLength);
  return {
    ...checkpoint,
    // Folders name people; a name on the hub is public.
    name: folder === config.model ? basename(folder) : config.model,
    config: withDropout(checkpoint.config, config),
    maxLength: lengthLimit(longest, config),
    learningRate: learningRates.fineTuning,
  };
}

const withDropout = (size: LukeConfig, { dropout, attentionDropout }: TrainConfig): LukeConfig => ({
  ...size,
  hiddenDropoutProb: dropout ?? size.hiddenDropoutProb,
  attentionProbsDropoutProb: attentionDropout ?? size.attentionProbsDropoutProb,
});

function lengthLimit(longest: number, { maxLength, model }: TrainConfig): number {
  if (maxLength !== undefined && maxLength > longest) {
    throw new UsageError(`--max-length: ${model} reads ${longest} tokens at most; found ${maxLength}.`);
  }
  return maxLength ?? longest;
}
