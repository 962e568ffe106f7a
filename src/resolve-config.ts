import type { z } from "zod";
import { closest } from "./corpus/closest.ts";
import { UsageError } from "./errors.ts";
import { quote } from "./quote.ts";
import { resolveSettings, type ResolvedSettings } from "./settings.ts";
import { readSettingsFile } from "./settings-file.ts";

/**
 * Resolves settings from flags and the file of `--config`; flags take precedence.
 * @throws UsageError for a key of the file that is not a setting, with the closest setting; and as resolveSettings
 */
export async function resolveWithFile<S extends z.ZodObject>(
  schema: S,
  flags: Readonly<Record<string, unknown>>,
  path: string,
  fallbacks: Readonly<Record<string, unknown>> = {},
): Promise<ResolvedSettings<z.infer<S>>> {
  const file = await readSettingsFile(path);
  const known = Object.keys(schema.shape);
  const lines = Object.keys(file).flatMap((key) => {
    if (known.includes(key)) return [];
    const suggestion = closest(key, known);
    return [`  ${quote(key)} is no setting.${suggestion ? ` Did you mean "${suggestion}"?` : ""}`];
  });
  if (lines.length > 0) throw new UsageError(`Cannot use the config file ${path}:\n${lines.join("\n")}`);
  return resolveSettings(schema, flags, file, fallbacks);
}
