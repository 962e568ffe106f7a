/** Markup that is safe to put into a page as it is. Only the `html` template makes it. */
export interface Html {
  readonly markup: string;
}

export type HtmlChild = Html | string | number | undefined | readonly HtmlChild[];

/** A template that escapes every value which is not itself `Html`; lists are joined, undefined is nothing. */
export const html = (strings: TemplateStringsArray, ...values: readonly HtmlChild[]): Html => ({
  markup: strings.map((text, i) => text + (i < values.length ? markupOf(values[i]) : "")).join(""),
});

function markupOf(value: HtmlChild): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "markup" in value ? value.markup : value.map(markupOf).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or a quoted attribute. Control characters that HTML forbids become U+FFFD. */
export const escapeHtml = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u0008\u000b\u000e-\u001f]/g, "\uFFFD").replaceAll(/[&<>"']/g, (char) => entities[char]!);
