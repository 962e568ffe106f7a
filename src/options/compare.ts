// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `compare`; those with a question mark may be left out. */
export interface CompareOptions {
  /** Write the comparison with every changed answer to this file, as JSON. */
  output?: string | undefined;
  /** Replace the file of --output. Default: `false`. */
  overwrite?: boolean | undefined;
  /**
   * End with exit code 1 unless the second model is better, or not worse, beyond chance: by the 95 % interval of the
   * difference on --metric.
   */
  require?: "not-worse" | "better" | undefined;
  /** Metric of --require (default: relation_micro_f1, for entities micro_f1). */
  metric?: "macro_f1" | "micro_f1" | "accuracy" | "relation_macro_f1" | "relation_micro_f1" | undefined;
  /**
   * Label that means no relation, for a model folder that does not name it (Relata's own do); further labels, after
   * commas, are read as the first.
   */
  noRelationLabel?: string | undefined;
  /** Format of the data files; detected from their content if not given. */
  format?: "annotto" | "label-studio" | "brat" | "inception" | "xmi" | "webanno" | "doccano" | "prodigy" | "ubiai" | "spacy" | "semeval2010" | "kbp37" | "tacred" | "fewrel" | "opennre" | "spert" | "tablert" | "dygie" | "docred" | "bioc" | "scibert" | "multihead" | "ddi" | "timeml" | "relata" | "csv" | "conll" | undefined;
  /** Leave invalid documents out and count them instead of stopping. Default: `false`. */
  skipInvalid?: boolean | undefined;
  /**
   * Unit that the offsets of the files count; auto: what the format's tool counts, unless the surfaces recorded
   * beside the offsets say otherwise. Default: `"auto"`.
   */
  offsetUnit?: "auto" | "utf-16" | "code-point" | "grapheme" | undefined;
  /** TACRED files: whether subj_end and obj_end name the last token or the one after it. Default: `"auto"`. */
  tokenEnds?: "auto" | "inclusive" | "exclusive" | undefined;
  /**
   * brat, bioc and ddi files: a span in several pieces becomes the whole between its ends, its first piece, or is
   * left out. Default: `"hull"`.
   */
  discontinuous?: "hull" | "first" | "skip" | undefined;
  /**
   * Where several people annotated one text, whose annotations are read: a name, first, or agreement (what more than
   * half of them have).
   */
  annotator?: string | undefined;
  /**
   * Names that your file has for fields whose name the format does not fix, as text=body,label=relation; see the
   * format's page.
   */
  fields?: string | undefined;
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
  /** CPU threads for ONNX Runtime; 0 uses all physical cores; a training run stores their number. Default: `0`. */
  threads?: number | undefined;
}
