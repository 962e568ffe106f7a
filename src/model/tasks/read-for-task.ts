import { readCorpus, type Corpus } from "../../formats/read.ts";
import { formatSettings, type FormatSettings } from "../../formats/settings.ts";
import { pairUnit } from "../../corpus/unit.ts";
import { pickSettings } from "../../settings.ts";
import type { Task } from "./task.ts";

/** The parts of a task that decide how annotated files are read for it. */
type ReadFor = Pick<Task, "unit" | "fewestEntities">;

/** Whether the labels of a task are those of relations; entities alone are learnt from tables without them. */
const needsRelations = ({ unit }: ReadFor): boolean => unit.one === pairUnit.one;

/**
 * Reads annotated files that a task learns from or is scored on.
 * @throws as readCorpus; also a DataError for a table without a column of the labels that the task needs.
 */
export const readForTask = (
  task: ReadFor,
  paths: readonly string[],
  settings: FormatSettings,
  fewestEntities: number | undefined = task.fewestEntities,
): Promise<Corpus> => readCorpus(paths, pickSettings(formatSettings, settings), fewestEntities, needsRelations(task));
