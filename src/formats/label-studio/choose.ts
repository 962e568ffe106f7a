import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { Annotation, Task } from "./task.ts";

const nothing: Annotation = {};

const resultsOf = ({ result }: Annotation): { annotations: number } => ({ annotations: result?.length ?? 0 });

/** Number of results in the annotations and drafts of a task that were not chosen. */
export const countUnread = ({ annotations, completions, drafts }: Task, chosen: Annotation): number =>
  [...(annotations ?? []), ...(completions ?? []), ...(drafts ?? [])]
    .filter((annotation) => annotation !== chosen)
    .reduce((sum, annotation) => sum + resultsOf(annotation).annotations, 0);

/**
 * Chooses the annotation of a task that is read; undefined if the annotators skipped the task. Everything else in the
 * task is reported.
 */
export function chooseAnnotation(
  { annotations, completions, predictions, drafts }: Task,
  at: SourceLocation,
  notices: NoticeLog,
): Annotation | undefined {
  for (const draft of drafts ?? []) {
    if (!draft.result?.length) continue;
    const message = "drafts, which nobody submitted, left out";
    notices.lose("draft", message, at, resultsOf(draft));
  }
  const given = [...(annotations ?? []), ...(completions ?? [])];
  if (given.length === 0) {
    const [first, ...others] = predictions ?? [];
    if (first) notices.add("prediction-read", "tasks without annotation, read from their prediction", at);
    for (const _ of others) {
      notices.lose("other-prediction", "predictions after the first of a task, left out", at, { other: 1 });
    }
    return first ?? nothing;
  }
  for (const _ of predictions ?? []) {
    const message = "predictions beside an annotation, left out";
    notices.lose("prediction-beside-annotation", message, at, { other: 1 });
  }
  const finished = given.filter(({ was_cancelled }) => !was_cancelled);
  for (const skipped of given.filter(({ was_cancelled }) => was_cancelled)) {
    const message = "annotations of who skipped the task (was_cancelled), left out";
    notices.lose("skipped-annotation", message, at, resultsOf(skipped));
  }
  if (finished.length === 0) {
    notices.lose("skipped-task", "tasks that were only skipped, left out", at, { documents: 1 });
  }
  const chosen = finished.find(({ ground_truth }) => ground_truth) ?? finished[0];
  for (const other of finished.filter((annotation) => annotation !== chosen)) {
    const message =
      "annotations beside the one that is read, which is the ground truth or else the first, left out (--annotator chooses)";
    notices.lose("other-annotation", message, at, resultsOf(other));
  }
  return chosen;
}

/** Whether the results come from annotators, so that their scores are no probabilities. */
export const isPersons = ({ annotations, completions }: Task): boolean =>
  (annotations?.length ?? 0) + (completions?.length ?? 0) > 0;
