/** The facts by which encoders of BERT's build differ. */
export interface WordFamily {
  /** Its `model_type`. */
  readonly name: string;
  /** In front of the encoder's tensors in a classifier of `transformers`. */
  readonly prefix: "bert" | "roberta";
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
}
