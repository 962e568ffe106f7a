import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

const literal = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;
const strings = new RegExp(String.raw`^\s*\[\s*(?:(?:${literal})\s*(?:,\s*(?:${literal})\s*)*)?\]\s*$`, "s");
const integers = /^\s*\[\s*(?:\d{1,9}\s*(?:,\s*\d{1,9}\s*)*)?\]\s*$/;

/**
 * Parses `['Live_In', "Work_For"]`, a list of strings as Python prints it.
 * @throws {RecordError} for anything else.
 */
export function parseStrings(text: string, at: SourceLocation): string[] {
  if (!strings.test(text)) throw new RecordError("a list of labels, ['Label', …]", quote(text), at);
  return [...text.matchAll(new RegExp(literal, "gs"))].map(([found]) => found.slice(1, -1).replace(/\\(.)/gs, "$1"));
}

/**
 * Parses `[8, 14]`, a list of integers.
 * @throws {RecordError} for anything else.
 */
export function parseIntegers(text: string, at: SourceLocation): number[] {
  if (!integers.test(text)) throw new RecordError("a list of token indexes, [1, …]", quote(text), at);
  return [...text.matchAll(/\d+/g)].map(([found]) => Number(found));
}

/** Formats a list of strings as Python prints it, each between apostrophes. */
export const formatStrings = (items: readonly string[]): string =>
  `[${items.map((item) => `'${item.replace(/['\\]/g, String.raw`\$&`)}'`).join(", ")}]`;
