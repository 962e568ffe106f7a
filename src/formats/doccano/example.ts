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

/** A class of the whole text, as projects for classification have it. */
const textClass = z.union([z.string(), z.strictObject({ label, user: z.unknown(), id: z.unknown() }).partial()]);
const entityOrClass = z.union([entity, textClass], '[0, 5, "TIME"]');

const relation = z.object({ id: z.unknown().optional(), from_id: anyId, to_id: anyId, type: label.nullish() });

export const exampleSchema = z.looseObject({
  id: z.union([z.string(), z.int(), z.null()], "a string or an integer").optional(),
  /** Versions 1.5 and 1.6 have it under `data`. */
  text: z.string().nullish(),
  entities: z.array(entity).nullish(),
  relations: z.array(relation).nullish(),
  /** The entities of a project without relations. */
  label: z.array(entityOrClass).nullish(),
  Comments: z.unknown().optional(),
  /** The name of who looked it over. */
  annotation_approver: z.unknown().optional(),
});
export type Example = z.infer<typeof exampleSchema>;
export type ExampleEntity = z.infer<typeof entity>;
export type TextClass = z.infer<typeof textClass>;

/** What entities were called by versions before 1.7, in their order of age. Under these names something else may stand. */
export const oldEntityKeys = ["labels", "annotations", "spans"] as const;
const oldEntities = z.array(entityOrClass);

/** The entities and classes under one of the old names; undefined where something else stands there. */
export const parseOldEntities = (value: unknown): (ExampleEntity | TextClass)[] | undefined =>
  oldEntities.safeParse(value).data;

/** Keys that doccano has for itself; what stands beside them is the example's metadata. Comments and names are people's, never read. */
export const ownKeys: ReadonlySet<string> = new Set([...Object.keys(exampleSchema.shape), ...oldEntityKeys]);
