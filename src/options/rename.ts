// Written by `npm run docs` from the schema of the settings: change its descriptions, not this file.

/** Options of `renameData`; those with a question mark may be left out. */
export interface RenameOptions {
  /**
   * Rename a relation: OLD=NEW, or OLD(HEAD_TYPE,TAIL_TYPE)=NEW only between entities of these types, * for any; may
   * be repeated, or joined by commas.
   */
  label?: string | undefined;
  /** Rename a type of entities: OLD=NEW; may be repeated. */
  type?: string | undefined;
  /** Swap head and tail of the relations of a label, or of LABEL(HEAD_TYPE,TAIL_TYPE); may be repeated. */
  reverse?: string | undefined;
  /** Leave out the relations of a label, or of LABEL(HEAD_TYPE,TAIL_TYPE); may be repeated. */
  dropLabel?: string | undefined;
  /** Leave out the entities of a type, and relations with them; may be repeated. */
  dropType?: string | undefined;
  /** Replace the output if it exists. Default: `false`. */
  overwrite?: boolean | undefined;
  /** Label of a pair without a relation; annotated with it, a pair is an explicit negative. Default: `"NO_REL"`. */
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
}
