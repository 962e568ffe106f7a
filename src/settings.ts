import { z } from "zod";
import { UsageError } from "./errors.ts";

/** A field of a settings schema, described for the command line and the reference page. */
export interface SettingDescription {
  readonly key: string;
  /** The name of the flag: `--learning-rate`. */
  readonly flag: string;
  readonly type: "boolean" | "number" | "string";
  readonly choices: readonly string[] | undefined;
  readonly default: unknown;
  readonly required: boolean;
  readonly help: string;
}

export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;

/** Describes the fields of a settings schema. @throws if a field has no help, or a type that no flag can have: a bug */
export function describeSettings(schema: z.ZodObject): SettingDescription[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    let inner = field as z.ZodType;
    let fallback: unknown;
    let required = true;
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
      if (inner instanceof z.ZodDefault) fallback = inner.def.defaultValue;
      required = false;
      inner = inner.unwrap() as z.ZodType;
    }
    const help = (field as z.ZodType).description ?? inner.description;
    if (!help) throw new Error(`internal: setting "${key}" has no description`);
    const choices =
      inner instanceof z.ZodEnum
        ? inner.options.map(String)
        : inner instanceof z.ZodLiteral
          ? [...inner.values].map(String)
          : undefined;
    return { key, flag: flagOf(key), type: kindOf(inner, key), choices, default: fallback, required, help };
  });
}

function kindOf(type: z.ZodType, key: string): SettingDescription["type"] {
  if (type instanceof z.ZodBoolean) return "boolean";
  if (type instanceof z.ZodNumber) return "number";
  if (type instanceof z.ZodString || type instanceof z.ZodEnum || type instanceof z.ZodLiteral) return "string";
  throw new Error(`internal: setting "${key}" is of a kind that no flag can carry`);
}

/** Picks the settings of one stage from all settings of a command. */
export function pickSettings<S extends z.ZodObject>(schema: S, config: z.infer<S>): z.infer<S> {
  const values = config as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(schema.shape).map((key) => [key, values[key]])) as z.infer<S>;
}

export type SettingSource = "flag" | "file" | "default";

export interface ResolvedSettings<T> {
  readonly config: T;
  readonly sources: Readonly<Record<string, SettingSource>>;
}

/**
 * Resolves settings: a flag takes precedence over the config file, and the file over the default.
 * @param flags values by key, as text where they came from a command line
 * @param fallbacks values of settings that neither gives, where the schema has no default
 * @throws UsageError naming every wrong setting as its flag, with the value found.
 */
export function resolveSettings<S extends z.ZodObject>(
  schema: S,
  flags: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>> = {},
  fallbacks: Readonly<Record<string, unknown>> = {},
): ResolvedSettings<z.infer<S>> {
  if (typeof flags !== "object" || flags === null || Array.isArray(flags))
    throw new UsageError(`Cannot use these settings: expected an object of settings, found ${JSON.stringify(flags)}.`);
  const described = describeSettings(schema);
  const given: Record<string, unknown> = { ...file, ...flags };
  const sources: Record<string, SettingSource> = {};
  for (const { key, type } of described) {
    const value = flags[key];
    given[key] =
      value === undefined
        ? file[key] === undefined
          ? fallbacks[key]
          : file[key]
        : type === "number" && typeof value === "string"
          ? numberOf(value)
          : value;
    sources[key] = value !== undefined ? "flag" : file[key] !== undefined ? "file" : "default";
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => problemOf(issue, given, described, sources));
    throw new UsageError(`Cannot use these settings:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
  return { config: parsed.data, sources };
}

/** Parses a number; other text stays text, so that the schema's error shows it. */
const numberOf = (text: string): unknown => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));

function problemOf(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, unknown>>,
  described: readonly SettingDescription[],
  sources: Readonly<Record<string, SettingSource>>,
): string {
  if (issue.code === "unrecognized_keys") return `unknown settings: ${issue.keys.join(", ")}`;
  const key = String(issue.path[0]);
  const setting = described.find((one) => one.key === key);
  const name = sources[key] === "file" ? `"${key}" of the config file` : flagOf(key);
  const help = setting ? ` (${setting.help})` : "";
  if (given[key] === undefined) return `${name} is missing${help}`;
  return `${name}: ${expectationOf(issue)}, found ${JSON.stringify(given[key])}${help}`;
}

const kinds: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
};

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && kinds[issue.expected]) return `expected ${kinds[issue.expected]}`;
  if (issue.code === "invalid_value")
    return `expected ${issue.values
      .map(String)
      .join(", ")
      .replace(/, ([^,]+)$/, " or $1")}`;
  if (issue.code === "too_small" && issue.origin === "string") return "expected text that is not empty";
  if (issue.code === "too_small") return `expected ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big") return `expected ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
  return issue.message;
}
