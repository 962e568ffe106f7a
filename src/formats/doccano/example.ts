import { z } from "zod";
import { anyId } from "../ids.ts";

const label = z.union([z.string(), z.int()], "a string or an integer").transform(String);

const listedEntity = z
  .tuple([z.int(), z.int(), label])
  .transform(([start, end, label]) => ({ id: undefined, start_offset: start, end_offset: end, label }));
const entityObject = z.object({
  id: anyId.nullish(),
  label: label.nullish(),
  start_offset: z.int(),
  end_offset: z.int(),
});
const entity = z.union(
  [entityObject, listedEntity],
  '{"id": 1, "label": "TIME", "start_offset": 0, "end_offset": 5} or [0, 5, "TIME"]',
);

/** A class of the whole text, as in projects for classification. */
const textClass = z.union([z.string(), z.strictObject({ label, user: z.unknown(), id: z.unknown() }).partial()]);
const entityOrClass = z.union([entity, textClass], '[0, 5, "TIME"]');

const relation = z.object({ id: z.unknown().optional(), from_id: anyId, to_id: anyId, type: label.nullish() });

export const exampleSchema = z.looseObject({
  id: z.union([z.string(), z.int(), z.null()], "a string or an integer").optional(),
  /** The text; versions 1.5 and 1.6 have it under `data`. */
  text: z.string().nullish(),
  entities: z.array(entity).nullish(),
  relations: z.array(relation).nullish(),
  /** The entities of a project without relations. */
  label: z.array(entityOrClass).nullish(),
  Comments: z.unknown().optional(),
  /** Name of the approver. */
  annotation_approver: z.unknown().optional(),
});
export type Example = z.infer<typeof exampleSchema>;
export type ExampleEntity = z.infer<typeof entity>;
export type TextClass = z.infer<typeof textClass>;

/** Keys of entities in versions before 1.7, ordered by age. These keys may also hold other values. */
export const oldEntityKeys = ["labels", "annotations", "spans"] as const;
const oldEntities = z.array(entityOrClass);

/** The entities and classes under one of the old keys; undefined if the key holds something else. */
export const parseOldEntities = (value: unknown): (ExampleEntity | TextClass)[] | undefined =>
  oldEntities.safeParse(value).data;

/**
 * Keys that doccano uses itself; all other keys are the example's metadata. Comments and names of users are never read.
 */
export const ownKeys: ReadonlySet<string> = new Set([...Object.keys(exampleSchema.shape), ...oldEntityKeys]);
