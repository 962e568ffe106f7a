import { Command, Option } from "commander";
import type { z } from "zod";
import { describeSettings, readConfigFile, resolveSettings, type ResolvedSettings } from "../../settings.ts";

/** Gives a command one flag for each setting of a schema, but for those it takes in another way. */
export function addSettings(command: Command, schema: z.ZodObject, except: readonly string[] = []): Command {
  for (const { key, flag, type, choices, default: fallback, help, required } of describeSettings(schema)) {
    if (except.includes(key)) continue;
    const value = type === "boolean" ? "" : type === "number" ? " <number>" : choices ? " <name>" : " <text>";
    const among = choices && choices.length > 1 ? ` (one of ${choices.join(", ")})` : "";
    const shown = fallback === undefined || fallback === false ? "" : ` (default: ${JSON.stringify(fallback)})`;
    const option = new Option(`${flag}${value}`, `${help}${among}${shown}`);
    if (required) option.makeOptionMandatory();
    command.addOption(option);
  }
  return command;
}

/** Settings from the flags that were given and, beneath them, the file of `--config`. */
export async function settingsOf<S extends z.ZodObject>(
  schema: S,
  options: Readonly<Record<string, unknown>>,
): Promise<ResolvedSettings<z.infer<S>>> {
  const file = typeof options["config"] === "string" ? await readConfigFile(options["config"]) : {};
  return resolveSettings(schema, options, file);
}
