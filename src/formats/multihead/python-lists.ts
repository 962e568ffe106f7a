import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

const literal = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;
const strings = new RegExp(String.raw`^\s*\[\s*(?:(?:${literal})\s*(?:,\s*(?:${literal})\s*)*)?\]\s*$`, "s");
const integers = /^\s*\[\s*(?:\d{1,9}\s*(?:,\s*\d{1,9}\s*)*)?\]\s*$/;

/** `['Live_In', "Work_For"]`, as Python writes a list of strings. @throws {RecordError} for anything else. */
export function parseStrings(text: string, at: SourceLocation): string[] {
  if (!strings.test(text)) throw new RecordError("a list of labels, ['Label', …]", quote(text), at);
  return [...text.matchAll(new RegExp(literal, "gs"))].map(([found]) => found.slice(1, -1).replace(/\\(.)/gs, "$1"));
}

/** `[8, 14]`. @throws {RecordError} for anything else. */
export function parseIntegers(text: string, at: SourceLocation): number[] {
  if (!integers.test(text)) throw new RecordError("a list of token indexes, [1, …]", quote(text), at);
  return [...text.matchAll(/\d+/g)].map(([found]) => Number(found));
}

/** As Python writes a list of strings, each between apostrophes. */
export const formatStrings = (items: readonly string[]): string =>
  `[${items.map((item) => `'${item.replace(/['\\]/g, String.raw`\$&`)}'`).join(", ")}]`;
