import type { Entity } from "../../corpus/document.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import { DataError, type SourceLocation } from "../../errors.ts";
import { openContent, type Project } from "../../formats/label-studio/read.ts";
import { readRegions, sortEntries, type Sorted } from "../../formats/label-studio/regions.ts";
import { refuseAddress } from "../../formats/label-studio/text.ts";
import { taskSchema } from "../../formats/label-studio/task.ts";
import { formatSettings } from "../../formats/settings.ts";
import { checkRecord } from "../../formats/source/json-line.ts";
import { isList, isObject, type JsonObject } from "../../formats/source/probe.ts";
import type { TextObject } from "./config.ts";

/** A task as a model reads it. */
export interface TaskReading {
  readonly id: string;
  readonly text: string;
  /** The marked entities; undefined if nobody has marked any, or none are wanted. */
  readonly entities: readonly Entity[] | undefined;
  /** The id of the region of each entity. */
  readonly ids: readonly string[];
  /** The entries of these regions, as they came. */
  readonly regions: readonly object[];
  /** The reason if the task cannot be read. */
  readonly problem?: string;
}

export interface TaskContext {
  readonly object: TextObject;
  readonly project: Project;
  /** Whether the model labels entities that it is given; else it finds all itself. */
  readonly labelsGiven: boolean;
  /** Whether the model finds the entities of a text that comes without. */
  readonly finds: boolean;
  /** The results that an annotator is drawing, of an interactive request. */
  readonly drawing: unknown;
}

const idOf = ({ id }: JsonObject): string => (typeof id === "string" || typeof id === "number" ? String(id) : "");

/** Reads a task; a task that cannot be read has a problem and no text. */
export function readTask(raw: JsonObject, options: TaskContext): TaskReading {
  const id = idOf(raw);
  try {
    return { id, ...read(raw, options) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { id, text: "", entities: undefined, ids: [], regions: [], problem: error.message };
  }
}

function read(raw: JsonObject, options: TaskContext): Omit<TaskReading, "id"> {
  const { object, project, labelsGiven } = options;
  const at = { file: `task ${idOf(raw)}` };
  const placing = { settings: formatSettings.parse({}), notices: new NoticeLog(), at };
  const { data, meta } = checkRecord(taskSchema, { at, value: { ...raw, ...noLists } });
  if (!(object.key in data))
    throw new DataError(
      `The data of the task have no ${object.key}, which <${object.kind} name="${object.name}"> shows.`,
    );
  const chosen = labelsGiven ? chooseRegions(raw, options) : undefined;
  const sorted = sortedOf(chosen ?? [], at);
  const { content } = openContent({ data }, object.key, sorted, project, () =>
    refuseAddress(String(data[object.key]), object.key, sorted, { meta }, placing),
  );
  const { text } = content;
  if (!chosen) return { text, entities: undefined, ids: [], regions: [] };
  const { entities, positions } = readRegions(sorted, content, object.key, placing);
  const ids: string[] = [];
  for (const [region, position] of positions) ids[position] = region;
  return { text, entities, ids, regions: chosen.filter(({ id }) => positions.has(String(id))) };
}

/** The lists of results are read on their own. */
const noLists = { annotations: null, completions: null, predictions: null, drafts: null };

/**
 * Chooses the entries of the regions that are labelled: those of a draft, which is what its annotator sees; else of a
 * finished annotation; else of a prediction, unless the model finds entities itself. Undefined if there are none.
 */
function chooseRegions(raw: JsonObject, { finds, drawing, object }: TaskContext): JsonObject[] | undefined {
  const list = (key: string): JsonObject[] => {
    const value = raw[key];
    return isList(value) ? value.filter(isObject) : [];
  };
  const finished = [...list("annotations"), ...list("completions")].filter((one) => one["was_cancelled"] !== true);
  const truth = finished.filter((one) => one["ground_truth"] === true);
  const given = [...list("drafts").toReversed(), ...truth, ...finished, ...(finds ? [] : list("predictions"))];
  // A region without an id could not be an end of an arrow.
  const entriesOf = (result: unknown): JsonObject[] =>
    isList(result)
      ? result
          .flat(Infinity)
          .filter(isObject)
          .filter(({ type, id }) => type !== "relation" && id !== undefined && id !== null)
      : [];
  const marked = given.map(({ result }) => entriesOf(result)).find((entries) => hasRegions(entries)) ?? [];
  const ids = new Set(marked.map(({ id }) => id));
  const drawn = entriesOf(drawing).filter(({ id, to_name }) => to_name === object.name && !ids.has(id));
  const all = [...marked, ...drawn];
  return hasRegions(all) ? all : undefined;
}

const hasRegions = (entries: readonly JsonObject[]): boolean => sortedOf(entries, { file: "" }).regions.length > 0;

function sortedOf(entries: readonly JsonObject[], at: SourceLocation): Sorted {
  const { drafts } = checkRecord(taskSchema, {
    at,
    value: { data: {}, drafts: [{ result: entries }] },
  });
  return sortEntries(drafts?.[0]?.result ?? [], at);
}
