import type { Dim, Tensor } from "../autodiff/index.ts";
import type { Batch } from "../tokenization/collate.ts";
import type { Encoding } from "../tokenization/encoding.ts";
import type { Rows } from "./attention.ts";
import type { LukeArchitecture, LukeConfig } from "./config.ts";
import type { EncoderStates } from "./encoder.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import type { ParameterSpec } from "./parameters.ts";

/** The rows of logits that belong to one text of a batch. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

/** What a classifier asks of a text: which hidden states stand side by side, and for each of what there is an answer. */
export interface Head {
  readonly name: "pair" | "entity" | "span";
  /** The class of `transformers` that has this head. */
  readonly architecture: LukeArchitecture;
  /** With `entities`, the encoder's last layer leaves out the words. */
  readonly reads: Rows;
  /** What the answers are counted in: logits are [rows, labels]. */
  readonly rows: Dim;
  /** Hidden states side by side in the features of one row. */
  readonly statesPerRow: number;
  readonly bias: boolean;
  /** Added to the logits, each with weights of its own. */
  readonly terms?: readonly LogitTerm[];
  /** [rows, statesPerRow*hidden] */
  features(builder: GraphBuilder, states: EncoderStates, hiddenSize: number): Tensor;
  /** For each of the encodings that `batch` was made of, its rows without those of padding. */
  rowsOf(encodings: readonly Encoding[], batch: Batch): RowRange[];
}

/** Something a head adds to its logits beside the dense layer over its features; `transformers` has none of these. */
export interface LogitTerm {
  readonly name: string;
  readonly parameters: (config: LukeConfig, numLabels: number) => readonly ParameterSpec[];
  /** [rows, labels] from the head's features [rows, statesPerRow*hidden], before dropout. */
  readonly logits: (builder: GraphBuilder, features: Tensor, config: LukeConfig) => Tensor;
}

/** The head with a bias in its classifier, as a checkpoint has it that holds `classifier.bias` (luke.md 2.5). */
export const withBias = (head: Head): Head => ({ ...head, bias: true });
