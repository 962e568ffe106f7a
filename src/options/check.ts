// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `checkData` and `repairData`; those with a question mark may be left out. */
export interface CheckOptions {
  /** Format of the data files; detected from their content if not given. */
  format?: "annotto" | "label-studio" | "brat" | "inception" | "xmi" | "webanno" | "doccano" | "prodigy" | "ubiai" | "spacy" | "semeval2010" | "kbp37" | "tacred" | "fewrel" | "opennre" | "spert" | "tablert" | "dygie" | "docred" | "bioc" | "scibert" | "multihead" | "ddi" | "timeml" | "relata" | "csv" | "conll" | undefined;
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
   * Names that your file has for fields whose name the format does not fix, as text=body,label=relation; see the
   * format's page.
   */
  fields?: string | undefined;
  /** Label of a pair without a relation; annotated with it, a pair is an explicit negative. Default: `"NO_REL"`. */
  noRelationLabel?: string | undefined;
  /** Two texts are near duplicates that share at least this fraction of their word triples. Default: `0.8`. */
  similarity?: number | undefined;
  /**
   * JSON file with the entity types that each relation may join, or the relata.json of a model; other relations are
   * reported.
   */
  schema?: string | undefined;
  /** End with exit code 65 for a warning too, not for an error alone. Default: `false`. */
  strict?: boolean | undefined;
  /** Show at most this many problems of each kind; all are counted. Default: `5`. */
  maxExamples?: number | undefined;
  /** Write the documents to this file or folder, with every certain repair made. */
  fix?: string | undefined;
  /** With --fix: replace the output if it exists. Default: `false`. */
  overwrite?: boolean | undefined;
}
