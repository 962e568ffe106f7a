import { Command, Option } from "commander";
import type { z } from "zod";
import { describeSettings, headingOf, resolveSettings, resolveWithFile, type ResolvedSettings } from "../../index.ts";
import { StatusLine } from "./status-line.ts";

/**
 * Gives a command one flag for each setting of a schema. Only settingsOf refuses missing ones, since a file may hold
 * them.
 */
export function addSettings(command: Command, schema: z.ZodObject): Command {
  for (const { key, flag, type, choices, default: fallback, help } of describeSettings(schema)) {
    const value = type === "boolean" ? "" : type === "number" ? " <number>" : choices ? " <name>" : " <text>";
    const among = choices && choices.length > 1 ? ` (one of ${choices.join(", ")})` : "";
    const shown = fallback === undefined || fallback === false ? "" : ` (default: ${JSON.stringify(fallback)})`;
    const option = new Option(`${flag}${value}`, `${help}${among}${shown}`);
    // Commander would take --no-relation-label as the negation of a --relation-label.
    option.negate = false;
    const heading = headingOf(key);
    if (heading) option.helpGroup(`${heading}:`);
    command.addOption(option);
  }
  return command;
}

/**
 * Resolves settings from the flags and the file of `--config`; flags win.
 * @param fallbacks values of settings that neither gives, where the schema has no default
 */
export async function settingsOf<S extends z.ZodObject>(
  schema: S,
  options: Readonly<Record<string, unknown>>,
  fallbacks: Readonly<Record<string, unknown>> = {},
): Promise<ResolvedSettings<z.infer<S>>> {
  // A command's own options, such as --json, are no settings.
  const known = Object.keys(schema.shape).filter((key) => key in options);
  const flags = Object.fromEntries(known.map((key) => [key, options[key]]));
  const path = options["config"];
  const resolved = await (typeof path === "string"
    ? resolveWithFile(schema, flags, path, fallbacks)
    : resolveSettings(schema, flags, {}, fallbacks));
  if (StatusLine.isVerbose) sayEverySetting(schema, resolved);
  return resolved;
}

const sourceNames = { flag: "flag", file: "config file", default: "default" } as const;

/** Prints every setting with its source; one without a value is chosen from the data or the model. What opens doors is not shown. */
function sayEverySetting(schema: z.ZodObject, { config, sources }: ResolvedSettings<unknown>): void {
  const line = new StatusLine();
  const values = config as Readonly<Record<string, unknown>>;
  line.print("Settings:");
  for (const { key, flag } of describeSettings(schema)) {
    const isSecret = /(?:token|password|key)$/i.test(key) && typeof values[key] === "string";
    const value = isSecret ? "(not shown)" : withoutPassword(JSON.stringify(values[key]) ?? "not set");
    line.print(`  ${flag} ${value} (${sourceNames[sources[key] ?? "default"]})`);
  }
}

/** A value as it may be shown: a URL without the name and password in it. */
const withoutPassword = (value: string): string => value.replace(/:\/\/[^@/]*@/, "://…@");
