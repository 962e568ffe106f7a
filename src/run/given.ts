import type { z } from "zod";
import type { PredictConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { describe } from "../formats/source/json-line.ts";
import { flagOf, resolveSettings } from "../settings.ts";

/** Returns one path or several as a list. @throws UsageError for anything else */
export function pathsOf(data: unknown): readonly string[] {
  const paths: readonly unknown[] = Array.isArray(data) ? data : [data];
  // The place, not the value: a value that is wrong may be undefined.
  const wrong = paths.findIndex((path) => typeof path !== "string" || path === "");
  if (paths.length > 0 && wrong === -1) return paths as readonly string[];
  const found = paths.length === 0 ? "an empty list" : describe(paths[wrong]);
  throw new UsageError(`data: expected a path, or a list of paths, of annotation files; found ${found}.`);
}

/** Returns the one path of a job that takes no list. @throws UsageError for anything else */
export function onePathOf(data: unknown): string {
  const paths = pathsOf(data);
  if (paths.length === 1) return paths[0]!;
  throw new UsageError(
    `data: expected one path, found a list of ${paths.length}. Call predictFiles for each, or give the folder that holds them.`,
  );
}

/** Checks the name of a model. @throws UsageError for anything else */
export function modelName(model: unknown): string {
  if (typeof model === "string" && model !== "") return model;
  throw new UsageError(`model: expected a model folder, or org/name on the hub; found ${describe(model)}.`);
}

/** Checks the folders of adapters by name. @throws UsageError for anything else */
export function adapterFolders<Name extends string>(adapters: unknown): Readonly<Record<Name, string>> {
  const isRecord = typeof adapters === "object" && adapters !== null && !Array.isArray(adapters);
  const entries: readonly [string, unknown][] = isRecord ? Object.entries(adapters) : [];
  const wrong = entries.find(([, folder]) => typeof folder !== "string" || folder === "");
  if (entries.length > 0 && !wrong) return adapters as Readonly<Record<Name, string>>;
  const found = wrong ? `${describe(wrong[1])} for ${wrong[0]}` : isRecord ? "no adapters" : describe(adapters);
  throw new UsageError(`adapters: expected folders of adapters by name, { mails: "runs/mails" }; found ${found}.`);
}

/** Checks the path of an output. @throws UsageError for anything else */
export function outputPath(output: unknown): string {
  if (typeof output === "string" && output !== "") return output;
  throw new UsageError(`output: expected the path of a file or folder to write; found ${describe(output)}.`);
}

/** Fills settings in with their defaults. @throws UsageError that names each wrong one */
export const settings = <S extends z.ZodObject>(schema: S, options: z.input<S>): z.infer<S> =>
  resolveSettings(schema, options).config;

/** Refuses settings that do nothing with a classifier of entities. @throws UsageError */
export function refuseSettingsOfPairs({ relationsOnly, maxPairs, abstain }: PredictConfig): void {
  const numbers = Object.entries({ maxPairs, abstain }).find(([, value]) => value !== undefined);
  const given = relationsOnly ? "relationsOnly" : numbers?.[0];
  if (given !== undefined)
    throw new UsageError(`${flagOf(given)} does nothing here: the model labels entities, not pairs. Leave it out.`);
}
