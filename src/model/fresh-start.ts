import { UsageError } from "../errors.ts";
import { formatShape } from "../autodiff/dims.ts";
import type { Lora } from "../nn/lora.ts";
import { initializeWeights } from "../nn/parameters.ts";
import type { LoraSettings } from "./adapters/settings.ts";
import type { StartAdapter } from "./adapters/start-adapter.ts";
import { classifierParameters } from "./classifier.ts";
import { initializedWeights, type EncoderConfig } from "./encoders/encoder.ts";
import { smallLuke } from "./encoders/luke/mini.ts";
import type { Head } from "./heads/head.ts";
import type { Model } from "./model.ts";
import type { StartRequest } from "./tasks/start-request.ts";

/** The model that training starts from. */
export interface Start extends Model {
  readonly name: string;
  /** Longest text in words, `<s>` and `</s>` counted. */
  readonly maxLength: number;
  /** The adapter that is trained in the place of the encoder's weights. */
  readonly lora?: Lora | undefined;
  readonly adapter?: StartAdapter | undefined;
}

/** The settings that decide what training starts from. */
export interface ModelSettings extends LoraSettings {
  readonly output: string;
  readonly freezeLayers?: number | undefined;
  readonly model: string;
  readonly vocabSize: number;
  readonly maxLength?: number | undefined;
  readonly dropout?: number | undefined;
  readonly attentionDropout?: number | undefined;
  readonly seed: number;
}

/** The requirements of training for the model that it starts from: those of the task, its head and its labels. */
export interface ModelRequest extends StartRequest {
  readonly head: Head;
  readonly id2label: readonly string[];
}

/** `luke-mini`: a vocabulary learnt from the training texts alone, and random weights from the seed. */
export async function miniModel(config: ModelSettings, request: ModelRequest): Promise<Start> {
  const { head, texts, id2label } = request;
  if (config.lora)
    throw new UsageError(
      "--lora adapts a model that was trained before; luke-mini starts from random weights. Leave it out.",
    );
  const { encoder, tokenizer, config: size } = await smallLuke(texts, { vocabSize: config.vocabSize });
  const sizes = withDropout(size, config);
  const specs = classifierParameters({ encoder, config: sizes, head, numLabels: id2label.length });
  const weights = initializedWeights(encoder, specs, sizes, config.seed);
  const model: Start = {
    name: config.model,
    encoder,
    config: sizes,
    tokenizer,
    head,
    weights,
    maxLength: lengthLimit(encoder.maxWords(sizes), config),
    notes: [],
  };
  return withMentions(model, { ...request, seed: config.seed });
}

/**
 * Gives types entities or markers of their own, and mentions the markers that the task wants.
 * @throws UsageError if the encoder must show what it cannot
 */
export function withMentions(model: Start, request: StartingRequest): Start {
  const { typedEntities, needsTypedEntities, markers } = request;
  const { encoder, name } = model;
  const { hasTokens = false, levitated, flag } = markers ?? {};
  if (flag !== undefined && !encoder.withMarkers) {
    const own = encoder.addEntityTypes ? "which has entities and tokens of its own for mentions" : "which has none";
    throw new UsageError(`${flag}: ${name} is a model of ${encoder.name}, ${own}. Leave the flag out.`);
  }
  const marked = withHead(
    encoder.withMarkers?.(model, { hasTokens, levitated, types: typedEntities }) ?? model,
    request,
  );
  if (typedEntities.length === 0) return marked;
  if (encoder.addEntityTypes) return encoder.addEntityTypes(marked, typedEntities);
  if (encoder.withMarkers && levitated) return marked;
  const reason = encoder.withMarkers
    ? "without levitated markers nothing shows them"
    : `${name} is a model of ${encoder.name}, which has no entities of types`;
  if (needsTypedEntities) throw new UsageError(`--typed-entities: ${reason}. Add --typed-entities no.`);
  return { ...marked, notes: [...marked.notes, `the types of entities are not shown to it: ${reason}`] };
}

/** A request, and the seed of weights that start anew. */
type StartingRequest = ModelRequest & Pick<ModelSettings, "seed">;

/** Starts those weights of the head anew whose shapes the width of mentions changes. */
function withHead(model: Start, { id2label, seed }: StartingRequest): Start {
  const changed = model.head
    .parameters(model.config, id2label.length)
    .filter(({ name, shape }) => formatShape(model.weights.get(name)!.shape) !== formatShape(shape));
  if (changed.length === 0) return model;
  return { ...model, weights: new Map([...model.weights, ...initializeWeights(changed, model.config, seed)]) };
}

export const withDropout = <Config extends EncoderConfig>(
  size: Config,
  { dropout, attentionDropout }: ModelSettings,
): Config => ({
  ...size,
  hiddenDropoutProb: dropout ?? size.hiddenDropoutProb,
  attentionProbsDropoutProb: attentionDropout ?? size.attentionProbsDropoutProb,
});

export function lengthLimit(longest: number, { maxLength, model }: ModelSettings): number {
  if (maxLength !== undefined && maxLength > longest) {
    throw new UsageError(`--max-length: ${model} reads ${longest} tokens at most; found ${maxLength}.`);
  }
  return maxLength ?? longest;
}
