import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { parseFields } from "../fields.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import { isList, type JsonObject } from "../source/probe.ts";
import type { SourceFile } from "../source/source-file.ts";
import { chooseAnnotation, countUnread, isPersons } from "./choose.ts";
import { dialogueContent, pageContent, plainContent, type Content } from "./content.ts";
import { annotatorOf, tasksByAnnotation } from "./copies.ts";
import { openDialogue } from "./dialogue.ts";
import { readRegions, sortEntries, type Sorted } from "./regions.ts";
import { countArrows, probabilityOf, readRelations } from "./relations.ts";
import { ownKeys, taskSchema, type Task } from "./task.ts";
import { findTextKey, refuseAddress } from "./text.ts";

/** Data shared by the tasks of one file. */
export interface Project {
  /** The KEY of `--fields text=KEY`, or "". */
  readonly textKey: string;
  /** Keys of data that hold HTML pages, as far as regions have shown. */
  readonly pageKeys: Set<string>;
  /** Loaded at the first page, since few projects have any. */
  readonly openPage: typeof import("./page.ts").openPage | undefined;
}

function parseTask(
  record: JsonRecord,
  otherwiseId: string,
  project: Project,
  context: ReadContext,
  notices: NoticeLog,
): RawDocument | undefined {
  const { at } = record;
  const task = parseRecord(taskSchema, record, { notices, ownKeys });
  const annotation = chooseAnnotation(task, at, notices);
  if (!annotation) return undefined;
  const result = annotation.result ?? [];
  const relationEntries = result.filter(({ type }) => type === "relation");
  const entries = result.filter(({ type }) => type !== "relation");
  const sorted = sortEntries(entries, at);

  const objectNames = entries.flatMap(({ to_name }) => to_name ?? []);
  const key = findTextKey(task.data, sorted.regions, objectNames, project.textKey, at);
  const placing = { settings: context.settings, notices, at };
  const { content, metadata } = openContent(task, key, sorted, project, () =>
    refuseAddress(String(task.data[key]), key, sorted, task, { ...placing, notices: context.notices }),
  );
  const regions = {
    ...readRegions(sorted, content, key, placing),
    ids: new Set(entries.flatMap(({ id }) => id ?? [])),
  };
  const { symmetricLabels } = context;
  const probability = isPersons(task) ? undefined : probabilityOf(annotation.score);
  const annotator = annotatorOf(annotation);
  const furtherLabels = sorted.regions.reduce((sum, { labels }) => sum + Math.max(0, labels.size - 1), 0);
  return {
    id: task.meta?.document_id || task.id || task.inner_id || otherwiseId,
    text: content.text,
    entities: regions.entities,
    surfaces: regions.surfaces,
    relations: readRelations(relationEntries, regions, { at, notices, symmetricLabels, probability }),
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    ...(annotator === undefined ? {} : { annotator }),
    source: at,
    met: {
      entities: sorted.regions.length,
      relations: relationEntries.reduce((sum, entry) => sum + countArrows(entry), 0),
      annotations: sorted.others.length + furtherLabels + countUnread(task, annotation),
    },
  };
}

const wholePage = /^\s*<(?:!doctype html|html)\b/i;

/** Opens the content of a task's regions; returns it with the remaining data of the task. */
export function openContent(
  { data }: Pick<Task, "data">,
  key: string,
  { regions }: Sorted,
  { pageKeys, openPage }: Project,
  check: () => void,
): { content: Content; metadata: Record<string, unknown> } {
  const { [key]: value, ...metadata } = data;
  if (isList(value)) {
    const dialogue = openDialogue(value as readonly JsonObject[]);
    const others = dialogue.others && { [key]: dialogue.others };
    return { content: dialogueContent(dialogue), metadata: { ...metadata, ...others } };
  }
  const text = String(value);
  if (regions.some(({ spot }) => spot.kind === "page" && spot.path)) pageKeys.add(key);
  if (openPage && (pageKeys.has(key) || wholePage.test(text))) {
    return { content: pageContent([openPage(text, true), openPage(text, false)], regions), metadata };
  }
  check();
  return { content: plainContent(text), metadata };
}

/** Whether the JSON of a task may hold a page. */
export const mayHoldPage = (json: string): boolean => /startOffset|<(?:!doctype html|html)\b/i.test(json);

/**
 * Reads the tasks of a list, of lines, or the only one of a file; a task without an id is named by the file and its
 * number.
 */
export async function* readLabelStudio(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const { text: textKey } = parseFields("label-studio", context.settings.fields, { from: "", to: "", text: "" });
  const stem = file.name.replace(/\.[^.]*$/, "");
  let project: Project = { textKey, pageKeys: new Set(), openPage: undefined };
  const prepare = async ({ text }: JsonRecord): Promise<void> => {
    if (project.openPage || !mayHoldPage(text)) return;
    const { openPage } = await import("./page.ts");
    project = { ...project, openPage };
  };
  const parts = context.wantsCopies ? tasksByAnnotation : undefined;
  const options = { names: ["id", "inner_id"], isWrapping: (key: string) => key === "tasks", prepare, parts };
  yield* jsonDocuments(file, context, options, (record, notices) =>
    parseTask(record, `${stem}-${record.number}`, project, context, notices),
  );
}
