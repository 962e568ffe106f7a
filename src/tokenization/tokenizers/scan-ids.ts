import { idLimit } from "./bpe-files.ts";

/**
 * Reads the wanted names of a JSON object of names to ids; only names that begin with a square bracket can be wanted.
 * All of the text is checked, but the other names never become strings.
 * @returns undefined for anything but an object of ids from 0 on, each a plain number: `parseIds` may still read it, and
 * reports the problem if it cannot
 */
export function scanIds(text: string, isWanted: (name: string) => boolean): Map<string, number> | undefined {
  const kept = new Map<string, number>();
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== code.open) return undefined;
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === code.close) return skipSpace(text, at + 1) === text.length ? kept : undefined;
  for (;;) {
    const nameStart = at;
    at = skipString(text, at);
    if (at < 0) return undefined;
    const nameEnd = at;
    at = skipSpace(text, at);
    if (text.charCodeAt(at) !== code.colon) return undefined;
    at = skipSpace(text, at + 1);

    const idStart = at;
    let id = 0;
    let digit = text.charCodeAt(at) - code.zero;
    for (; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - code.zero) id = id * 10 + digit;
    const hasLeadingZero = at > idStart + 1 && text.charCodeAt(idStart) === code.zero;
    if (at === idStart || hasLeadingZero || id >= idLimit) return undefined;
    const first = text.charCodeAt(nameStart + 1);
    // A bracket may also be written as an escape.
    if (first === code.bracket || first === code.backslash) {
      const name = JSON.parse(text.slice(nameStart, nameEnd)) as string;
      if (isWanted(name)) kept.set(name, id);
    }

    at = skipSpace(text, at);
    const separator = text.charCodeAt(at);
    if (separator === code.close) return skipSpace(text, at + 1) === text.length ? kept : undefined;
    if (separator !== code.comma) return undefined;
    at = skipSpace(text, at + 1);
  }
}

const code = {
  open: 0x7b,
  close: 0x7d,
  colon: 0x3a,
  comma: 0x2c,
  quote: 0x22,
  backslash: 0x5c,
  bracket: 0x5b,
  zero: 0x30,
  space: 0x20,
  u: 0x75,
} as const;

const isHexDigit = (unit: number): boolean =>
  (unit >= code.zero && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66);

/** JSON's four white-space characters. */
function skipSpace(text: string, at: number): number {
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at++;
  }
}

/** The index after the JSON string that starts here; −1 if there is none. */
function skipString(text: string, at: number): number {
  if (text.charCodeAt(at) !== code.quote) return -1;
  for (at++; ;) {
    const unit = text.charCodeAt(at);
    if (unit === code.quote) return at + 1;
    // The code past the end is NaN and fails here.
    if (!(unit >= code.space)) return -1;
    if (unit !== code.backslash) at++;
    else if (text.charCodeAt(at + 1) === code.u) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(text.charCodeAt(digit))) return -1;
      at += 6;
    } else if ('"\\/bfnrt'.includes(text.charAt(at + 1)) && at + 1 < text.length) at += 2;
    else return -1;
  }
}
