import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import { isTag } from "../tags.ts";
import type { Line } from "../source/lines.ts";
import { docStart, globalColumns, split, type Columns } from "./columns.ts";

export interface Row {
  readonly token: string;
  /** One tag for each column of tags. */
  readonly tags: readonly string[];
}

/** Rows between two blank lines, with the comments above them. */
export interface Sentence {
  readonly at: Line["at"];
  /** Values of comments `# name = value` by name; the first of each. */
  readonly comments: ReadonlyMap<string, string>;
  /** Comments of a name that an earlier one has. */
  readonly repeated: readonly { readonly name: string; readonly value: string }[];
  /** @throws {RecordError} for a row with another number of columns */
  readonly rows: () => Row[];
  /**
   * Number of documents that began before it with -DOCSTART- or `# newdoc`; 0 if the file does not separate documents.
   */
  readonly document: number;
}

const comment = /^#\s*([^=]*?)\s*(?:= ?(.*))?$/s;
/** Maximal number of rows without a blank line; more are no sentence. */
const maxRows = 1_000_000;

/** Whether a line is a comment: a row may begin with the token #, so a comment is a line with # that is no row. */
const isComment = (text: string, { count, separator, tags }: Columns): boolean => {
  if (!text.startsWith("#")) return false;
  const fields = split(text, separator);
  return fields.length !== count || tags.length === 0 || !tags.every((i) => isTag(fields[i]!));
};

function parseRow({ text, at, problem }: Line, { count, separator, token, tags }: Columns): Row {
  if (problem) throw problem;
  const fields = split(text, separator);
  if (fields.length === count) return { token: fields[token]!, tags: tags.map((i) => fields[i]!.trim()) };
  throw new RecordError(`a row of ${count} columns, as the file begins with`, `${fields.length} in ${quote(text)}`, at);
}

/** The sentences of a file; a file without blank lines is one sentence. */
export async function* sentencesOf(lines: AsyncIterable<Line>, columns: Columns): AsyncGenerator<Sentence> {
  let comments = new Map<string, string>();
  let repeated: { name: string; value: string }[] = [];
  let rows: Line[] = [];
  let first: Line["at"] | undefined;
  let documents = 0;
  let previous = 0;
  let isHeader = columns.hasHeader;
  const finish = (): Sentence[] => {
    const [at, found, named, again] = [first, rows, comments, repeated];
    [first, rows, comments, repeated] = [undefined, [], new Map(), []];
    const saysText = named.has("text") && (named.has("sentence_id") || named.has("sent_id"));
    if (!at || (found.length === 0 && !saysText)) return [];
    const parseRows = (): Row[] => found.map((line) => parseRow(line, columns));
    return [{ at, comments: named, repeated: again, rows: parseRows, document: documents }];
  };
  for await (const line of lines) {
    if (line.at.line > previous + 1) yield* finish();
    previous = line.at.line;
    if (docStart.test(line.text)) {
      yield* finish();
      documents++;
      continue;
    }
    if (globalColumns.test(line.text)) continue;
    first ??= line.at;
    if (!isComment(line.text, columns)) {
      if (isHeader) {
        isHeader = false;
        first = undefined;
        continue;
      }
      rows.push(line);
      if (rows.length > maxRows)
        throw new RecordError("a blank line after each sentence", `${maxRows} rows without one`, first);
      continue;
    }
    const [, name = "", value] = comment.exec(line.text) ?? [];
    if (/^newdoc\b/.test(name)) documents++;
    if (!comments.has(name)) comments.set(name, value ?? "");
    else repeated.push({ name, value: value ?? "" });
  }
  yield* finish();
}
