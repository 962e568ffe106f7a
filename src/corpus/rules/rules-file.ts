import { z } from "zod";
import { readSettingsFile } from "../../settings-file.ts";
import { UsageError } from "../../errors.ts";

const pattern = z.string().min(1).refine(isExpression, "expected a regular expression of JavaScript");

function isExpression(source: string): boolean {
  try {
    return new RegExp(source, "gu").unicode;
  } catch {
    return false;
  }
}

/** How the entities of a type are found. */
const entityRule = z
  .strictObject({
    /** Words and phrases, found as whole words and in any case. */
    words: z.array(z.string().trim().min(1)).default([]),
    /** Regular expressions of JavaScript, which mind case. */
    patterns: z.array(pattern).default([]),
    /** Expressions that come with Relata. */
    find: z.array(z.enum(["dates"])).default([]),
  })
  .refine(({ words, patterns, find }) => words.length + patterns.length + find.length > 0, {
    message: 'expected "words", "patterns" or "find", so that something is found',
  });

/** Which entities a relation joins. */
const relationRule = z.strictObject({
  /** Types of head and tail. */
  types: z.array(z.tuple([z.string().min(1), z.string().min(1)])).min(1),
  /** The most characters between head and tail. */
  maxDistance: z.int().min(0).optional(),
  /** `nearest`: from each head to the nearest tail; `all`: to all of them. */
  choose: z.enum(["nearest", "all"]).default("nearest"),
});

const rulesFile = z
  .strictObject({
    entities: z.record(z.string().trim().min(1), entityRule),
    relations: z.record(z.string().trim().min(1), relationRule).default({}),
  })
  .superRefine(({ entities, relations }, context) => {
    for (const [label, { types }] of Object.entries(relations))
      for (const type of types.flat())
        if (!(type in entities))
          context.addIssue({
            code: "custom",
            path: ["relations", label, "types"],
            message: `${type} is no type under "entities"`,
          });
  });

/** A schema with rules that annotate texts before there is a model: types of entities, and the relations between them. */
export type Rules = z.infer<typeof rulesFile>;

/** Reads a file of rules, JSON or YAML. @throws InputMissingError for no such file; UsageError that names the field */
export async function readRules(path: string): Promise<Rules> {
  const parsed = rulesFile.safeParse(await readSettingsFile(path, "rules"));
  if (parsed.success) return parsed.data;
  throw new UsageError(`Cannot use the rules ${path}:\n${z.prettifyError(parsed.error)}`);
}
