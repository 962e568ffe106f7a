const joins = /[\p{Script=Arabic}\p{Script=Syriac}]/u;

/** Keeps the forms of joined letters where a span cuts a word, by U+200D, which joins and is not seen. */
export function joined(text: string, before = "", after = ""): string {
  const last = (of: string): boolean => joins.test(of.slice(-1));
  const first = (of: string): boolean => joins.test(of.slice(0, 1));
  return (last(before) && first(text) ? "\u200d" : "") + text + (last(text) && first(after) ? "\u200d" : "");
}
