import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import { parseFields } from "../fields.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { parseJsonLine } from "../source/json-line.ts";
import type { Line } from "../source/lines.ts";
import type { SourceFile } from "../source/source-file.ts";
import { readRegions } from "./regions.ts";
import { probabilityOf, readRelations } from "./relations.ts";
import { taskSchema, type Annotation, type Task } from "./task.ts";
import { findTextKey } from "./text.ts";

const nothing: Annotation = {};

/** What is read of a task, without the score of what a person said; undefined for a task that its annotators skipped. */
function chooseAnnotation(
  { annotations, completions, predictions }: Task,
  at: SourceLocation,
  notices: NoticeLog,
): Annotation | undefined {
  const given = [...(annotations ?? []), ...(completions ?? [])];
  if (given.length === 0) {
    const [first, ...others] = predictions ?? [];
    if (first) notices.add("prediction-read", "tasks without annotation, read from their prediction", at);
    for (const _ of others) notices.add("other-prediction", "predictions after the first of a task, left out", at);
    return first ?? nothing;
  }
  const finished = given.filter(({ was_cancelled }) => !was_cancelled);
  for (let i = finished.length; i < given.length; i++) {
    notices.add("skipped-annotation", "annotations of who skipped the task (was_cancelled), left out", at);
  }
  if (finished.length === 0) notices.add("skipped-task", "tasks that were only skipped, left out", at);
  for (const _ of finished.slice(1)) {
    const message = "annotations beside the one that is read, which is the ground truth or else the first, left out";
    notices.add("other-annotation", message, at);
  }
  const chosen = finished.find(({ ground_truth }) => ground_truth) ?? finished[0];
  return chosen && { ...chosen, score: undefined };
}

function parseTask(
  { at, text: json, problem }: Line,
  otherwiseId: string,
  textKey: string,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument | undefined {
  if (problem) throw problem;
  const task = parseJsonLine(taskSchema, json, at);
  const annotation = chooseAnnotation(task, at, notices);
  if (!annotation) return undefined;
  const result = annotation.result ?? [];
  const relationEntries = result.filter(({ type }) => type === "relation");
  const entries = result.filter(({ type }) => type !== "relation");

  const objectNames = entries.flatMap(({ to_name }) => to_name ?? []);
  const key = findTextKey(task.data, objectNames, textKey, at);
  const { [key]: textValue, ...metadata } = task.data;
  const text = String(textValue);
  const regions = readRegions({ text, key, entries }, { settings: context.settings, notices, at });
  const { symmetricLabels } = context;
  const probability = probabilityOf(annotation.score);
  return {
    id: task.meta?.document_id || task.id || task.inner_id || otherwiseId,
    text,
    entities: regions.entities,
    surfaces: regions.surfaces,
    relations: readRelations(relationEntries, regions, { at, notices, symmetricLabels, probability }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    source: at,
  };
}

/** The tasks of a list, of lines, or the one of a file; a task without an id is named by its file and number. */
export async function* readLabelStudio(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const { text: textKey } = parseFields("label-studio", context.settings.fields, { from: "", to: "", text: "" });
  const stem = file.name.replace(/\.[^.]*$/, "");
  let number = 0;
  for await (const value of file.values()) {
    const otherwiseId = `${stem}-${++number}`;
    const document = context.record(value.at, (notices) => parseTask(value, otherwiseId, textKey, context, notices));
    if (document) yield document;
  }
}
