import type { ProjectionNames } from "../../../nn/attention.ts";
import type { PostNormNames } from "../../../nn/post-norm-layer.ts";

/** The facts by which encoders of BERT's build differ. */
export interface WordFamily {
  /** Its `model_type`. */
  readonly name: string;
  /** In front of the encoder's tensors in a classifier of `transformers`. */
  readonly prefix: string;
  /** The class of the bare encoder. */
  readonly model: string;
  /** The class with a classifier of tokens. */
  readonly tokenClassifier: string;
  /** Classes that hold the encoder and a head of pre-training. */
  readonly pretrainingModels: readonly string[];
  /** `from zero`: the first word has row 0. `after padding`: it has row `pad_token_id + 1`, and padding has `pad_token_id`. */
  readonly positions: "from zero" | "after padding";
  /** `pad_token_id` where config.json does not say. */
  readonly padTokenId: number;
  readonly tokenizerClasses: readonly string[];
  /** Keys of its config.json by those of BERT's, where they differ. */
  readonly configKeys?: Readonly<Record<string, string>>;
  /** Whether a token's type is added to its embedding; true if absent. */
  readonly hasTokenTypes?: boolean;
  /** Whether its files have a pooler; true if absent. */
  readonly hasPooler?: boolean;
  /** The names of the parts of layers in its files; absent if they use BERT's names. */
  readonly layers?: LayerNames;
}

export interface LayerNames {
  /** Where the layers stand behind the encoder's prefix: `encoder.layer`. */
  readonly path: string;
  /** Where the projections of attention stand in a layer: `attention.self`. */
  readonly attention: string;
  readonly projections: ProjectionNames;
  readonly parts: PostNormNames;
}
