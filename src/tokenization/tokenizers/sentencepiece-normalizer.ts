import type { Charsmap } from "./charsmap.ts";

/** Sentencepiece's sign for a blank, U+2581. */
export const wordMark = "▁";

export interface WhiteSpaceRules {
  /** Puts a word mark before a text. */
  readonly addDummyPrefix: boolean;
  /** Removes blanks at both ends, and merges runs of blanks. */
  readonly removeExtraWhitespaces: boolean;
}

/** For each code unit of a normalized text the characters of the text that it comes from. */
export interface UnitPlaces {
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Normalizes a text as sentencepiece does: replaces its characters by the rules, and blanks by word marks. White space
 * other than U+0020 is a blank only if the rules say so.
 * @param places is given the place of each unit; the mark before a text has an empty one
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/normalizer.cc Normalizer::Normalize
 */
export function normalize(text: string, charsmap: Charsmap, rules: WhiteSpaceRules, places?: UnitPlaces): string {
  if (text === "") return "";
  let normalized = rules.addDummyPrefix ? wordMark : "";
  if (rules.addDummyPrefix) addPlaces(places, 1, 0, 0);
  let afterBlank = rules.removeExtraWhitespaces;
  const partEnds = places && [];
  for (const [i, part] of charsmap.normalizedParts(text, partEnds).entries()) {
    const kept = afterBlank ? part.replace(/^ +/, "") : part;
    if (kept === "") continue;
    normalized += kept;
    if (partEnds) addPlaces(places, kept.length, partEnds[i - 1] ?? 0, partEnds[i]!);
    afterBlank = rules.removeExtraWhitespaces && kept.endsWith(" ");
  }
  normalized = normalized.replaceAll(" ", wordMark);
  if (!rules.removeExtraWhitespaces) return normalized;
  // A word mark typed at the end of the text is removed as well.
  let end = normalized.length;
  while (normalized[end - 1] === wordMark) end--;
  return normalized.slice(0, end);
}

/**
 * Normalizes a text as `tokenizers` (Rust) does for DeBERTa: strips white space of all kinds, replaces characters by the rules,
 * makes one blank of several, and puts a word mark before the text unless it begins with one.
 * @param places is given the place of each unit; a mark that is put before the text has an empty one
 */
export function normalizeStripped(text: string, charsmap: Charsmap, places?: UnitPlaces): string {
  const first = /^\p{White_Space}*/u.exec(text)![0].length;
  const stripped = text.slice(first).replace(/\p{White_Space}+$/u, "");
  const partEnds: number[] = [];
  let normalized = "";
  for (const [i, part] of charsmap.graphemeParts(stripped, partEnds).entries()) {
    for (const character of part) {
      if (character === " " && normalized.endsWith(" ")) continue;
      if (normalized === "" && character !== " " && character !== wordMark) {
        normalized = wordMark;
        addPlaces(places, 1, first + (partEnds[i - 1] ?? 0), first + (partEnds[i - 1] ?? 0));
      }
      normalized += character;
      addPlaces(places, character.length, first + (partEnds[i - 1] ?? 0), first + partEnds[i]!);
    }
  }
  return normalized.replaceAll(" ", wordMark);
}

function addPlaces(places: UnitPlaces | undefined, count: number, start: number, end: number): void {
  if (!places) return;
  for (let i = 0; i < count; i++) {
    places.starts.push(start);
    places.ends.push(end);
  }
}

/** The places of consecutive pieces of a normalized text, by their lengths, in the text itself. */
export function placesOfPieces(lengths: readonly number[], { starts, ends }: UnitPlaces): UnitPlaces {
  const placed: UnitPlaces = { starts: [], ends: [] };
  let at = 0;
  for (const length of lengths) {
    placed.starts.push(starts[at]!);
    at += length;
    placed.ends.push(ends[at - 1]!);
  }
  return placed;
}
