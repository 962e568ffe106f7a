/** The formats, by name, in the order in which a file is shown to them; registry.ts has what knows each. */
export const formatNames = [
  "annotto",
  "label-studio",
  "brat",
  "inception",
  "doccano",
  "prodigy",
  "ubiai",
  "spacy",
  "semeval2010",
  "kbp37",
  "tacred",
  "fewrel",
  "opennre",
  "spert",
  "dygie",
  "docred",
  "multihead",
  "relata",
  "conll",
  "csv",
] as const;
export type FormatName = (typeof formatNames)[number];
