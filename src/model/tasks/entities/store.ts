import { z } from "zod";
import { CheckpointError } from "../../checkpoint-error.ts";
import { plural } from "../../../quote.ts";
import { biaffineHead } from "../../heads/biaffine-head.ts";
import { tokenHead } from "../../heads/token-head.ts";
import type { OpeningFacts, StoredReading, StoredTask } from "../task.ts";
import type { Decoder } from "./decoder.ts";
import { flatDecoder } from "./flat-decoder.ts";
import type { EntitiesLearned } from "./learned.ts";
import { nestedDecoder } from "./nested-decoder.ts";
import { grammarOf, readTags, tagsOf } from "./tags.ts";

const count = z.int().min(0);

/** The part of relata.json that belongs to entities. */
const stored = z.strictObject({
  name: z.literal("entities"),
  /** `flat`: a tag for each token; `nested`: a score for each span. */
  decoding: z.enum(["flat", "nested"]),
  types: z.array(z.string().min(1)).min(1),
  /** The table of the plain baseline: hashes of surfaces, and the most frequent type of each. */
  gazetteer: z
    .strictObject({ lengths: z.array(z.int().positive()), types: z.record(z.string(), count), entities: count })
    .nullable(),
});

/** The head's classes for these types, and how they are decoded. */
export function classesOf(
  types: readonly string[],
  decoding: Decoder["name"],
): Pick<EntitiesLearned, "id2label" | "multiLabel" | "decoder"> {
  const decoder = decoding === "flat" ? flatDecoder(grammarOf(types)) : nestedDecoder(types.length);
  return { id2label: labelsOf(types, decoding), multiLabel: decoder.isMultiLabel, decoder };
}

const labelsOf = (types: readonly string[], decoding: Decoder["name"]): readonly string[] =>
  decoding === "flat" ? tagsOf(types) : types;

export const store = ({ exampleLabels: types, gazetteer, decoder }: EntitiesLearned): StoredTask => ({
  name: "entities",
  decoding: decoder.name,
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

/** The classes of a stored part, and how they are decoded. @throws CheckpointError for the part of another task */
export function storedClasses(task: StoredTask, file: string): ReturnType<typeof classesOf> {
  const { types, decoding } = readStored(task, file);
  return classesOf(types, decoding);
}

/** Opens the task of a folder of Relata, or of a token classifier of transformers by the names of its labels. */
export function open({ folder, id2label, manifest }: OpeningFacts): EntitiesLearned {
  if (manifest) {
    const { types, gazetteer, decoding } = readStored(manifest.task, folder);
    return { ...classesOf(types, decoding), id2label, exampleLabels: types, noRelationId: null, gazetteer };
  }
  const grammar = readTags(id2label, true);
  if (!grammar) {
    throw new CheckpointError("a classifier of tokens whose labels are no tags of entities", {
      file: folder,
      expected: "O among its labels, and names such as B-PER and I-PER",
      found: id2label.slice(0, 5).join(", "),
    });
  }
  return {
    id2label,
    multiLabel: false,
    noRelationId: null,
    exampleLabels: grammar.types,
    decoder: flatDecoder(grammar),
    gazetteer: null,
  };
}

/** Not every encoder has a class of `transformers` for these heads, so that config.json does not always name them. */
export function storedReading(task: StoredTask): StoredReading {
  const { data } = stored.safeParse(task);
  if (!data) return { metadata: {}, notes: [] };
  const { decoding, types } = data;
  const head = decoding === "nested" ? biaffineHead : tokenHead;
  return { head, answers: { decoding, labels: labelsOf(types, decoding) }, metadata: {}, notes: [] };
}

/** Describes types and how they are found. @throws CheckpointError if the types are not those of the labels */
export function describeStored(task: StoredTask, id2label: readonly string[], file: string): string {
  const { types, decoding } = readStored(task, file);
  const labels = labelsOf(types, decoding);
  if (labels.length !== id2label.length || labels.some((label, id) => label !== id2label[id])) {
    throw new CheckpointError("its types of entities are not those of its labels", {
      file,
      expected: labels.slice(0, 5).join(", "),
      found: id2label.slice(0, 5).join(", "),
      next:
        decoding === "flat"
          ? "Was it edited? For each type there are the labels B-TYPE and I-TYPE, after O."
          : "Was it edited? The labels are the types.",
    });
  }
  const how = decoding === "flat" ? "by tags of tokens" : "by scores of spans, so that they may nest";
  return `finds entities of ${plural(types.length, "type")} ${how}`;
}
