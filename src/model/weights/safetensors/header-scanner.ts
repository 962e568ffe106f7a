import { CheckpointError, quote } from "../../checkpoint-error.ts";

/** One tensor's entry as written; its numbers are unchecked bigints, since 64 bits do not fit a JavaScript number. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly bigint[];
  readonly begin: bigint;
  readonly end: bigint;
}

export interface ScannedHeader {
  readonly metadata: Map<string, string>;
  readonly tensors: Map<string, HeaderEntry>;
  readonly warnings: readonly string[];
}

/** The most entries: more than any model has, few enough to be read at once. */
export const maxEntries = 100_000;
/** The most dimensions, as in NumPy and PyTorch. */
const maxRank = 64;
const maxDigits = String(2n ** 64n).length;
const code = { quote: 34, backslash: 92, zero: 48, nine: 57 } as const;

/**
 * Reads a safetensors header by its own grammar rather than by JSON.parse, which keeps the last of two equal keys,
 * rounds numbers above 2^53 and builds whatever nesting it is given:
 * `{ "__metadata__"?: { name: string }, name: { "dtype": string, "shape": [n...], "data_offsets": [n, n] }, ... }`
 * @throws CheckpointError at the first character that does not fit.
 */
export function scanHeader(text: string, file: string): ScannedHeader {
  let at = 0;

  const fail = (expected: string, tensor?: string): never => {
    const found = at < text.length ? `${quote(text.slice(at, at + 24))} at character ${at}` : "its end";
    throw new CheckpointError("bad safetensors header", { file, tensor, expected, found });
  };
  const skipSpace = (): void => {
    while (at < text.length && " \t\n\r".includes(text[at]!)) at++;
  };
  const take = (char: string): boolean => {
    skipSpace();
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const demand = (char: string): void => {
    if (!take(char)) fail(quote(char));
  };

  const string = (): string => {
    skipSpace();
    const start = at;
    if (text.charCodeAt(at) !== code.quote) fail("a string");
    for (at++; at < text.length && text.charCodeAt(at) !== code.quote; at++) {
      if (text.charCodeAt(at) === code.backslash) at++;
    }
    if (at >= text.length) fail("the end of a string");
    at++;
    try {
      const value: unknown = JSON.parse(text.slice(start, at));
      if (typeof value === "string" && !/\p{Surrogate}/u.test(value)) return value;
    } catch {} // reported below
    at = start;
    return fail("a string of valid escapes and characters");
  };
  const wholeNumber = (): bigint => {
    skipSpace();
    const start = at;
    while (text.charCodeAt(at) >= code.zero && text.charCodeAt(at) <= code.nine && at - start <= maxDigits) at++;
    const digits = text.slice(start, at);
    const isWhole = digits !== "" && !(digits[0] === "0" && digits.length > 1) && !".eE".includes(text[at] ?? " ");
    if (isWhole && digits.length <= maxDigits && BigInt(digits) < 2n ** 64n) return BigInt(digits);
    at = start;
    return fail("a whole number from 0 to 2^64 - 1");
  };
  const wholeNumbers = (): bigint[] => {
    const numbers: bigint[] = [];
    demand("[");
    if (take("]")) return numbers;
    do {
      if (numbers.length === maxRank) fail(`at most ${maxRank} numbers in a list`);
      numbers.push(wholeNumber());
    } while (take(","));
    demand("]");
    return numbers;
  };
  const members = (visit: (key: string) => void): void => {
    const seen = new Set<string>();
    demand("{");
    if (take("}")) return;
    do {
      skipSpace();
      const start = at;
      const key = string();
      if (seen.has(key)) {
        at = start;
        fail("each key once");
      }
      if (seen.size === maxEntries) fail(`at most ${maxEntries} entries`);
      seen.add(key);
      demand(":");
      visit(key);
    } while (take(","));
    demand("}");
  };
  const entry = (name: string): HeaderEntry => {
    let dtype: string | undefined;
    let shape: bigint[] | undefined;
    let offsets: bigint[] | undefined;
    members((field) => {
      if (field === "dtype") dtype = string();
      else if (field === "shape") shape = wholeNumbers();
      else if (field === "data_offsets") offsets = wholeNumbers();
      else fail(`only the fields dtype, shape and data_offsets, not ${quote(field)}`, name);
    });
    const [begin, end, ...rest] = offsets ?? [];
    if (dtype === undefined || shape === undefined || begin === undefined || end === undefined || rest.length > 0) {
      return fail("the fields dtype, shape and two data_offsets before this", name);
    }
    return { dtype, shape, begin, end };
  };

  const metadata = new Map<string, string>();
  const tensors = new Map<string, HeaderEntry>();
  const warnings = text.startsWith("{") ? [] : [`${file}: the safetensors header does not begin with "{"`];
  members((name) => {
    if (name === "__metadata__") members((key) => metadata.set(key, string()));
    else tensors.set(name, entry(name));
  });
  skipSpace();
  if (at < text.length) fail("nothing but spaces after the header");
  return { metadata, tensors, warnings };
}
