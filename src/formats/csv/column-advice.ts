import { closest } from "../../corpus/closest.ts";
import { listed, quote } from "../../quote.ts";

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

type Role = keyof typeof otherNames;

/** A column that may be meant for a role, and the name that it has or resembles. */
interface Likely {
  readonly column: string;
  readonly name: string;
  readonly isAlike: boolean;
}

/** The column with one of the usual names of a role, or else with a name spelled nearly so; undefined if there is none. */
function likelyColumn(role: Role, header: readonly string[]): Likely | undefined {
  const names = otherNames[role];
  for (const name of names) {
    const column = header.find((column) => plain(column) === plain(name));
    if (column !== undefined) return { column, name, isAlike: true };
  }
  for (const column of header) {
    const name = closest(plain(column), names);
    if (name !== undefined) return { column, name, isAlike: false };
  }
  return undefined;
}

/** Columns whose name has one of these signs cannot be named in `--fields`. */
const isNameable = (column: string): boolean => !/[,=]/.test(column);

/**
 * For each role, the column of the first row that is likely meant for it; undefined unless text, head and tail are all
 * found.
 */
function guessColumns(header: readonly string[]): string | undefined {
  const parts: string[] = [];
  const free = new Set(header);
  for (const role of Object.keys(otherNames) as Role[]) {
    const likely = likelyColumn(role, [...free]);
    if (likely === undefined && role !== "label") return undefined;
    if (likely === undefined) continue;
    free.delete(likely.column);
    if (isNameable(likely.column)) parts.push(`${role}=${likely.column}`);
  }
  return parts.join(",");
}

/**
 * Advice for a table without a column of labels: `found` says which column may be meant for it, or which columns there
 * are.
 */
export function labelColumnAdvice(header: readonly string[]): { found: string; next: string } {
  const none = 'If none of its pairs is related, give it an empty column "label".';
  const roles = ["text", "head", "tail", "head_type", "tail_type", "id", "probability"].map(plain);
  const likely = likelyColumn(
    "label",
    header.filter((column) => !roles.includes(plain(column))),
  );
  const columns = `its columns are ${listed(header.map((name) => quote(name, 30)))}`;
  if (likely === undefined) return { found: columns, next: `Name the one that does: --fields label=COLUMN. ${none}` };
  const { column, name, isAlike } = likely;
  const looks = isAlike ? "may be meant for it" : `looks like ${quote(name)}`;
  const flag = isNameable(column) ? `, or name it: --fields ${quote(`label=${column}`)}` : "";
  return { found: `column ${quote(column, 30)} ${looks}; ${columns}`, next: `Rename it to "label"${flag}. ${none}` };
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
