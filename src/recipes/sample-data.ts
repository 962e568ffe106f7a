import { basename } from "node:path";
import type { Document } from "../corpus/document.ts";
import type { Notice } from "../corpus/notices.ts";
import { chooseToLabel, countLabels, type ChosenCandidate, type LabelCandidate } from "../evaluation/what-to-label.ts";
import { preAnnotate, type PreAnnotationResult } from "../formats/pre-annotation.ts";
import { readCorpus } from "../formats/read.ts";
import { formatSettings } from "../formats/settings.ts";
import { drain, mapped } from "../generators.ts";
import type { SampleConfig } from "../label-config.ts";
import { asCandidate } from "../model/tasks/label-candidate.ts";
import { documentOf } from "../model/tasks/prediction-input.ts";
import { PredictionNotices, readingNotices } from "../model/tasks/prediction-notices.ts";
import { readPredictionTexts } from "../model/tasks/prediction-texts.ts";
import { pickSettings } from "../settings.ts";
import { answered, type Answerer } from "../model/tasks/answered.ts";
import type { PredictFilesEvent } from "./predict-files.ts";

/** A text that was chosen, with its id. */
export interface SampledText extends ChosenCandidate {
  readonly id: string;
  readonly uncertainty: number;
}

export interface SampleResult {
  /** In the order in which to label them. */
  readonly chosen: readonly SampledText[];
  /** Texts that were there to choose from. */
  readonly texts: number;
  /** Annotated texts that were compared with. */
  readonly labelled: number;
  readonly written: PreAnnotationResult;
  readonly notices: readonly Notice[];
  readonly seconds: number;
}

/**
 * Chooses the texts of a file that are worth labelling next, and writes them, best first, with the model's answers as
 * pre-annotations.
 */
export async function* sampleData(
  data: string,
  config: SampleConfig,
  model: Answerer,
): AsyncGenerator<PredictFilesEvent, SampleResult> {
  const started = performance.now();
  const labelled = config.labelled === undefined ? [] : await annotated(config.labelled, config);
  const { texts, notices, count } = yield* readPredictionTexts(data, config, model.finds);
  const seen = new PredictionNotices(model);
  const documents: Document[] = [];
  const candidates: LabelCandidate[] = [];
  for await (const { input, answer } of answered(texts, { answer: model.answer, seen, maxPairs: config.maxPairs })) {
    const document = documentOf(input, documents.length + 1);
    documents.push(model.annotate(document, answer));
    candidates.push(asCandidate(document.id, answer, model.noRelationLabel));
    yield { type: "progress", done: documents.length, total: count };
  }
  const chosen = chooseToLabel(candidates, {
    count: config.count,
    rareShare: config.rare,
    labelled: countLabels(labelled),
    labelledTexts: labelled.map(({ text }) => text),
  }).map((one) => ({ ...one, id: candidates[one.index]!.id, uncertainty: candidates[one.index]!.uncertainty }));
  const { to, output, overwrite, toFields: fields } = config;
  const noRelationLabel = model.noRelationLabel ?? "NO_REL";
  const options = { to, output, overwrite, fields, noRelationLabel, modelVersion: basename(model.name) };
  async function* best(): AsyncGenerator<Document> {
    for (const { index } of chosen) yield documents[index]!;
  }
  const written = await drain(mapped(preAnnotate(best(), options), (): void => {}));
  return {
    chosen,
    texts: documents.length,
    labelled: labelled.length,
    written,
    notices: [...readingNotices(notices.list()), ...seen.list()],
    seconds: (performance.now() - started) / 1000,
  };
}

/** The annotated documents, in whatever format they are. */
async function annotated(path: string, config: SampleConfig): Promise<readonly Document[]> {
  const { format: _, fields: __, ...settings } = pickSettings(formatSettings, config);
  return (await readCorpus([path], { ...formatSettings.parse({}), ...settings }, 0)).documents;
}
