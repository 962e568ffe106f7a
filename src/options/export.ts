// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `exportModel`; those with a question mark may be left out. */
export interface ExportOptions {
  /**
   * Kind of export: a model folder with safetensors, or an ONNX graph with its description and the tokenizer's files.
   */
  format: "safetensors" | "onnx";
  /**
   * How the weights are stored: float16 halves the files and rounds each weight to 11 binary digits; what opens them
   * computes in float32, in no less time and memory. Default: `"float32"`.
   */
  dtype?: "float32" | "float16" | undefined;
  /** ONNX only: fix the graph to so many texts a run, for runtimes that need all sizes known. */
  batchSize?: number | undefined;
  /** ONNX only: fix the graph to so many tokens a text, for runtimes that need all sizes known. */
  words?: number | undefined;
  /** ONNX only: fix the graph to so many tokens a mention, for runtimes that need all sizes known. */
  mention?: number | undefined;
  /** ONNX only: fix the graph to so many mentions a text, for runtimes that need all sizes known. */
  entities?: number | undefined;
  /**
   * ONNX only: fix the graph to so many pairs a run, for models that are given pairs, for runtimes that need all
   * sizes known.
   */
  pairs?: number | undefined;
}
