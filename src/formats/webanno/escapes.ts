// Characters reserved in values: the separators of annotations, slots and ids, and the marks for "none" and "no value".
const values: readonly (readonly [string, string])[] = [
  ["\\", "\\\\"],
  ["[", "\\["],
  ["]", "\\]"],
  ["|", "\\|"],
  ["_", "\\_"],
  ["->", "\\->"],
  [";", "\\;"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["*", "\\*"],
];
const texts: readonly (readonly [string, string])[] = [
  ["\\", "\\\\"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\b", "\\b"],
];
const valueEscapes = new Map(values);
const textEscapes = new Map(texts);
const valuesByEscape = new Map(values.map(([value, escape]) => [escape, value]));
const textsByEscape = new Map(texts.map(([text, escape]) => [escape, text]));

export const escapeValue = (value: string): string =>
  value.replace(/->|[\\[\]|_;\t\n*]/g, (found) => valueEscapes.get(found) ?? found);

export const unescapeValue = (value: string): string =>
  value.replace(/\\(?:->|[\\[\]|_;tn*])/g, (found) => valuesByEscape.get(found) ?? found);

/** Escapes a text; control characters without an escape letter are kept, behind a backslash. */
export const escapeText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- see above
  text.replace(/[\\\u0000-\u001f]/g, (found) => textEscapes.get(found) ?? `\\${found}`);

export const unescapeText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- see above
  text.replace(/\\[\\tnfrb\u0000-\u001f]/g, (found) => textsByEscape.get(found) ?? found.slice(1));

/** The parts of a value between separators that are not escaped. */
export function splitEscaped(value: string, separator: string): string[] {
  if (!value.includes("\\")) return value.split(separator);
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === separator) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts;
}

/** Splits off the `[2]` at the end of a value, which numbers several annotations; the id is 0 without it. */
export function splitId(value: string): { readonly value: string; readonly id: string } {
  const start = value.lastIndexOf("[");
  const id = start === -1 ? undefined : /^\[(\d+(?:_\d+)?)\]$/.exec(value.slice(start))?.[1];
  if (id === undefined) return { value, id: "0" };
  let slashes = 0;
  while (value[start - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1 ? { value, id: "0" } : { value: value.slice(0, start), id };
}
