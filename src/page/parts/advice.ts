import { t } from "../words/language.ts";

/** A flag of the command line, but not one that is quoted as part of a text. */
const flag = /(?<![\w"-])--[a-z][a-z-]*/;
const command = /`relata [^`]*`/;

/** Sentences of the readers for whom a terminal is at hand, and what the same reader of a page can do. */
const known: readonly (readonly [RegExp, (words: typeof t.value, ...found: string[]) => string])[] = [
  [/`relata data formats` lists the formats that are read\./g, (words) => words.advice.formats],
  [
    /(?:If a row holds a text and a pair of entities in it, say which column is which: )?--fields text=COLUMN,head=COLUMN,tail=COLUMN,label=COLUMN\.?/g,
    (words) => words.advice.columns,
  ],
  [/Name the one that does: --fields label=COLUMN\./g, (words) => words.advice.labelColumn],
  [
    /If these are its columns, name them: --fields "?([^\s"]+?)"?\.(?=\s|$)/g,
    (words, _, given = "") => words.advice.rename(given.split(",")),
  ],
  [/, or name it: --fields "?label=[^"]*?"?(?=\.(?:\s|$))/g, () => ""],
  [
    /Entities have to be given, in training and to a model of relations alone; a model trained with --task entities finds them in bare text\. Annotate the text with a tool, or give it as JSON Lines: \{.*?\]\]\}\./g,
    (words) => words.advice.plainText,
  ],
  [/Choose: --annotator .*$/gs, (words) => words.advice.oneAnnotator],
  [
    /Send fewer of them, or allow more time: x-timeout-ms of the request, --deadline of the server\./g,
    (words) => words.advice.shorter,
  ],
];

/** A message of a server or a reader, with advice for somebody who has this page alone. */
export function forPage(message: string): string {
  const words = t.value;
  // Documents of the repository are no addresses here.
  let text = message.replaceAll(/ \((?:see )?docs\/[^)]*\)/g, "").replaceAll(/ \((?:see )?--[^()]*\)/g, "");
  for (const [sentence, advice] of known)
    text = text.replaceAll(sentence, (...found: string[]) => advice(words, ...found));
  const sentences = text.split(/(?<=[.!?])\s+(?=[A-Z`-])/);
  // A whole command to convert a file helps: its reader has the file, and may have Relata.
  const isHelp = (one: string): boolean =>
    one.includes("relata data convert ") || !(flag.test(one) || command.test(one));
  const left = sentences.filter(isHelp);
  return left.length === sentences.length ? text : [...left, words.advice.mend].join(" ");
}

/**
 * A note of reading: all of it but the hint at a setting, since it says what was lost, and but the folders of the machine
 * that serves, which say nothing to somebody who looks at a page.
 */
export const noteForPage = (note: string): string =>
  note
    .replaceAll(/ \((?:see )?--[^()]*\)/g, "")
    .replace(/[;,] [^;,:]*(?<![\w"-])--[a-z][^:]*(?=: \d)/, "")
    .replaceAll(/(?<=\b(?:at|in) |\), )(?:[A-Z]:)?(?:[\\/][^\s\\/:]+)+[\\/](?=[^\s\\/]+:\d)/g, "");
