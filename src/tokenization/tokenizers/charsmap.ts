import { TokenizerFilesError } from "./tokenizer-files-error.ts";

/** Darts-clone's units: eight bits of label, a leaf flag, and an offset that is XORed to the index. */
const label = (unit: number): number => unit & 0x8000_00ff;
const hasLeaf = (unit: number): boolean => (unit & 0x100) !== 0;
const isLeaf = (unit: number): boolean => (unit & 0x8000_0000) !== 0;
const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
const value = (unit: number): number => unit & 0x7fff_ffff;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Sentencepiece's normalization rules, which map sequences of characters to their replacements. */
export interface Charsmap {
  /**
   * Yields the text, rule by rule and character by character, each replaced. Lone surrogates become U+FFFD.
   * @param ends is given the end of each part in the text, in UTF-16 code units
   */
  normalizedParts(text: string, ends?: number[]): string[];
  /**
   * The same as `tokenizers` (Rust) does it: a grapheme of fewer than six bytes becomes what the shortest rule makes of its
   * beginning, and the rest of it is lost; the characters of others are replaced one by one.
   * @see https://github.com/huggingface/spm_precompiled
   */
  graphemeParts(text: string, ends?: number[]): string[];
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Reads `precompiled_charsmap`: the length of a double array in bytes, the array (which finds UTF-8 keys), and the
 * replacements, each ended by a zero byte. Empty bytes mean no rules. Throws a TokenizerFilesError naming `fileName`
 * unless every replacement of the array lies in the bytes.
 * @see https://github.com/google/sentencepiece/blob/v0.2.0/src/normalizer.cc DecodePrecompiledCharsMap, NormalizePrefix
 */
export function parseCharsmap(fileName: string, bytes: Uint8Array): Charsmap {
  if (bytes.byteLength === 0) {
    const unchanged = (text: string, ends?: number[]): string[] => {
      const parts = Array.from(decoder.decode(encoder.encode(text)));
      let end = 0;
      if (ends) for (const part of parts) ends.push((end += part.length));
      return parts;
    };
    return { normalizedParts: unchanged, graphemeParts: unchanged };
  }
  const refuse = (problem: string): never => {
    throw new TokenizerFilesError(fileName, `its precompiled_charsmap is damaged: ${problem}`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const arrayBytes = bytes.byteLength < 8 ? 0 : view.getUint32(0, true);
  if (arrayBytes === 0 || arrayBytes % 4 !== 0 || 4 + arrayBytes >= bytes.byteLength) {
    refuse(`${bytes.byteLength} bytes cannot hold an array of ${arrayBytes} bytes and its replacements`);
  }
  const units = Int32Array.from({ length: arrayBytes / 4 }, (_, index) => view.getInt32(4 + 4 * index, true));
  const replacements = bytes.subarray(4 + arrayBytes);
  if (replacements.at(-1) !== 0) refuse("the last replacement has no end");
  for (const [index, unit] of units.entries()) {
    if (isLeaf(unit) || !hasLeaf(unit)) continue;
    const leaf = units[index ^ offset(unit)];
    if (leaf === undefined || value(leaf) >= replacements.length) refuse(`unit ${index} points beyond its end`);
  }
  const texts = new Map<number, string>();
  const replacement = (start: number): string => {
    let text = texts.get(start);
    if (text === undefined) {
      text = decoder.decode(replacements.subarray(start, replacements.indexOf(0, start)));
      texts.set(start, text);
    }
    return text;
  };

  /** Finds the longest key at `start` that ends where a character ends; returns its end and its replacement's start. */
  function longestKey(text: Uint8Array, start: number): { end: number; at: number } | undefined {
    let longest: { end: number; at: number } | undefined;
    let index = offset(units[0]!);
    for (let end = start; end < text.length;) {
      const byte = text[end++]!;
      index ^= byte;
      const unit = units[index];
      if (unit === undefined || label(unit) !== byte) break;
      index ^= offset(unit);
      if (hasLeaf(unit) && !isContinuation(text[end])) longest = { end, at: value(units[index]!) };
    }
    return longest;
  }

  /** The replacement of the shortest key that a text begins with. */
  function shortest(text: string): string | undefined {
    let index = offset(units[0]!);
    for (const byte of encoder.encode(text)) {
      index ^= byte;
      const unit = units[index];
      if (unit === undefined || label(unit) !== byte) return undefined;
      index ^= offset(unit);
      if (hasLeaf(unit)) return replacement(value(units[index]!));
    }
    return undefined;
  }

  return {
    graphemeParts(text, ends) {
      const parts: string[] = [];
      const push = (part: string, end: number): void => {
        parts.push(part);
        ends?.push(end);
      };
      for (const { segment, index } of graphemes.segment(text)) {
        const whole = encoder.encode(segment).length < 6 ? shortest(segment) : undefined;
        if (whole !== undefined) {
          push(whole, index + segment.length);
          continue;
        }
        let end = index;
        for (const character of segment) {
          end += character.length;
          push(shortest(character) ?? decoder.decode(encoder.encode(character)), end);
        }
      }
      return parts;
    },
    normalizedParts(text, ends) {
      const utf8 = encoder.encode(text);
      const parts: string[] = [];
      let units = 0;
      for (let start = 0; start < utf8.length;) {
        const key = longestKey(utf8, start);
        const end = key?.end ?? start + characterLength(utf8[start]!);
        parts.push(key ? replacement(key.at) : characterAt(utf8, start, end));
        if (ends) {
          for (let at = start; at < end; at += characterLength(utf8[at]!)) units += utf8[at]! < 0xf0 ? 1 : 2;
          ends.push(units);
        }
        start = end;
      }
      return parts;
    },
  };
}

/** Decodes one character; most are ASCII and need no decoder. */
const characterAt = (utf8: Uint8Array, start: number, end: number): string =>
  end - start === 1 ? String.fromCharCode(utf8[start]!) : decoder.decode(utf8.subarray(start, end));

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

const characterLength = (leadByte: number): number =>
  leadByte < 0x80 ? 1 : leadByte < 0xe0 ? 2 : leadByte < 0xf0 ? 3 : 4;
