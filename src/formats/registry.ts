import { annotto } from "./annotto/index.ts";
import { brat } from "./brat/index.ts";
import { ddi } from "./ddi/index.ts";
import { doccano } from "./doccano/index.ts";
import { csv } from "./csv/index.ts";
import { docred } from "./docred/index.ts";
import { dygie } from "./dygie/index.ts";
import { fewrel } from "./fewrel/index.ts";
import type { AnnotationFormat } from "./format.ts";
import { bioc } from "./bioc/index.ts";
import { conll } from "./conll/index.ts";
import { multihead } from "./multihead/index.ts";
import { scibert } from "./scibert/index.ts";
import { tablert } from "./tablert/index.ts";
import { ubiai } from "./ubiai/index.ts";
import { kbp37 } from "./kbp37/index.ts";
import { inception } from "./inception/index.ts";
import { labelStudio } from "./label-studio/index.ts";
import { formatNames, type FormatName } from "./names.ts";
import { opennre } from "./opennre/index.ts";
import { prodigy } from "./prodigy/index.ts";
import { relata } from "./relata/index.ts";
import { semeval2010 } from "./semeval2010/index.ts";
import type { FormatSettings } from "./settings.ts";
import type { Probe } from "./source/probe.ts";
import { spacy } from "./spacy/index.ts";
import { spert } from "./spert/index.ts";
import { tacred } from "./tacred/index.ts";
import { timeml } from "./timeml/index.ts";
import { webanno } from "./webanno/index.ts";
import { xmi } from "./xmi/index.ts";

/** All formats by name. */
export const formats: Readonly<Record<FormatName, AnnotationFormat>> = {
  annotto,
  "label-studio": labelStudio,
  brat,
  inception,
  xmi,
  webanno,
  doccano,
  prodigy,
  spacy,
  semeval2010,
  kbp37,
  tacred,
  fewrel,
  opennre,
  relata,
  bioc,
  conll,
  multihead,
  scibert,
  tablert,
  ubiai,
  spert,
  dygie,
  docred,
  ddi,
  timeml,
  csv,
};

/** In the order of detection: the more specific formats first. */
const all = formatNames.map((name) => formats[name]);

/** Detects the format of a file by its beginning; undefined if no format recognizes it. */
export const detectFormat = (probe: Probe, settings?: Pick<FormatSettings, "fields">): AnnotationFormat | undefined =>
  all.find((format) => format.detects(probe, settings));
