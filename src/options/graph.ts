// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `showModelGraph`; those with a question mark may be left out. */
export interface GraphOptions {
  /** Show the training graph (loss and gradients) instead of the prediction graph. Default: `false`. */
  training?: boolean | undefined;
  /** Write the graph to this file: as ONNX for a viewer if its name ends in .onnx, else as text. */
  output?: string | undefined;
  /** Replace the file of --output. Default: `false`. */
  overwrite?: boolean | undefined;
}
