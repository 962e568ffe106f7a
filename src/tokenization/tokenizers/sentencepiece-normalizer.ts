import type { Charsmap } from "./charsmap.ts";

/** Sentencepiece's sign for a blank, U+2581. */
export const wordMark = "▁";

export interface WhiteSpaceRules {
  /** Puts a word mark before a text. */
  readonly addDummyPrefix: boolean;
  /** Removes blanks at both ends, and merges runs of blanks. */
  readonly removeExtraWhitespaces: boolean;
}

/**
 * Normalizes a text as sentencepiece does: replaces its characters by the rules, and blanks by word marks. White space
 * other than U+0020 is a blank only if the rules say so.
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/normalizer.cc Normalizer::Normalize
 */
export function normalize(text: string, charsmap: Charsmap, rules: WhiteSpaceRules): string {
  if (text === "") return "";
  let normalized = rules.addDummyPrefix ? wordMark : "";
  let afterBlank = rules.removeExtraWhitespaces;
  for (const part of charsmap.normalizedParts(text)) {
    const kept = afterBlank ? part.replace(/^ +/, "") : part;
    if (kept === "") continue;
    normalized += kept;
    afterBlank = rules.removeExtraWhitespaces && kept.endsWith(" ");
  }
  normalized = normalized.replaceAll(" ", wordMark);
  if (!rules.removeExtraWhitespaces) return normalized;
  // A word mark typed at the end of the text is removed as well.
  let end = normalized.length;
  while (normalized[end - 1] === wordMark) end--;
  return normalized.slice(0, end);
}
