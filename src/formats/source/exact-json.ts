// Matches whole numbers, since the digits of a fraction or an exponent are no integer.
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const integer = /^-?\d+$/;
// An exponent of three digits, which may be out of range: JSON.parse makes 1e400 infinite, which is written as null, and 1e-400 zero.
const longExponent = /\d[eE][+-]?\d{3}/;
// The same where a number may begin. Ids in hexadecimal often match the first, which is the faster of the two.
const numberWithLongExponent = /(?:^|[\s:,[])-?\d+(?:\.\d+)?[eE][+-]?\d{3}/;

/** Whether a number of JSON is the same number in JavaScript; a fraction may be rounded. */
function isHeld(digits: string): boolean {
  const value = Number(digits);
  if (integer.test(digits)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && (value !== 0 || !/^-?[0.]*[1-9]/.test(digits));
}

/** A value, and the number of its numbers that are kept as strings. */
export interface ExactJson {
  readonly value: unknown;
  readonly keptAsStrings: number;
}

/**
 * Like JSON.parse, but integers that JavaScript cannot represent exactly (beyond 2^53) are kept as strings of digits:
 * ids of tweets and database rows are often so large, and two of them must not become equal. So are numbers out of its
 * range, such as 1e400.
 * @throws {SyntaxError} as JSON.parse
 */
export function parseExactJson(text: string): ExactJson {
  const value: unknown = JSON.parse(text);
  if (!holdsLongNumber(text) && !(longExponent.test(text) && numberWithLongExponent.test(text))) {
    return { value, keptAsStrings: 0 };
  }
  let keptAsStrings = 0;
  const quoted = outsideStrings(text, (part) =>
    part.replace(number, (digits) => {
      if (isHeld(digits)) return digits;
      keptAsStrings++;
      return `"${digits}"`;
    }),
  );
  return keptAsStrings === 0 ? { value, keptAsStrings } : { value: JSON.parse(quoted), keptAsStrings };
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Whether a number may begin at this position, which holds a digit. */
function mayBeginNumber(text: string, at: number): boolean {
  const before = text[at - 1] === "-" ? at - 2 : at - 1;
  return before < 0 || " \n\r\t:,[".includes(text[before]!);
}

/**
 * Whether a number of 16 digits or more may stand in the text. Every 16th character is looked at first, since each such row of
 * digits holds one. Rows within a string are often ids, which a quotation mark or a letter precedes.
 */
function holdsLongNumber(text: string): boolean {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let [first, end] = [at, at + 1];
    while (first > 0 && isDigit(text.charCodeAt(first - 1))) first--;
    while (end < text.length && isDigit(text.charCodeAt(end))) end++;
    if (end - first >= 16 && mayBeginNumber(text, first)) return true;
    at += (((end - 1 - at) / 16) | 0) * 16;
  }
  return false;
}

/** Applies `replace` to the text of valid JSON outside of its strings, in linear time. */
function outsideStrings(text: string, replace: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('"', at);
    if (open < 0) break;
    let close = text.indexOf('"', open + 1);
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
    parts.push(replace(text.slice(at, open)), text.slice(open, close + 1));
    at = close + 1;
  }
  parts.push(replace(text.slice(at)));
  return parts.join("");
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}
