import type { Probe } from "../source/probe.ts";
import { annottoItems, annottoPredictions } from "./annotto.ts";
import { arrow, docBin, image, otherArchive, parquet, pdf, pickle, sqlite, tar, deepZip } from "./binary.ts";
import { biocXml, chemprot, gateBdoc, i2b2, pubtator, standoffUnderOtherName } from "./biomedical.ts";
import { conllu, conlluPlus } from "./columns.ts";
import { fewrelNames, jsonSchema, modelConfig, pythonLiteral, spertTypes } from "./companions.ts";
import { doccanoClassification, doccanoWithoutSpans } from "./doccano.ts";
import { gliner, spacyTraining, spacyTuples, squad, taggedWords } from "./entity-json.ts";
import { labelStudioConll, labelStudioCsv, labelStudioJsonMin, labelStudioTasks } from "./label-studio.ts";
import * as relational from "./relation-json.ts";
import type { Stranger } from "./stranger.ts";
import { inceptionProject, uimaTypeSystem, webannoTsv } from "./uima.ts";
import { ace, gateXml, html, tei } from "./xml.ts";

/** In the order of detection: the more specific formats first. */
export const strangers: readonly Stranger[] = [
  docBin,
  deepZip,
  tar,
  otherArchive,
  parquet,
  arrow,
  pickle,
  pdf,
  sqlite,
  image,
  uimaTypeSystem,
  webannoTsv,
  inceptionProject,
  biocXml,
  ace,
  gateXml,
  tei,
  html,
  pubtator,
  chemprot,
  i2b2,
  standoffUnderOtherName,
  labelStudioConll,
  labelStudioCsv,
  conlluPlus,
  conllu,
  pythonLiteral,
  gateBdoc,
  relational.rebel,
  gliner,
  relational.glirel,
  relational.tplinker,
  relational.nytMentions,
  relational.casrel,
  relational.duie,
  relational.tagtog,
  relational.lightTag,
  relational.namedPairs,
  relational.instructions,
  spacyTuples,
  spacyTraining,
  taggedWords,
  squad,
  annottoItems,
  annottoPredictions,
  labelStudioJsonMin,
  labelStudioTasks,
  doccanoWithoutSpans,
  doccanoClassification,
  modelConfig,
  jsonSchema,
  spertTypes,
  fewrelNames,
];

/** Finds the known format of a file that no reader recognizes. */
export const findStranger = (probe: Probe): Stranger | undefined => strangers.find((stranger) => stranger.is(probe));
