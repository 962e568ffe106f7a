import type { z } from "zod";
import type { SourceLocation } from "../../errors.ts";
import { KeyError, NotJsonError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, plural, printable, quote } from "../../quote.ts";
import { parseExactJson } from "./exact-json.ts";
import type { JsonRecord } from "./json-records.ts";
import { unreadKeys } from "./unread-keys.ts";

/**
 * Parses the JSON of one line and checks it against a schema; `next` is a sentence of advice for a line that does not
 * fit.
 * @throws {NotJsonError} for anything but JSON, KeyError for the first key that is missing or holds the wrong value.
 */
export function parseJsonLine<T>(schema: z.ZodType<T>, text: string, at: SourceLocation, next?: string): T {
  return check(schema, parseJson(text, at), at, next);
}

export interface RecordParsing {
  readonly notices: NoticeLog;
  /** A sentence of advice for a record that does not fit. */
  readonly next?: string | undefined;
  /**
   * Keys without information on the text, passed over without a notice: keys that the tool keeps for itself, and keys
   * that repeat what is read. Written like `entities[].user`.
   */
  readonly ownKeys?: ReadonlySet<string>;
}

export type CheckedRecord = Pick<JsonRecord, "value" | "problem"> & { readonly at: SourceLocation };

/**
 * Checks a record against a schema.
 * @throws as parseRecord
 */
export function checkRecord<T>(schema: z.ZodType<T>, { at, value, problem }: CheckedRecord, next?: string): T {
  if (problem) throw problem;
  return check(schema, value, at, next);
}

/**
 * Checks a record of annotations against a schema. Keys that the schema does not have would otherwise be lost silently;
 * they are reported (`unread-key`), as are numbers kept as strings (`long-integer`).
 * @throws the record's problem; KeyError for the first key that is missing or holds the wrong value
 */
export function parseRecord<T>(schema: z.ZodType<T>, given: JsonRecord, { notices, next, ownKeys }: RecordParsing): T {
  const { at, value, keptAsStrings } = given;
  const record = checkRecord(schema, given, next);
  const unread = unreadKeys(value, record, ownKeys);
  if (unread.size > 0) {
    const detail = listed(Array.from(unread, (key) => printable(key.slice(0, 60))));
    notices.lose("unread-key", "records with keys that are not read", { ...at, detail }, { other: unread.size });
  }
  if (keptAsStrings > 0) {
    const message = "records with numbers that JavaScript does not hold (integers beyond 2^53, 1e400), kept as strings";
    notices.add("long-integer", message, { ...at, detail: plural(keptAsStrings, "number") });
  }
  return record;
}

function check<T>(schema: z.ZodType<T>, value: unknown, at: SourceLocation, next: string | undefined): T {
  const result = fit(schema, value);
  if ("data" in result) return result.data;
  throw new KeyError(result.key, result.expected, result.found, at, next);
}

/** The first key that is missing or holds the wrong kind of value, in words. */
export interface Misfit {
  /** The path of the key, such as `item.data.text`; empty for the value itself. */
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * The value as the schema reads it, or the reason why it does not fit.
 * @param path prefix for the paths of its keys
 */
export function fit<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: readonly PropertyKey[] = [],
): { readonly data: T } | Misfit {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { data: result.data };
  const issue = result.error.issues[0]!;
  const other = issue.input === undefined ? otherNameOf(issue.path, value) : undefined;
  const instead =
    other === undefined ? "" : `, but the key ${quote(other)} (is ${quote(String(issue.path.at(-1)))} meant?)`;
  return {
    key: keyPath([...path, ...issue.path]),
    expected: expectationOf(issue),
    found: describe(issue.input) + instead,
  };
}

/** Names that other tools have for the same, by which a record is likely to have a key that is missing. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  label: ["type", "relation", "relation_type", "rel", "name", "predicate", "class"],
  head: ["source", "from", "from_id", "subject", "head_id", "arg1", "child"],
  tail: ["target", "to", "to_id", "object", "tail_id", "arg2"],
  start: ["begin", "start_offset", "start_char", "from"],
  end: ["stop", "end_offset", "end_char", "to"],
  type: ["label", "entity_type", "tag", "class"],
  text: ["content", "sentence", "body", "document"],
};

/** The key that stands beside a missing one and may be meant for it. */
function otherNameOf(path: readonly PropertyKey[], value: unknown): string | undefined {
  let holder = value;
  for (const key of path.slice(0, -1)) holder = (holder as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  if (typeof holder !== "object" || holder === null) return undefined;
  const beside = holder;
  const names = otherNames[String(path.at(-1))] ?? [];
  return names.find((name) => Object.hasOwn(beside, name));
}

function parseJson(text: string, at: SourceLocation): unknown {
  try {
    return parseExactJson(text).value;
  } catch (error) {
    throw new NotJsonError(error instanceof Error ? error.message : String(error), at);
  }
}

const expectedWords: Readonly<Record<string, string>> = {
  string: "a string",
  int: "an integer",
  number: "an integer",
  object: "an object",
  array: "a list",
  tuple: "a list",
};

function expectationOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return expectedWords[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_union" || issue.code === "custom") return issue.message;
  if (issue.code === "too_small" && issue.origin === "string") return "a string that is not empty";
  if (issue.code === "too_small" && issue.origin === "array") return `a list of ${issue.minimum}`;
  if (issue.code === "too_big" && issue.origin === "array") return `a list of ${issue.maximum}`;
  return issue.code === "too_small" ? `an integer of at least ${issue.minimum}` : "an integer that is exact";
}

/** Describes a value of any kind for a message. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "string") return `the string ${quote(value)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean") return `the ${typeof value} ${value}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Object.keys(value).length === 0) return "an object without keys";
  return `an object with the keys ${listed(Object.keys(value).map((key) => quote(key)))}`;
}

/** `annotation.ner["Grid entities"].entities[3].start_char` */
const keyPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key, i) => {
      if (typeof key === "number") return `[${key}]`;
      return /^\w+$/.test(String(key)) ? `${i > 0 ? "." : ""}${String(key)}` : `[${quote(String(key))}]`;
    })
    .join("");
