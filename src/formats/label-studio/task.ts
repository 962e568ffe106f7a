import { z } from "zod";

const id = z.union([z.string(), z.int()], "a string or an integer").transform(String);

// A region or a relation: which of the two, and of what, is told by `type` and `value`. Regions of images and sounds
// are read only as far as it takes to count them.
const resultEntry = z.object({
  type: z.string().nullish(),
  id: id.nullish(),
  to_name: z.string().nullish(),
  value: z.looseObject({}).nullish(),
  from_id: id.nullish(),
  to_id: id.nullish(),
  direction: z.string().nullish(),
  labels: z.array(z.string()).nullish(),
  score: z.unknown().optional(),
});

// A serializer of the tool's own SDK puts the relations into a list inside of the list.
const flat = (list: unknown): unknown => (Array.isArray(list) ? list.flat(Infinity) : list);

const annotation = z.object({
  result: z.preprocess(flat, z.array(resultEntry)).nullish(),
  was_cancelled: z.boolean().nullish(),
  ground_truth: z.boolean().nullish(),
  score: z.unknown().optional(),
});

// Exports name predictions by their ids alone unless asked for the whole.
const withoutIds = (list: unknown): unknown =>
  Array.isArray(list) ? list.filter((item) => typeof item !== "number") : list;

const task = z.object({
  id: id.nullish(),
  inner_id: id.nullish(),
  meta: z.object({ document_id: z.string().nullish() }).nullish().catch(undefined),
  data: z.looseObject({}),
  annotations: z.array(annotation).nullish(),
  /** What annotations were called before version 1. */
  completions: z.array(annotation).nullish(),
  predictions: z.preprocess(withoutIds, z.array(annotation)).nullish(),
});

// What the tool writes to a cloud storage: an annotation with its task in it.
const withTaskOutside = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "task" in value && "result" in value && typeof value.task === "object"
    ? { ...value.task, annotations: [value] }
    : value;

export type ResultEntry = z.infer<typeof resultEntry>;
export type Annotation = z.infer<typeof annotation>;
export type Task = z.infer<typeof task>;

/** A task as a file has it: null like absent, lists in a result made one, what is not read ignored. */
export const taskSchema: z.ZodType<Task> = z.preprocess(withTaskOutside, task);
