import { quote } from "../../quote.ts";

/** Usual names of the columns of a pair, without letter case and signs. */
const otherNames = {
  text: [
    "text",
    "sentence",
    "sent",
    "context",
    "content",
    "document",
    "passage",
    "abstract",
    "raw",
    "tokens",
    "texte",
    "phrase",
    "satz",
  ],
  head: [
    "head",
    "subject",
    "subj",
    "e1",
    "entity1",
    "ent1",
    "head_entity",
    "source",
    "arg1",
    "from",
    "h",
    "entity_a",
    "span1",
    "mention1",
  ],
  tail: [
    "tail",
    "object",
    "obj",
    "e2",
    "entity2",
    "ent2",
    "tail_entity",
    "target",
    "arg2",
    "to",
    "t",
    "entity_b",
    "span2",
    "mention2",
  ],
  label: ["label", "relation", "rel", "predicate", "relation_type", "type", "class", "relationship", "category", "y"],
};

/** A name without letter case and signs, by which `Head type` is `head_type`. */
export const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/**
 * For each role, the column of the first row with one of its usual names; undefined unless text, head and tail are all
 * found.
 */
function guessColumns(header: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const [role, names] of Object.entries(otherNames)) {
    const column = names.flatMap((name) => header.filter((column) => plain(column) === plain(name)))[0];
    if (column === undefined && role !== "label") return undefined;
    if (column !== undefined && !/[,=]/.test(column)) parts.push(`${role}=${column}`);
  }
  return parts.join(",");
}

/** Advice for a table whose first row lacks columns that `fields`, or the format itself, asks for. */
export function columnAdvice(header: readonly string[], fields: string | undefined): string {
  const guess = guessColumns(header);
  if (fields !== undefined) {
    const meant = guess === undefined ? "" : ` Are these meant: --fields ${quote(guess, 200)}?`;
    return `The names in --fields are to be those of the first row, to the letter.${meant}`;
  }
  if (guess !== undefined) return `If these are its columns, name them: --fields ${quote(guess, 200)}.`;
  if (header.length < 3) return "A table of pairs has a text, a head and a tail on each row (docs/formats/csv.md).";
  return (
    "If a row holds a text and a pair of entities in it, say which column is which: " +
    "--fields text=COLUMN,head=COLUMN,tail=COLUMN,label=COLUMN (docs/formats/csv.md)."
  );
}
