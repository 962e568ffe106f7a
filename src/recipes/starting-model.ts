import { basename } from "node:path";
import type { StartingConfig } from "./starting-settings.ts";
import type { Document } from "../corpus/document.ts";
import { UsageError } from "../errors.ts";
import { classifierParameters } from "../model/classifier.ts";
import type { EncoderConfig, EncoderTokenizer } from "../model/encoders/encoder.ts";
import { smallLuke } from "../model/encoders/luke/mini.ts";
import type { SizedEncoder } from "../model/config-file.ts";
import type { Head } from "../model/heads/head.ts";
import { initializedWeights } from "../model/encoders/encoder.ts";
import { pairHeads } from "../model/heads/pair-head.ts";
import type { Weights } from "../nn/parameters.ts";
import { typeMark } from "../tokenization/inputs/typed-markers.ts";
import { openCheckpoint } from "../model/checkpoint.ts";
import { entityTypesOf } from "./training-data.ts";

/** A model before its first step. */
export interface StartingModel extends SizedEncoder {
  readonly name: string;
  readonly tokenizer: EncoderTokenizer;
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
  const { encoder, tokenizer, config: size } = await smallLuke(texts, { vocabSize: config.vocabSize });
  const sizes = withDropout(size, config);
  const head = pairHeads[config.pairFeatures];
  const specs = classifierParameters({ encoder, config: sizes, head, numLabels });
  const weights = initializedWeights(encoder, specs, sizes, config.seed);
  const model: StartingModel = {
    name: config.model,
    encoder,
    config: sizes,
    tokenizer,
    head,
    weights,
    maxLength: lengthLimit(encoder.maxWords(sizes), config),
    notes: [],
  };
  return withEntityTypes(model, typesToSee(config, train));
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
  const known = checkpoint.tokenizer.entityTypes;
  if (config.encoding === "document" && config.typedEntities === "no" && known.length > 0) {
    throw new UsageError(
      `--typed-entities no: ${model.name} was trained to see types, as ${known.join(", ")}. Leave the flag out, or start from another model.`,
    );
  }
  return withEntityTypes(model, typesToSee(config, train));
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

/** Gives types entities of their own. @throws UsageError if the encoder does not see types so. */
function withEntityTypes(model: StartingModel, types: readonly string[]): StartingModel {
  if (types.length === 0) return model;
  if (model.encoder.addEntityTypes) return model.encoder.addEntityTypes(model, types);
  throw new UsageError(
    `--typed-entities: ${model.name} is a model of ${model.encoder.name}, which has no entities of types. Add --typed-entities no.`,
  );
}

const withDropout = <Config extends EncoderConfig>(
  size: Config,
  { dropout, attentionDropout }: StartingConfig,
): Config => ({
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
