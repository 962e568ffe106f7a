import { Command, Option } from "commander";
import type { z } from "zod";
import { closest } from "../../corpus/closest.ts";
import { quote } from "../../quote.ts";
import { UsageError } from "../../errors.ts";
import { describeSettings, readConfigFile, resolveSettings, type ResolvedSettings } from "../../settings.ts";

/** Gives a command one flag for each setting of a schema. That some are required is for settingsOf to say: a file may hold them. */
export function addSettings(command: Command, schema: z.ZodObject): Command {
  for (const { flag, type, choices, default: fallback, help } of describeSettings(schema)) {
    const value = type === "boolean" ? "" : type === "number" ? " <number>" : choices ? " <name>" : " <text>";
    const among = choices && choices.length > 1 ? ` (one of ${choices.join(", ")})` : "";
    const shown = fallback === undefined || fallback === false ? "" : ` (default: ${JSON.stringify(fallback)})`;
    const option = new Option(`${flag}${value}`, `${help}${among}${shown}`);
    // Commander takes --no-relation-label for the denial of a --relation-label.
    option.negate = false;
    command.addOption(option);
  }
  return command;
}

/** Settings from the flags that were given and, beneath them, the file of `--config`. */
export async function settingsOf<S extends z.ZodObject>(
  schema: S,
  options: Readonly<Record<string, unknown>>,
): Promise<ResolvedSettings<z.infer<S>>> {
  const known = Object.keys(schema.shape);
  // A command's own options, such as --json, are no settings.
  const flags = Object.fromEntries(known.flatMap((key) => (key in options ? [[key, options[key]]] : [])));
  const path = options["config"];
  if (typeof path !== "string") return resolveSettings(schema, flags);
  const file = await readConfigFile(path);
  refuseUnknownKeys(file, path, known);
  return resolveSettings(schema, flags, file);
}

function refuseUnknownKeys(file: Readonly<Record<string, unknown>>, path: string, known: readonly string[]): void {
  const unknown = Object.keys(file).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const lines = unknown.map((key) => {
    const suggestion = closest(key, known);
    return `  ${quote(key)} is no setting.${suggestion ? ` Did you mean "${suggestion}"?` : ""}`;
  });
  throw new UsageError(`Cannot use the config file ${path}:\n${lines.join("\n")}`);
}
