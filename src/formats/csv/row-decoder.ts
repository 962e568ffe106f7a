import { EncodingError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";
import { likelyEncoding, windows1252Text } from "../source/encoding.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes for which Windows-1252 has no character: a text with them is in another encoding. */
const withoutCharacter = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

const utf8Characters = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/gu;

/**
 * Whether bytes can be a western text. In the fields with letters beyond ASCII these are fewer than those of ASCII, while in Cyrillic,
 * Greek or Chinese encodings they are more. And no more of them stand together as a character of UTF-8 than stand otherwise: `É»` at
 * the end of a quotation does, with the `«` before it, but a table with more of them is in UTF-8 with a broken byte.
 */
function mayBeWestern(fields: readonly Buffer[]): boolean {
  const counts = { ascii: 0, beyond: 0, characters: 0, within: 0 };
  for (const field of fields) {
    if (field.every((byte) => byte < 0x80)) continue;
    for (const byte of field) {
      if (withoutCharacter.has(byte)) return false;
      if (byte >= 0x80) counts.beyond++;
      else if (isLetter(byte)) counts.ascii++;
    }
    for (const [character] of field.toString("latin1").matchAll(utf8Characters)) {
      counts.characters++;
      counts.within += character.length;
    }
  }
  return counts.beyond <= counts.ascii && counts.characters <= counts.beyond - counts.within;
}

/**
 * Decodes the rows of a table in turn. Excel saves CSV in Windows-1252 (a superset of Latin-1) unless asked for UTF-8:
 * the first row with a character beyond ASCII decides which of the two the file is in.
 */
export class RowDecoder {
  #decided: "utf-8" | "windows-1252" | undefined;
  readonly #assume: (at: SourceLocation) => void;

  /** @param assume called with the first row that is read as Windows-1252 */
  constructor(assume: (at: SourceLocation) => void) {
    this.#assume = assume;
  }

  /** @throws EncodingError for a row that is in neither encoding, or not in the one that an earlier row was in */
  decode(fields: readonly Buffer[], at: SourceLocation): string[] {
    if (this.#decided !== "windows-1252") {
      try {
        const decoded = fields.map((field) => utf8.decode(field));
        if (decoded.some((text, i) => text.length !== fields[i]!.length)) this.#decided = "utf-8";
        return decoded;
      } catch {
        if (this.#decided === "utf-8") throw new EncodingError(at);
      }
    }
    if (!mayBeWestern(fields)) throw new EncodingError(at, unless1252(fields));
    if (this.#decided === undefined) this.#assume(at);
    this.#decided = "windows-1252";
    return fields.map(windows1252Text);
  }
}

/** The likely encoding of bytes that are not western text; undefined if unknown. */
function unless1252(fields: readonly Buffer[]): string | undefined {
  const likely = likelyEncoding(Buffer.concat(fields));
  return likely === "WINDOWS-1252" ? undefined : likely;
}
