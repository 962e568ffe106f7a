import { z } from "zod";

// null counts as absent; keys that are not named here are ignored and counted.
const offset = z.int().meta({ minimum: 0, description: "UTF-16 code units, what JavaScript's slice counts" });
export const position = z.int().meta({ minimum: 0, description: "Position in entities, from 0" });

export const entityObject = z.looseObject({
  start: offset,
  end: offset.meta({ minimum: 0, description: "Of the first character after the entity, in UTF-16 code units" }),
  type: z.string().nullish().describe("The annotator's word for it, such as TIME"),
  text: z.string().nullish().describe("What stands from start to end; checked if given"),
});

export const entityTuple = z.tuple([offset, offset, z.string().optional()]);

const relation = z.object({
  head: position,
  tail: position,
  label: z.string().describe("What holds from head to tail, or the label that says that nothing does (NO_REL)"),
  probability: z
    .union([z.number().min(0, { abort: true }).max(1, { abort: true }), z.null()], "a number from 0 to 1")
    .optional()
    .describe("Of a predicted relation; absent for an annotated one"),
  probabilities: z.unknown().optional().describe("Of each label, as `relata predict` writes them; not read"),
  ruledOut: z.unknown().optional().describe("Why `relata predict` did not ask the model about the pair; not read"),
  unscored: z
    .string()
    .nullish()
    .describe("Why `relata predict` could not score the pair; such a pair is left out and counted"),
});

/** One line of a relata file. */
export const relataLine = z
  .looseObject({
    id: z
      .union([z.string().min(1, { abort: true }), z.int(), z.null()], "a string or an integer")
      .optional()
      .describe("Unique among the documents read together; the name of the file and the line number if not given"),
    text: z.string(),
    entities: z.array(z.union([entityObject, entityTuple], '{"start": 0, "end": 2, "type": "SUBJ"} or [0, 2, "SUBJ"]')),
    relations: z.array(relation).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish().describe("Anything else worth keeping beside the document"),
    pairs: z
      .unknown()
      .optional()
      .describe("The [head, tail] that `relata predict` is asked for; no other command reads them"),
  })
  .meta({ title: "A line of a relata file: one text with its entities and relations" });

const pair = z.union(
  [z.tuple([position, position]), z.object({ head: position, tail: position })],
  '[0, 1] or {"head": 0, "tail": 1}',
);

/** A line as `relata predict` reads it. */
export const askingLine = relataLine.extend({ pairs: z.array(pair).nullish() });

/** A line whose entities are to be found. */
export const textLine = askingLine.extend({ entities: relataLine.shape.entities.nullish() });

export type RelataLine = z.infer<typeof relataLine>;
export type RelataEntity = Pick<z.infer<typeof entityObject>, "start" | "end" | "type" | "text">;

/** The known keys, by the object that they stand in. */
export const knownKeys: { readonly document: readonly string[]; readonly entity: readonly string[] } = {
  document: Object.keys(relataLine.shape),
  entity: Object.keys(entityObject.shape),
};

/** The schema as JSON Schema (draft 2020-12), for other programs: docs/formats/relata.schema.json. */
export function relataJsonSchema(): object {
  return z.toJSONSchema(relataLine, {
    io: "input",
    override: ({ jsonSchema }) => {
      // The limits of exact integers in JavaScript are true, but of no use to readers of the schema.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}
