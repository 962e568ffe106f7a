import { TokenizerFilesError } from "./tokenizer-files-error.ts";
import { textOf, type TokenizerFiles } from "./tokenizer-files.ts";

/** The contents of the three files of a byte-level BPE. */
export interface BpeVocabulary {
  readonly vocab: ReadonlyMap<string, number>;
  /** Merges by rank: the first is applied first. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  /** Tokens appended after `vocab`, with their ids: `<ent>`, `<ent2>`. */
  readonly addedTokens: ReadonlyMap<string, number>;
}

const mergesHeader = "#version: 0.2";

/** Upper bound of ids, far more than any vocabulary has, since tables are as long as the greatest id. */
export const idLimit = 2 ** 24;

/** Reads a JSON object of names to ids; throws a TokenizerFilesError for anything else. */
export function parseIds(fileName: string, text: string): Map<string, number> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TokenizerFilesError(
      fileName,
      `expected a JSON object of names to ids, and it is no JSON: ${String(error)}`,
    );
  }
  return idsOf(fileName, value);
}

/** Names to ids from a JSON value; throws a TokenizerFilesError for anything but an object of them. */
export function idsOf(fileName: string, value: unknown): Map<string, number> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const found = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
    throw new TokenizerFilesError(fileName, `expected a JSON object of names to ids, found ${found}`);
  }
  const ids = new Map<string, number>();
  const entries: [string, unknown][] = Object.entries(value);
  for (const [name, id] of entries) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= idLimit) {
      throw new TokenizerFilesError(
        fileName,
        `expected ids from 0 to ${idLimit - 1}, found ${JSON.stringify(id)} for ${JSON.stringify(name)}`,
      );
    }
    ids.set(name, id);
  }
  return ids;
}

/** The JSON text of names to ids, in the order of the ids, one per line. */
export function formatIds(ids: ReadonlyMap<string, number>): string {
  const lines = [...ids].sort(([, a], [, b]) => a - b).map(([name, id]) => `  ${JSON.stringify(name)}: ${id}`);
  return lines.length === 0 ? "{}\n" : `{\n${lines.join(",\n")}\n}\n`;
}

/**
 * Reads merges.txt. transformers silently drops the first line and everything after the last line break, so a file
 * without its version line or cut short would give other ids there than here: both are refused.
 */
export function parseMerges(fileName: string, text: string): [left: string, right: string][] {
  const lines = text.split(/\r?\n/);
  if (!lines[0]!.startsWith("#version")) {
    throw new TokenizerFilesError(
      fileName,
      `expected the first line "${mergesHeader}", found "${lines[0]!.slice(0, 40)}"`,
    );
  }
  if (lines.at(-1) !== "")
    throw new TokenizerFilesError(fileName, "its last line has no line break: the file was cut short");
  return lines.slice(1, -1).map((line, index) => {
    const [left, right, ...rest] = line.split(" ");
    if (left && right && rest.length === 0) return [left, right];
    throw new TokenizerFilesError(
      fileName,
      `expected two tokens with a blank between, found "${line}" on line ${index + 2}`,
    );
  });
}

/** Reads vocab.json, merges.txt and, where there is one, added_tokens.json. */
export function parseBpe(files: TokenizerFiles): BpeVocabulary {
  const need = (fileName: string): string => {
    const text = textOf(files, fileName);
    if (text !== undefined) return text;
    const found = Object.keys(files).sort().join(", ") || "no files";
    throw new TokenizerFilesError(fileName, `a byte-level BPE needs this file; found ${found}`);
  };
  return {
    vocab: parseIds("vocab.json", need("vocab.json")),
    merges: parseMerges("merges.txt", need("merges.txt")),
    addedTokens: parseIds("added_tokens.json", textOf(files, "added_tokens.json") ?? "{}"),
  };
}

/** Writes vocab.json, merges.txt and added_tokens.json. */
export function formatBpe({ vocab, merges, addedTokens }: BpeVocabulary): Record<string, string> {
  return {
    "vocab.json": formatIds(vocab),
    "merges.txt": `${[mergesHeader, ...merges.map((merge) => merge.join(" "))].join("\n")}\n`,
    "added_tokens.json": formatIds(addedTokens),
  };
}
