import type { Document } from "../corpus/document.ts";

/** Parts of a plain text that can be a document each. */
export const textUnits = ["line", "paragraph", "file"] as const;
export type TextUnit = (typeof textUnits)[number];

/** A plain text as documents, and how many there would be with each unit. */
export interface UnitedText {
  readonly documents: Document[];
  readonly unit: TextUnit;
  readonly counts: Readonly<Record<TextUnit, number>>;
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n(?:[^\S\n]*\n)+/)
    .filter((part) => part.trim() !== "")
    .map((part) => part.replace(/^\n+|\n+$/g, ""));

/** The end of a sentence, perhaps with a bracket or a quotation mark after it, in scripts that have one. */
const endsSentence = /[.!?…。！？؟।]["'”’»)\]]*\s*$/u;

/**
 * Cuts a plain text into documents. Without a unit, lines that mostly end as sentences do and have no empty line among them are
 * a document each; other texts, as an article of paragraphs or one whose lines are broken at a width, are one.
 */
export function unitsOfText(name: string, text: string, asked?: TextUnit): UnitedText {
  const plain = text.replaceAll(/\r\n?/g, "\n");
  const [lines, paragraphs] = [linesOf(plain), paragraphsOf(plain)];
  const counts = { line: lines.length, paragraph: paragraphs.length, file: 1 };
  const ended = lines.filter((line) => endsSentence.test(line)).length;
  const likely = lines.length > 1 && paragraphs.length === 1 && 2 * ended >= lines.length ? "line" : "file";
  const unit = asked ?? likely;
  const parts = unit === "file" ? [] : unit === "line" ? lines : paragraphs;
  const whole = [{ id: name, text, entities: [], relations: [] }];
  const documents = parts.map((part, i) => ({ id: `${name}:${i + 1}`, text: part, entities: [], relations: [] }));
  return { documents: documents.length > 0 ? documents : whole, unit, counts };
}
