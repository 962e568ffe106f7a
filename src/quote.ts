/** Control, direction and format characters: they would break a line, or drive the terminal that shows it. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Foreign text made safe for one line of a message: unprintable characters become `\u{…}`. */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

// Not the joiners inside emoji and the marks of languages that are written from right to left.
const unprintableInLines = /[\u202a-\u202e\u2066-\u2069\p{Cs}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/gu;

/** Text of several lines made safe for people and terminals: control characters in it become `\u{…}`. */
export const printableLines = (text: string): string =>
  text.replace(unprintableInLines, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** Foreign text in quotation marks, on one line, cut after `limit` UTF-16 code units. */
export const quote = (text: string, limit = 60): string =>
  printable(JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text));

/** `a, b, c and 4 more`: the first `limit` of a list, in its order. */
export function listed(items: readonly string[], limit = 20): string {
  const shown = items.slice(0, limit).join(", ");
  return items.length > limit ? `${shown} and ${items.length - limit} more` : shown;
}

/** `1 label`, `2 labels` */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The last name of a path, as `basename` of node:path gives it; browsers have no such module. */
export const lastOf = (path: string): string =>
  path
    .replace(/[\\/]+$/, "")
    .split(/[\\/]/)
    .at(-1)!;
