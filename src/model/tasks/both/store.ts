import { z } from "zod";
import { CheckpointError } from "../../checkpoint-error.ts";
import { jointHead } from "../../heads/joint-head.ts";
import { pairHead } from "../../heads/pair-head.ts";
import { withOwnNames } from "../../heads/token-head.ts";
import * as ofEntities from "../entities/store.ts";
import * as ofRelations from "../relations/store.ts";
import * as readingOfRelations from "../relations/stored-reading.ts";
import type { OpeningFacts, StoredReading, StoredTask } from "../task.ts";
import { joined, type BothLearned } from "./learned.ts";

const part = z.looseObject({ name: z.string() });

/** The part of relata.json: those of both tasks. */
const storedBoth = z.strictObject({ name: z.literal("both"), relations: part, entities: part });

export const store = (learned: BothLearned): StoredTask => ({
  name: "both",
  relations: ofRelations.store(learned),
  entities: ofEntities.store(learned.entities),
});

function readStored(task: StoredTask, file: string): z.infer<typeof storedBoth> {
  const result = storedBoth.safeParse(task);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CheckpointError("bad manifest", {
    file,
    expected: "the fields of the task both",
    found: `in task.${issue?.path.join(".") ?? ""}: ${issue?.message}`,
  });
}

/** @throws CheckpointError for a folder without relata.json: config.json names one head alone */
export function open(facts: OpeningFacts): BothLearned {
  const { manifest, folder } = facts;
  if (!manifest) throw new Error("internal: only relata.json says that a folder has two heads");
  const stored = readStored(manifest.task, folder);
  const relations = ofRelations.open({ ...facts, manifest: { ...manifest, task: stored.relations } });
  const classes = ofEntities.storedClasses(stored.entities, folder);
  const entities = ofEntities.open({
    ...facts,
    id2label: classes.id2label,
    manifest: { ...manifest, task: stored.entities },
  });
  return joined(relations, entities);
}

export function storedReading(task: StoredTask, id2label: readonly string[]): StoredReading {
  const stored = readStored(task, "relata.json");
  const { head = pairHead, answers, ...reading } = readingOfRelations.storedReading(stored.relations);
  const { id2label: classes, decoder } = ofEntities.storedClasses(stored.entities, "relata.json");
  const entities = withOwnNames(decoder.head);
  return {
    head: jointHead({ pairs: head, labels: id2label.length, entities, classes: classes.length }),
    ...reading,
    answers: { relations: answers, entities: ofEntities.storedReading(stored.entities).answers },
  };
}

/** @throws CheckpointError for a part that contradicts the labels */
export function describeStored(task: StoredTask, id2label: readonly string[], file: string): string {
  const stored = readStored(task, file);
  const { id2label: classes } = ofEntities.storedClasses(stored.entities, file);
  const relations = readingOfRelations.describeStored(stored.relations, id2label, file);
  return `${relations}; ${ofEntities.describeStored(stored.entities, classes, file)}`;
}
