import { z } from "zod";
import type { LabelSchema } from "./labels.ts";
import type { RelationRule, RelationSchema } from "./schema.ts";

const count = z.int().min(0);

const rule = z.strictObject({
  count: count.default(0),
  types: z
    .array(
      z
        .tuple([z.string(), z.string()])
        .rest(count)
        .transform(([head, tail, seen]) => [head, tail, seen ?? 0] as const),
    )
    .nullable()
    .default(null),
  symmetric: z.boolean().default(false),
  inverse: z.string().nullable().default(null),
}) satisfies z.ZodType<RelationRule>;

/**
 * The schema of relations, as relata.json has it under `schema` and the file of `--schema` has it: by label, the types
 * that it may join. Users read and edit it; `count` and the numbers in `types` report what was seen and have no effect.
 */
export const schemaFile = z.strictObject({
  /** Whether a pair may have several relations. */
  multiLabel: z.boolean().default(false),
  relations: z.record(z.string().min(1), rule),
});
export type SchemaFile = z.infer<typeof schemaFile>;

export const formatSchema = ({ multiLabel, rules }: RelationSchema): SchemaFile => ({
  multiLabel,
  relations: Object.fromEntries(
    [...rules].map(([label, rule]) => [label, { ...rule, types: rule.types && [...rule.types] }]),
  ),
});

/**
 * The rules of a file for these labels. The no-relation label has no rule; an inverse that is no known label is
 * dropped.
 */
export const schemaOf = (labels: LabelSchema, { multiLabel, relations }: SchemaFile): RelationSchema => ({
  ...labels,
  multiLabel,
  rules: new Map(
    Object.entries(relations).filter(([label]) => label !== labels.noRelationLabel && labels.id2label.includes(label)),
  ),
});
