import type { Charsmap } from "./charsmap.ts";

/** Sentencepiece's sign for a blank, U+2581. */
export const wordMark = "▁";

export interface WhiteSpaceRules {
  /** A word mark is put before a text. */
  readonly addDummyPrefix: boolean;
  /** Blanks at both ends go, and runs of blanks become one. */
  readonly removeExtraWhitespaces: boolean;
}

/**
 * A text as sentencepiece cuts it: its characters replaced by the rules, blanks as word marks. White space other than
 * U+0020 is a blank only where the rules say so.
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
  // A word mark typed at the end of the text goes as well.
  let end = normalized.length;
  while (normalized[end - 1] === wordMark) end--;
  return normalized.slice(0, end);
}
