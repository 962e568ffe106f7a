import type { Weights } from "../nn/parameters.ts";
import type { SizedEncoder } from "./config-file.ts";
import type { EncoderConfig, EncoderTokenizer } from "./encoders/encoder.ts";
import type { Head } from "./heads/head.ts";

/** A model in memory: an encoder, its tokenizer, a head, and the weights of both, or a promise of them. */
export interface Model<Values = Weights> extends SizedEncoder {
  /** The sizes of the model in memory, without vocabulary that no answer depends on. */
  readonly config: EncoderConfig;
  readonly tokenizer: EncoderTokenizer;
  readonly head: Head;
  readonly weights: Values;
  /** Sentences for the user on how its files were read. */
  readonly notes: readonly string[];
}
