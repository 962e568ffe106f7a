import type { JsonRecord } from "../source/json-records.ts";
import { isObject, type JsonObject } from "../source/probe.ts";
import type { Annotation } from "./task.ts";

const isFinished = (annotation: unknown): annotation is JsonObject =>
  isObject(annotation) && annotation["was_cancelled"] !== true && Array.isArray(annotation["result"]);

/**
 * A task with several finished annotations as one task for each, the ground truth first. What else stands in the task,
 * as drafts and predictions, stays with the first.
 */
export function tasksByAnnotation(record: JsonRecord): JsonRecord[] {
  const { value } = record;
  if (!isObject(value)) return [record];
  const key = ["annotations", "completions"].find((name) => Array.isArray(value[name]) && value[name].length > 1);
  if (key === undefined) return [record];
  const given: unknown[] = Array.isArray(value[key]) ? value[key] : [];
  const finished = given.filter(isFinished);
  if (finished.length < 2) return [record];
  const truth = finished.find(({ ground_truth: isTruth }) => isTruth === true) ?? finished[0];
  const others = finished.filter((annotation) => annotation !== truth);
  const unfinished = given.filter((annotation) => !isFinished(annotation));
  return [
    { ...record, value: { ...value, [key]: [truth, ...unfinished] } },
    ...others.map((annotation) => ({
      ...record,
      value: { ...value, [key]: [annotation], drafts: undefined, predictions: undefined },
    })),
  ];
}

/** Who made an annotation: the mail address, the name or the number of an account, as the export has it. */
export function annotatorOf({ completed_by: by, created_username: username }: Annotation): string | undefined {
  if (typeof by === "number" || typeof by === "string") return String(by) || undefined;
  if (isObject(by)) {
    for (const key of ["email", "username", "id"]) {
      const name = by[key];
      if (typeof name === "number" || (typeof name === "string" && name !== "")) return String(name);
    }
  }
  // Of old versions: the name, and the number of the account.
  return username?.trim().replace(/,\s*\d+$/, "") || undefined;
}
