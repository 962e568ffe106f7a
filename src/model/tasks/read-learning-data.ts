import type { LabelledExample } from "../../evaluation/mistakes.ts";
import type { Corpus } from "../../formats/read.ts";
import { learningDataOf, type DataSettings, type LearningData } from "./learning-data.ts";
import { readForTask } from "./read-for-task.ts";
import type { Learned, Task } from "./task.ts";

/** Reads annotation files, splits their documents and makes the examples of a task. */
export async function readLearningData<State extends Learned, Example extends LabelledExample, Settings>(
  task: Task<State, Example, Settings>,
  paths: readonly string[],
  settings: Settings & DataSettings,
): Promise<LearningData<State, Example>> {
  const read = (from: readonly string[]): Promise<Corpus> => readForTask(task, from, settings);
  const whole = await read(paths);
  // Given parts are read at once, so that an error in them comes before any work.
  const validation = settings.validation === undefined ? undefined : await read([settings.validation]);
  const test = settings.test === undefined ? undefined : await read([settings.test]);
  return learningDataOf(task, { whole, ...(validation && { validation }), ...(test && { test }) }, settings);
}
