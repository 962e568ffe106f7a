import type { TrainConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import { lukeMini, maxWords, type LukeConfig } from "../luke/config.ts";
import { initializeFromScratch } from "../luke/initialization.ts";
import { pairClassifierParameters } from "../luke/pair-head.ts";
import type { Weights } from "../luke/parameters.ts";
import { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { UsageError } from "../errors.ts";

/** A model before its first step. */
export interface StartingModel {
  readonly name: string;
  readonly config: LukeConfig;
  readonly tokenizer: LukeTokenizer;
  readonly weights: Weights;
  /** Longest text in words, `<s>` and `</s>` counted. */
  readonly maxLength: number;
  /** What training uses unless told otherwise. */
  readonly learningRate: number;
}

/** Random weights need a far higher rate than fine-tuning does. */
const learningRateFromScratch = 6e-4;

/** `luke-mini`: a vocabulary learnt from the training texts alone, and random weights from the seed. */
export async function startingModel(
  config: TrainConfig,
  train: readonly Document[],
  numLabels: number,
): Promise<StartingModel> {
  const tokenizer = await LukeTokenizer.train(
    train.map(({ text }) => text),
    { vocabSize: config.vocabSize },
  );
  const size = lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size);
  const luke: LukeConfig = {
    ...size,
    hiddenDropoutProb: config.dropout ?? size.hiddenDropoutProb,
    attentionProbsDropoutProb: config.attentionDropout ?? size.attentionProbsDropoutProb,
  };
  const longest = maxWords(luke);
  if (config.maxLength !== undefined && config.maxLength > longest) {
    throw new UsageError(`--max-length: ${config.model} reads ${longest} tokens at most; found ${config.maxLength}.`);
  }
  return {
    name: config.model,
    config: luke,
    tokenizer,
    weights: initializeFromScratch(pairClassifierParameters(luke, numLabels), luke, config.seed),
    maxLength: config.maxLength ?? longest,
    learningRate: learningRateFromScratch,
  };
}
