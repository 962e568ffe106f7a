import type { HeadName } from "../heads/head.ts";
import { both } from "./both/both.ts";
import { entities } from "./entities/entities.ts";
import { entityTyping } from "./entity-typing/entity-typing.ts";
import { relations } from "./relations/relations.ts";
import type { StoredReading, StoredTask, Task } from "./task.ts";

/** Every task that Relata has. */
export const tasks: readonly Task[] = [relations, entityTyping, entities, both];

/** The task of `--task`. */
export const taskNamed = (name: string): Task => {
  const task = tasks.find((one) => one.name === name);
  if (!task) throw new Error(`internal: no task is called ${name}`);
  return task;
};

/** The task that a model folder was trained for; for one of transformers, the task that has this head. */
export const taskOf = (
  manifest: { readonly task: { readonly name: string } } | null,
  head: HeadName,
): Task | undefined =>
  // Folders from before tasks were stored all read as relations, whatever their head is.
  manifest
    ? tasks.find(({ name }) => name === manifest.task.name)
    : head === "pair"
      ? relations
      : head === "token"
        ? entities
        : entityTyping;

/** The facts of a manifest's task about the graph; nothing for a folder that transformers wrote. */
export const storedReadingOf = (
  manifest: { readonly task: StoredTask; readonly labels: { readonly id2label: readonly string[] } } | null,
): StoredReading =>
  (manifest && taskOf(manifest, "pair")?.storedReading?.(manifest.task, manifest.labels.id2label)) ?? {
    metadata: {},
    notes: [],
  };
