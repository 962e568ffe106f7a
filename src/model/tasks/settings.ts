import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { flagOf } from "../../settings.ts";
import { bothSettings } from "./both/settings.ts";
import { entitiesSettings } from "./entities/settings.ts";
import { entityTypingSettings } from "./entity-typing/settings.ts";
import { relationsSettings } from "./relations/settings.ts";

/**
 * The settings of each task, by its name, and what the task learns; loaded without the tasks, since a help text has no
 * use for them.
 */
const settingsByTask = {
  relations: relationsSettings.describe("which relation holds from one entity to another"),
  entities: entitiesSettings.describe("where the entities of a text are, and which type each has"),
  both: bothSettings.describe("both of these by one model"),
  "entity-typing": entityTypingSettings.describe("which type a given span has"),
} as const;

export type TaskName = keyof typeof settingsByTask;
const taskNames = Object.keys(settingsByTask) as [TaskName, ...TaskName[]];

const ownKeys = (task: string): Readonly<Record<string, z.ZodType>> =>
  new Map<string, z.ZodObject>(Object.entries(settingsByTask)).get(task)?.shape ?? {};

/** `--task`; its help is made of the descriptions of the tasks' schemas. */
export const taskSetting = z
  .enum(taskNames)
  .default("relations")
  .describe(
    `Task to learn: ${Object.entries(settingsByTask)
      .map(([name, { description }]) => `${name}, ${description}`)
      .join("; ")}`,
  );

/** The settings of all tasks. */
export const taskSettings = z.strictObject({
  ...relationsSettings.shape,
  ...entitiesSettings.shape,
  ...entityTypingSettings.shape,
});
export type TaskSettings = z.infer<typeof taskSettings>;

/** The settings of a run without those of other tasks. */
export function ownSettings<Config extends object>(task: string, config: Config): Partial<Config> {
  const own = ownKeys(task);
  const isForeign = (key: string): boolean => key in taskSettings.shape && !(key in own);
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isForeign(key))) as Partial<Config>;
}

/** @throws UsageError for a setting of another task, which would do nothing */
export function requireOwnSettings(task: string, config: Readonly<Record<string, unknown>>): void {
  const own = ownKeys(task);
  for (const [name, { shape }] of Object.entries(settingsByTask)) {
    // The settings of both belong to one of them.
    if (name === task || name === "both") continue;
    for (const [key, schema] of Object.entries(shape)) {
      const value = config[key];
      const fallback: unknown = schema.parse(undefined);
      if (key in own || value === undefined || value === fallback) continue;
      throw new UsageError(
        `${flagOf(key)} is about ${name} and does nothing with --task ${task}; found ${JSON.stringify(value)}. Leave it out.`,
      );
    }
  }
}
