// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `openModel`; those with a question mark may be left out. */
export interface PredictOptions {
  /**
   * Model that finds the entities of texts that come without, for a model of relations: a folder, or org/name on the
   * hub.
   */
  entities?: string | undefined;
  /**
   * Label that means no relation, for a model folder that does not name it (Relata's own do); further labels, after
   * commas, are read as the first.
   */
  noRelationLabel?: string | undefined;
  /** Leave out the pairs that have no relation. Default: `false`. */
  relationsOnly?: boolean | undefined;
  /**
   * Abstain from pairs whose answer is less probable than this; they are marked so, and have no relation in scores
   * and pre-annotations.
   */
  abstain?: number | undefined;
  /**
   * Score only this many pairs of a text, the nearest, and report the number of others (default: as the model was
   * trained).
   */
  maxPairs?: number | undefined;
  /** Texts in one forward pass: pairs in pair encoding (default 64), documents in document encoding (default 8). */
  batchSize?: number | undefined;
  /**
   * Numbers that the encoder's dense layers multiply: float32, or int8, about three times as fast with slightly
   * different probabilities. Default: `"float32"`.
   */
  dtype?: "float32" | "int8" | undefined;
  /**
   * Processor of the graphs: cpu; webgpu, a GPU by Vulkan, Metal or Direct3D 12; cuda, with the provider installed;
   * auto, webgpu if it can be opened. Results are equal to about 1e-5 between devices, not to the byte. Default:
   * `"cpu"`.
   */
  device?: "auto" | "cpu" | "webgpu" | "cuda" | undefined;
  /** CPU threads for ONNX Runtime; 0 uses all physical cores; a training run stores their number. Default: `0`. */
  threads?: number | undefined;
}
