import type { Tensor } from "../../autodiff/index.ts";
import type { GivenInputs } from "../../nn/given-inputs.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import { initializeWeights, type ParameterSpec, type Weights } from "../../nn/parameters.ts";
import type { Feeds } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";
import type { InputTokenizer } from "../../tokenization/inputs/input-tokenizer.ts";
import type { TokenizerFiles } from "../../tokenization/tokenizers/tokenizer-files.ts";
import type { HeadName, Reads, States } from "../heads/head.ts";
import type { Keys } from "./keys.ts";
import type { LevitatedMarkers } from "./markers/levitated.ts";

/** The sizes that every encoder has, beside those of its own. */
export interface EncoderConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  /** The width of a mention's state, if that is not `hiddenSize`. */
  readonly mentionSize?: number | undefined;
  readonly numHiddenLayers: number;
  readonly hiddenDropoutProb: number;
  readonly attentionProbsDropoutProb: number;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  readonly padTokenId: number;
}

/** How an exported graph reads its texts. */
export interface ExportReading {
  readonly reads: Reads;
  /**
   * How an encoder of words is shown mentions: by the place of the marker that opens each; by the places of all its words, of
   * which the first is that marker; or by the places of its words, which have no markers around them.
   */
  readonly mentions: "markers" | "marked spans" | "spans";
}

/** The tokenizer of a model folder. */
export interface EncoderTokenizer extends InputTokenizer {
  /** Number of entities in the vocabulary beside the words; 0 for an encoder without entities. */
  readonly entityCount: number;
  /** Types that have an entity of their own, in which the model sees them. */
  readonly entityTypes: readonly string[];
  /**
   * Makes the files that `from_pretrained` opens with the same ids, by name.
   * @param head the head of the model, by which some tokenizers of `transformers` know what texts come with
   */
  files(head?: HeadName): TokenizerFiles;
}

/** An encoder with its sizes and its tokenizer, of which no answer needs more. */
export interface OpenedEncoder<Config extends EncoderConfig> {
  readonly config: Config;
  readonly tokenizer: EncoderTokenizer;
  /** By parameter the rows of the file's table that `config` has left, if not all. */
  readonly rows: ReadonlyMap<string, readonly number[]>;
  /** Sentences for the user. */
  readonly notes: readonly string[];
}

/** A model whose weights are in memory. */
export interface WeightedEncoder<Config extends EncoderConfig = EncoderConfig> {
  readonly config: Config;
  readonly tokenizer: EncoderTokenizer;
  readonly weights: Weights;
}

/** The tokens that show mentions to an encoder of words, beside those that its vocabulary has. */
export interface MentionMarkers {
  /** Whether head and tail of a marked pair stand between tokens of their own (`--markers tokens`). */
  readonly hasTokens: boolean;
  /** Two tokens for each mention after the words; undefined for none. */
  readonly levitated: LevitatedMarkers | undefined;
  /** Types whose mentions have levitated markers of their own. */
  readonly types: readonly string[];
}

/** An id of a tokenizer that has no row in the model, in words: "entity ids below entity_vocab_size 4". */
export interface Misfit {
  readonly expected: string;
  readonly found: string;
}

/**
 * Turns a batch of texts into hidden states. An encoder knows its configuration, its weights and what files call them, its
 * tokenizer and its graph inputs; it knows no head and no task.
 */
export interface Encoder<Config extends EncoderConfig = EncoderConfig> {
  readonly name: string;
  /** The values of `model_type` in config.json that this encoder opens. */
  readonly modelTypes: readonly string[];
  /** Classes of `transformers` that hold this encoder with no head that Relata has. */
  readonly bareArchitectures: readonly string[];
  /** Names the class of `transformers` with this head, or that of the bare encoder where there is none. */
  architecture(head: HeadName): string;
  /** Reads its part of config.json. @throws DataError naming the keys that are missing or wrong. */
  parseConfig(json: unknown, file: string): Config;
  /** Makes its part of config.json, under the keys of `transformers`. */
  formatConfig(config: Config): Readonly<Record<string, unknown>>;
  /** The longest text that it reads, in words (tokens), special tokens counted. */
  maxWords(config: Config): number;

  /** Classes of `transformers` that open its tokenizer's files. */
  readonly tokenizerClasses: readonly string[];
  /** Opens the tokenizer of a model's files. @throws TokenizerFilesError for a missing or damaged file. */
  openTokenizer(files: TokenizerFiles): EncoderTokenizer;
  /**
   * Opens sizes and tokenizer without the vocabulary that no answer depends on. If absent, all of both is kept.
   * @throws TokenizerFilesError for a missing or damaged file
   */
  open?(config: Config, files: TokenizerFiles): OpenedEncoder<Config>;
  /** Finds ids beside those of words that have no row in the model. */
  misfits?(config: Config, tokenizer: EncoderTokenizer): Misfit[];
  /** Gives each of these types an entity of its own; absent if the encoder does not see types so. */
  addEntityTypes?<Model extends WeightedEncoder<Config>>(model: Model, types: readonly string[]): Model;

  /** Shows mentions by these markers from now on, with rows for new tokens; absent if the encoder has no such markers. */
  withMarkers?<Model extends WeightedEncoder<Config>>(model: Model, markers: MentionMarkers): Model;

  /** The table of words, a row for each token. */
  readonly wordTable: string;
  /** True if embeddings of words are normalized by themselves, with no position added, so that their length counts for nothing. */
  readonly normalizesWords?: boolean;
  /** The table of known entities, if there is one: the part of the vocabulary that answers hardly read. */
  readonly entityTable?: string;
  /** Describes the sizes for people: the layers, and the tables. */
  describe(config: Config): { readonly shape: string; readonly tables: string };

  /** Lists every weight, in the order in which a text passes them. */
  parameters(config: Config): ParameterSpec[];
  /** Finds the weights `wanted` among the names of a file's tensors. */
  keys(names: readonly string[], wanted: readonly ParameterSpec[]): Keys;
  /** Whether a tensor belongs to an encoder: one that finds no place in the model means that config.json is another's. */
  isEncoderTensor(name: string): boolean;
  /** Makes weights for a model without pre-training; of `specs` also those of the head. */
  initialize?(specs: readonly ParameterSpec[], config: Config, seed: number): Weights;
  /** Whether a weight is that of a dense layer that int8 may round. */
  isQuantizable(parameter: string): boolean;

  /** Builds the hidden states that a head reads. */
  states(builder: GraphBuilder, config: Config, reads: Reads): States;
  /** The values of every graph input that `states` reads. */
  feeds(batch: Batch, config: Config): Feeds;
  /**
   * Computes the inputs that `states` reads, by name, from those that an exported graph is given; absent if the encoder cannot be
   * exported to ONNX.
   */
  exportInputs?(config: Config, given: GivenInputs, reading: ExportReading): ReadonlyMap<string, Tensor>;
}

/** Opens an encoder's sizes and tokenizer as far as answers depend on them. */
export const openedEncoder = <Config extends EncoderConfig>(
  encoder: Encoder<Config>,
  config: Config,
  files: TokenizerFiles,
): OpenedEncoder<Config> =>
  encoder.open?.(config, files) ?? { config, tokenizer: encoder.openTokenizer(files), rows: new Map(), notes: [] };

/** Makes fresh weights as the encoder wants them. */
export const initializedWeights = <Config extends EncoderConfig>(
  encoder: Encoder<Config>,
  specs: readonly ParameterSpec[],
  config: Config,
  seed: number,
): Weights => (encoder.initialize ? encoder.initialize(specs, config, seed) : initializeWeights(specs, config, seed));
