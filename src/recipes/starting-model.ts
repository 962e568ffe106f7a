import { basename } from "node:path";
import type { StartingConfig } from "./starting-settings.ts";
import type { Document } from "../corpus/document.ts";
import { UsageError } from "../errors.ts";
import { classifierParameters } from "../model/classifier.ts";
import { lukeMini, type LukeConfig } from "../model/encoders/luke/config.ts";
import { luke } from "../model/encoders/luke/luke.ts";
import type { SizedEncoder } from "../model/config-file.ts";
import type { Head } from "../model/heads/head.ts";
import { initializedWeights } from "../model/encoders/encoder.ts";
import { pairHeads } from "../model/heads/pair-head.ts";
import type { Weights } from "../nn/parameters.ts";
import { LukeTokenizer } from "../model/encoders/luke/tokenizer/luke-tokenizer.ts";
import { typedEntityTitles } from "../model/encoders/luke/tokenizer/typed-entities.ts";
import { typeMark } from "../tokenization/inputs/typed-markers.ts";
import { openCheckpoint } from "../model/checkpoint.ts";
import { entityTypesOf } from "./training-data.ts";
import { addTypedEntities } from "../model/encoders/luke/typed-model.ts";

/** A model before its first step. */
export interface StartingModel extends SizedEncoder {
  readonly name: string;
  readonly config: LukeConfig;
  readonly tokenizer: LukeTokenizer;
  readonly head: Head;
  readonly weights: Weights;
  /** Longest text in words, `<s>` and `</s>` counted. */
  readonly maxLength: number;
  /** What a user should know of how a checkpoint was read. */
  readonly notes: readonly string[];
}

/** `luke-mini`: a vocabulary learnt from the training texts alone, and random weights from the seed. */
export async function miniModel(
  config: StartingConfig,
  train: readonly Document[],
  numLabels: number,
): Promise<StartingModel> {
  requireMarkers(config, train);
  const texts = train.map(({ text, entities }) =>
    // What stands before mentions is text to be read as well.
    config.markers === "typed" ? `${text} ${entities.map(({ type }) => typeMark(type)).join("")}` : text,
  );
  const tokenizer = await LukeTokenizer.train(texts, { vocabSize: config.vocabSize });
  const sizes = withDropout(lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size), config);
  const head = pairHeads[config.pairFeatures];
  const specs = classifierParameters({ encoder: luke, config: sizes, head, numLabels });
  const weights = initializedWeights(luke, specs, sizes, config.seed);
  const model: StartingModel = {
    name: config.model,
    encoder: luke,
    config: sizes,
    tokenizer,
    head,
    weights,
    maxLength: lengthLimit(luke.maxWords(sizes), config),
    notes: [],
  };
  return addTypedEntities(model, typesToSee(config, train));
}

/** A checkpoint to be fine-tuned; its classifier starts anew unless it was made for the same labels. */
export async function pretrainedModel(
  config: StartingConfig,
  folder: string,
  train: readonly Document[],
  id2label: readonly string[],
): Promise<StartingModel> {
  requireMarkers(config, train);
  const head = pairHeads[config.pairFeatures];
  const checkpoint = await openCheckpoint(folder, { head, id2label, seed: config.seed, complete: true });
  const longest = Math.min(checkpoint.encoder.maxWords(checkpoint.config), checkpoint.tokenizer.maxLength);
  const model: StartingModel = {
    ...checkpoint,
    // Folders name people; a name on the hub is public.
    name: folder === config.model ? basename(folder) : config.model,
    config: withDropout(checkpoint.config, config),
    maxLength: lengthLimit(longest, config),
    notes:
      checkpoint.manifest?.markers === "typed" && config.markers === "plain"
        ? [
            ...checkpoint.notes,
            "it was trained with typed markers and goes on with plain ones; --markers typed keeps them",
          ]
        : checkpoint.notes,
  };
  const known = typedEntityTitles(checkpoint.tokenizer.entityVocab);
  if (config.encoding === "document" && config.typedEntities === "no" && known.length > 0) {
    throw new UsageError(
      `--typed-entities no: ${model.name} was trained to see types, as ${known.join(", ")}. Leave the flag out, or start from another model.`,
    );
  }
  return addTypedEntities(model, typesToSee(config, train));
}

/** The entity types that the model is shown: in document encoding, where there are any. */
function typesToSee({ encoding, typedEntities }: StartingConfig, train: readonly Document[]): string[] {
  if (encoding === "document") {
    const types = typedEntities === "no" ? [] : entityTypesOf(train);
    if (typedEntities === "yes" && types.length === 0)
      throw new UsageError("--typed-entities yes: no entity of the training documents has a type.");
    return types;
  }
  if (typedEntities !== "yes") return [];
  throw new UsageError(
    "--typed-entities yes: pair encoding shows the model [MASK] and [MASK2] alone, as transformers does. Add --encoding document, or show types by --markers typed.",
  );
}

/** @throws UsageError for typed markers that would show nothing. */
function requireMarkers({ encoding, markers }: StartingConfig, train: readonly Document[]): void {
  if (markers === "plain") return;
  if (encoding === "document") {
    throw new UsageError(
      "--markers typed: document encoding puts no markers into the text; it shows types by --typed-entities. Leave the flag out, or add --encoding pair.",
    );
  }
  if (entityTypesOf(train).every((type) => typeMark(type) === ""))
    throw new UsageError(
      "--markers typed: no entity of the training documents has a type with a name. Leave the flag out.",
    );
}

const withDropout = (size: LukeConfig, { dropout, attentionDropout }: StartingConfig): LukeConfig => ({
  ...size,
  hiddenDropoutProb: dropout ?? size.hiddenDropoutProb,
  attentionProbsDropoutProb: attentionDropout ?? size.attentionProbsDropoutProb,
});

function lengthLimit(longest: number, { maxLength, model }: StartingConfig): number {
  if (maxLength !== undefined && maxLength > longest) {
    throw new UsageError(`--max-length: ${model} reads ${longest} tokens at most; found ${maxLength}.`);
  }
  return maxLength ?? longest;
}
