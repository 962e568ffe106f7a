import { z } from "zod";
import { CheckpointError } from "../../checkpoint-error.ts";
import { plural } from "../../../quote.ts";
import type { OpeningFacts, StoredTask } from "../task.ts";
import type { EntitiesLearned } from "./learned.ts";
import { grammarOf, readTags, tagsOf } from "./tags.ts";

const count = z.int().min(0);

/** The part of relata.json that belongs to entities. */
const stored = z.strictObject({
  name: z.literal("entities"),
  /** `flat`: a tag for each token. */
  decoding: z.enum(["flat"]),
  types: z.array(z.string().min(1)).min(1),
  /** The table of the plain baseline: hashes of surfaces, and the most frequent type of each. */
  gazetteer: z
    .strictObject({ lengths: z.array(z.int().positive()), types: z.record(z.string(), count), entities: count })
    .nullable(),
});

export const store = ({ exampleLabels: types, gazetteer }: EntitiesLearned): StoredTask => ({
  name: "entities",
  decoding: "flat",
  types,
  gazetteer,
});

function readStored(task: StoredTask, file: string): z.infer<typeof stored> {
  const result = stored.safeParse(task);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CheckpointError("bad manifest", {
    file,
    expected: "the fields of the task entities",
    found: `in task.${issue?.path.join(".") ?? ""}: ${issue?.message}`,
  });
}

/** Opens the task of a folder of Relata, or of a token classifier of transformers by the names of its labels. */
export function open({ folder, id2label, manifest }: OpeningFacts): EntitiesLearned {
  const facts = { id2label, multiLabel: false, noRelationId: null } as const;
  if (manifest) {
    const { types, gazetteer } = readStored(manifest.task, folder);
    return { ...facts, exampleLabels: types, grammar: grammarOf(types), gazetteer };
  }
  const grammar = readTags(id2label, true);
  if (!grammar) {
    throw new CheckpointError("a classifier of tokens whose labels are no tags of entities", {
      file: folder,
      expected: "O among its labels, and names such as B-PER and I-PER",
      found: id2label.slice(0, 5).join(", "),
    });
  }
  return { ...facts, exampleLabels: grammar.types, grammar, gazetteer: null };
}

/** Describes tags and types. @throws CheckpointError if the types are not those of the tags */
export function describeStored(task: StoredTask, id2label: readonly string[], file: string): string {
  const { types } = readStored(task, file);
  const tags = tagsOf(types);
  if (tags.length !== id2label.length || tags.some((tag, id) => tag !== id2label[id])) {
    throw new CheckpointError("its types of entities are not those of its labels", {
      file,
      expected: tags.slice(0, 5).join(", "),
      found: id2label.slice(0, 5).join(", "),
      next: "Was it edited? For each type there are the labels B-TYPE and I-TYPE, after O.",
    });
  }
  return `finds entities of ${plural(types.length, "type")} by tags of tokens`;
}
