import { z } from "zod";
import { anyId } from "../ids.ts";

// A region or a relation; `type` and `value` say which, and of what kind. Regions of images and sounds are parsed only
// to be counted.
const resultEntry = z.object({
  type: z.string().nullish(),
  id: anyId.nullish(),
  to_name: z.string().nullish(),
  value: z.looseObject({}).nullish(),
  from_id: anyId.nullish(),
  to_id: anyId.nullish(),
  direction: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
  score: z.unknown().optional(),
});

// A serializer in the tool's own SDK nests the relations in a list inside the list.
const flat = (list: unknown): unknown => (Array.isArray(list) ? list.flat(Infinity) : list);

const annotation = z.object({
  result: z.preprocess(flat, z.array(resultEntry)).nullish(),
  was_cancelled: z.boolean().nullish(),
  ground_truth: z.boolean().nullish(),
  score: z.unknown().optional(),
  completed_by: z.unknown().optional(),
  created_username: z.string().nullish().catch(undefined),
});

const isId = (item: unknown): boolean => typeof item === "number" || (typeof item === "string" && /^\d+$/.test(item));

// Unless configured otherwise, exports list predictions and drafts only by their ids.
const withoutIds = (list: unknown): unknown => (Array.isArray(list) ? list.filter((item) => !isId(item)) : list);

const task = z.object({
  id: anyId.nullish(),
  inner_id: anyId.nullish(),
  meta: z.object({ document_id: z.string().nullish() }).nullish().catch(undefined),
  data: z.looseObject({}),
  annotations: z.array(annotation).nullish(),
  /** The key of annotations before version 1. */
  completions: z.array(annotation).nullish(),
  predictions: z.preprocess(withoutIds, z.array(annotation)).nullish(),
  /** Annotations that were begun and not submitted. */
  drafts: z.preprocess(withoutIds, z.array(annotation)).nullish(),
});

// The shape that the tool writes to cloud storage: an annotation with its task in it.
const withTaskOutside = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "task" in value && "result" in value && typeof value.task === "object"
    ? { ...value.task, annotations: [value] }
    : value;

export type ResultEntry = z.infer<typeof resultEntry>;
export type Annotation = z.infer<typeof annotation>;
export type Task = z.infer<typeof task>;

/**
 * Schema of a task in a file: null counts as absent, nested lists of a result are flattened, and unread keys are
 * ignored.
 */
export const taskSchema: z.ZodType<Task> = z.preprocess(withTaskOutside, task);

const words = (text: string): string[] => text.split(" ");
const ofAnnotation = words(
  "id created_at updated_at created_ago updated_by last_created_by lead_time prediction " +
    "result_count unique_id import_id last_action bulk_created draft_created_at task task_id project parent_prediction " +
    "parent_annotation was_postponed annotation user model model_version model_run cluster neighbors mislabeling honeypot",
);
const ofResult = words(
  "from_name origin original_width original_height image_rotation hidden readonly selected parentID locked",
);
const lists = ["annotations", "completions", "predictions", "drafts"];

/** Keys that the tool keeps for itself: users, dates, and the display of regions. */
export const ownKeys: ReadonlySet<string> = new Set([
  ...words(
    "file_upload created_at updated_at created_by updated_by project cancelled_annotations total_annotations " +
      "total_predictions comment_count unresolved_comment_count comment_authors last_comment_updated_at agreement " +
      "precomputed_agreement is_labeled overlap storage_filename completed_at annotators allow_skip draft_exists " +
      "predictions_score predictions_model_versions avg_lead_time task result was_cancelled ground_truth score " +
      "completed_by created_username",
  ),
  ...ofAnnotation,
  ...lists.flatMap((list) => [
    ...ofAnnotation.map((key) => `${list}[].${key}`),
    ...ofResult.map((key) => `${list}[].result[].${key}`),
  ]),
]);
