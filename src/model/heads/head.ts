import { add, linear, type Dim, type Tensor } from "../../autodiff/index.ts";
import type { GraphBuilder } from "../../nn/graph-builder.ts";
import type { GivenInputs } from "../../nn/given-inputs.ts";
import { classification, type Objective, type ObjectiveOptions } from "../../nn/objectives.ts";
import type { ParameterSpec } from "../../nn/parameters.ts";
import type { Feeds } from "../../runtime/values.ts";
import type { Batch } from "../../tokenization/inputs/collate.ts";
import type { Encoding } from "../../tokenization/inputs/encoding.ts";

/**
 * The hidden states that a head reads: an encoder need not compute the others in its last layer. Where a head reads words
 * alone, the text has no mentions for the encoder.
 */
export type Reads = "mentions" | "words" | "both";

/** Last hidden states of an encoder. */
export interface States {
  /** [batch, words, hidden], if the head reads them. */
  readonly words: Tensor | undefined;
  /** [batch, entities, hidden]: one for each mention of a text, if the head reads them. */
  readonly mentions: Tensor | undefined;
}

/** The sizes of an encoder that a head's own weights depend on. */
export interface StateSizes {
  readonly hiddenSize: number;
  /** The width of a mention's state, if that is not `hiddenSize`. */
  readonly mentionSize?: number | undefined;
  readonly hiddenDropoutProb: number;
}

/** The rows of logits that belong to one text of a batch. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

export type HeadName = "pair" | "entity" | "span" | "token" | "biaffine";

/** The part of a head that differs from head to head: it makes the features of a row from hidden states. */
export interface HeadParts {
  readonly name: HeadName;
  readonly reads: Reads;
  /** The unit of the answers: logits are [rows, labels]. */
  readonly rows: Dim;
  /** The number of states side by side in the features of one row. */
  readonly statesPerRow: number;
  readonly bias: boolean;
  /** The module of its dense layer; `classifier` if absent. */
  readonly module?: string;
  /** The terms that are added to the logits, each with weights of its own. */
  readonly terms?: readonly LogitTerm[];
  /** How many of these are states of words; 0 if absent. */
  readonly wordsPerRow?: number;
  /** Gathers the features of each row, [rows, width]. */
  features(builder: GraphBuilder, states: States, hiddenSize: number): Tensor;
  /** The values of the graph inputs that `features` reads. */
  inputs(batch: Batch): Feeds;
  /** Computes these inputs, by name, from those that an exported graph is given; absent if `features` reads none. */
  exported?(given: GivenInputs): ReadonlyMap<string, Tensor>;
  /** The outputs of an exported graph, by name, of the logits [rows, labels]; these alone, as `logits`, if absent. */
  outputs?(logits: Tensor): ReadonlyMap<string, Tensor>;
  /** Returns the rows of each encoding in `batch`, without those of padding. */
  rowsOf(encodings: readonly Encoding[], batch: Batch): RowRange[];
}

/** The width of a row's features. */
export const featureWidth = (
  { statesPerRow, wordsPerRow = 0 }: Pick<HeadParts, "statesPerRow" | "wordsPerRow">,
  { hiddenSize, mentionSize = hiddenSize }: Pick<StateSizes, "hiddenSize" | "mentionSize">,
): number => (statesPerRow - wordsPerRow) * mentionSize + wordsPerRow * hiddenSize;

/** A classifier over an encoder's hidden states. It knows neither the encoder nor the task. */
export interface Head extends HeadParts {
  parameters(sizes: StateSizes, numLabels: number): ParameterSpec[];
  /** Builds [rows, labels] from hidden states. */
  logits(builder: GraphBuilder, states: States, sizes: StateSizes): Tensor;
  /** The values of every graph input that `logits` reads. */
  feeds(batch: Batch): Feeds;
  objective(options: ObjectiveOptions): Objective;
  /** The part of a text's logits [rows, labels] that answers depend on, if all of them are too many to keep. */
  condense?(rows: Float32Array, encoding: Encoding, labels: number): Float32Array;
}

/**
 * A term that a head adds to its logits, beside the dense layer over its features; `transformers` has no such terms.
 */
export interface LogitTerm {
  readonly name: string;
  readonly parameters: (sizes: StateSizes, numLabels: number) => readonly ParameterSpec[];
  /** Builds [rows, labels] from the head's features [rows, width], before dropout. */
  readonly logits: (builder: GraphBuilder, features: Tensor, sizes: StateSizes, states: States) => Tensor;
  /** The values of the graph inputs that `logits` reads. */
  readonly inputs?: (batch: Batch) => Feeds;
  /** Computes these inputs, by name, from those that an exported graph is given. */
  readonly exported?: (given: GivenInputs) => ReadonlyMap<string, Tensor>;
}

/** Makes a head that classifies its features by dropout and one dense layer, and adds its terms. */
export const denseHead = ({ module = "classifier", ...parts }: HeadParts): Head => ({
  ...parts,
  module,
  parameters(sizes, numLabels) {
    const specs: ParameterSpec[] = [
      { name: `${module}.weight`, shape: [numLabels, featureWidth(parts, sizes)], init: "normal" },
      ...(parts.bias ? [{ name: `${module}.bias`, shape: [numLabels], init: "zeros" as const }] : []),
      ...(parts.terms ?? []).flatMap((term) => term.parameters(sizes, numLabels)),
    ];
    return specs.map((spec) => ({ ...spec, isOfHead: true }));
  },
  logits(builder, states, sizes) {
    const features = parts.features(builder, states, sizes.hiddenSize);
    const dropped = builder.dropout(features, sizes.hiddenDropoutProb, module);
    const bias = parts.bias ? builder.parameter(`${module}.bias`) : undefined;
    const dense = linear(dropped, builder.parameter(`${module}.weight`), bias);
    const terms = (parts.terms ?? []).map((term) => term.logits(builder, features, sizes, states));
    return terms.reduce((sum, term) => add(sum, term), dense);
  },
  feeds: (batch) =>
    new Map([...parts.inputs(batch), ...(parts.terms ?? []).flatMap((term) => [...(term.inputs?.(batch) ?? [])])]),
  exported: (given) => new Map([parts, ...(parts.terms ?? [])].flatMap((part) => [...(part.exported?.(given) ?? [])])),
  objective: classification,
});

/** The head with a bias in its classifier, for a checkpoint that holds `classifier.bias`. */
export const withBias = (head: HeadParts): Head => denseHead({ ...head, bias: true });
