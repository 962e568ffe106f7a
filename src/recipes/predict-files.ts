import { basename } from "node:path";
import type { PredictFilesConfig } from "../config.ts";
import type { Document } from "../corpus/document.ts";
import type { Notice } from "../corpus/notices.ts";
import { UsageError } from "../errors.ts";
import { mapped } from "../generators.ts";
import type { ReadingEvent } from "../formats/document-stream.ts";
import type { ModelEvent } from "../model/source.ts";
import { writePredictionsPage, type WrittenPage } from "../report/write-predictions-page.ts";
import { preAnnotate, type PreAnnotationResult } from "../formats/pre-annotation.ts";
import type { DocumentPrediction } from "../model/tasks/prediction.ts";
import { documentOf } from "../model/tasks/prediction-input.ts";
import { PredictionNotices, readingNotices, type AnswerFacts } from "../model/tasks/prediction-notices.ts";
import { answered, type Answerer } from "../model/tasks/answered.ts";
import { readPredictionTexts } from "../model/tasks/prediction-texts.ts";

/** The answer to one text, with what its file says beside. */
export type TextAnswer = DocumentPrediction & Pick<Document, "metadata">;

export type PredictFilesEvent =
  | ModelEvent
  /** The model is open. */
  | { readonly type: "model"; readonly model: AnswerFacts & { readonly notes: readonly string[] } }
  /** Of a first reading, which finds bad records before anything is answered. */
  | ReadingEvent
  /** The answer to a text, in the order of the texts; none come with `to`, which writes them. */
  | { readonly type: "answer"; readonly answer: TextAnswer }
  /** The number of texts is known unless they come from a stream. */
  | { readonly type: "progress"; readonly done: number; readonly total: number | undefined };

export interface PredictFilesResult {
  readonly texts: number;
  /** Texts left out, spans that cut words, pairs that were not scored, types that the model does not know. */
  readonly notices: readonly Notice[];
  /** With `to` or `html`: the counts of what was written. */
  readonly written: PreAnnotationResult | (WrittenPage & { readonly losses: readonly Notice[] }) | undefined;
  readonly seconds: number;
}

/**
 * Labels the texts of a file, folder or stream in any annotation format. The answers come as events, or with `to` are
 * written to `output` as pre-annotations, with `html` to a page. Of a stream, texts before a bad one are answered before its error is thrown.
 * @param data a path, or what standard input gives
 * @throws UsageError for one of `to` and `output` without the other, and as readPredictionTexts
 */
export async function* predictFiles(
  data: string | AsyncIterable<Buffer>,
  config: PredictFilesConfig,
  model: Answerer,
): AsyncGenerator<PredictFilesEvent, PredictFilesResult> {
  const started = performance.now();
  const { to, output, html, overwrite, toFields } = config;
  if ((to === undefined) !== (output === undefined))
    throw new UsageError("--to and --output belong together: the format of the pre-annotations, and where they go.");
  if (to !== undefined && html !== undefined)
    throw new UsageError("--html and --to each take the answers: give one of them at a time.");
  const { texts, notices, count } = yield* readPredictionTexts(data, config, model.finds);
  const seen = new PredictionNotices(model);
  const answers = answered(texts, { answer: model.answer, seen, maxPairs: config.maxPairs });
  let done = 0;
  const progress = (): PredictFilesEvent => ({ type: "progress", done, total: count });
  let written: PredictFilesResult["written"];
  async function* documents(): AsyncGenerator<Document> {
    for await (const { input, answer } of answers) yield model.annotate(documentOf(input, ++done), answer);
  }
  if (html !== undefined) {
    const titles = { title: "Entities and relations", subtitle: `Found by ${basename(model.name)}` };
    const page = yield* mapped(writePredictionsPage(documents(), { path: html, overwrite, ...titles }), progress);
    written = { ...page, losses: [] };
  } else if (to === undefined || output === undefined) {
    for await (const { input, answer } of answers) {
      yield { type: "answer", answer: input.metadata ? { ...answer, metadata: input.metadata } : answer };
      done++;
      yield progress();
    }
  } else {
    const noRelationLabel = model.noRelationLabel ?? "NO_REL";
    const options = { to, output, overwrite, fields: toFields, noRelationLabel, modelVersion: basename(model.name) };
    written = yield* mapped(preAnnotate(documents(), options), progress);
  }
  return {
    texts: done,
    notices: [...readingNotices(notices.list()), ...seen.list()],
    written,
    seconds: (performance.now() - started) / 1000,
  };
}
