import type { SourceLocation } from "../../errors.ts";
import type { Relation, Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { RawDocument } from "../format.ts";
import type { Line } from "../source/lines.ts";

// The records that SemEval-2010 Task 8 and KBP37 have in common: a number, a tab and a sentence in quotes with the tags
// <e1> and <e2>; on the next line `Rel(e1,e2)`, `Rel(e2,e1)` or the format's own label for none.

const recordStart = /^\s*\d+\t/;
const isComment = (line: Line): boolean => line.text.startsWith("Comment:");

export type RecordLines = readonly [Line, ...Line[]];

/**
 * Groups lines into records of `id and sentence`, `label` and `comment`; blank lines are already removed, and the
 * comment may be missing.
 */
export async function* groupRecords(lines: AsyncIterable<Line>): AsyncGenerator<RecordLines> {
  let record: [Line, ...Line[]] | undefined;
  for await (const line of lines) {
    if (!record) record = [line];
    else if (recordStart.test(line.text) || isComment(record.at(-1)!)) {
      yield record;
      record = [line];
    } else record.push(line);
  }
  if (record) yield record;
}

/** The text without its tags, and the spans that they marked, as [e1, e2]. */
function parseTags(marked: string, at: SourceLocation): { text: string; spans: [Span, Span] } {
  const offsets = new Map<string, number>();
  let text = "";
  for (const piece of marked.split(/(<\/?e[12]>)/)) {
    if (!/^<\/?e[12]>$/.test(piece)) text += piece;
    else if (offsets.has(piece)) throw new RecordError(`one ${piece} in the sentence`, "more than one", at);
    else offsets.set(piece, text.length);
  }
  const offset = (tag: string): number => {
    const found = offsets.get(tag);
    if (found === undefined) throw new RecordError(`${tag} in the sentence`, `none in ${quote(marked)}`, at);
    return found;
  };
  const span = (name: string): Span => ({ start: offset(`<${name}>`), end: offset(`</${name}>`) });
  return { text, spans: [span("e1"), span("e2")] };
}

function parseLabel(label: string, noRelation: string, at: SourceLocation): Relation[] {
  if (label === noRelation) return [];
  const match = /^(.*\S)\s*\((e1,e2|e2,e1)\)$/.exec(label);
  if (!match) throw new RecordError(`a label Rel(e1,e2), Rel(e2,e1) or ${noRelation}`, quote(label), at);
  const [head, tail] = match[2] === "e1,e2" ? [0, 1] : [1, 0];
  return [{ head, tail, label: match[1]! }];
}

export interface TaggedRecordOptions {
  /** Label of a pair without any of the format's relations. */
  readonly noRelation: string;
  /** Applied to the sentence between its quotes before its tags are parsed. */
  readonly tidy?: (marked: string) => string;
}

/** The document of one record, its entities [e1, e2]. @throws {RecordError} */
export function parseTaggedRecord(
  record: RecordLines,
  { noRelation, tidy = (marked) => marked }: TaggedRecordOptions,
): RawDocument {
  for (const { problem } of record) if (problem) throw problem;
  const [sentence, label, comment, ...more] = record;
  const match = /^\s*(\d+)\t\s*"(.*)"\s*$/s.exec(sentence.text);
  if (!match) throw new RecordError("a number, a tab and a sentence in quotes", quote(sentence.text), sentence.at);
  if (!label || isComment(label)) throw new RecordError("a label under the sentence", "none", sentence.at);
  const surplus = comment && !isComment(comment) ? comment : more[0];
  if (surplus) throw new RecordError("Comment: or the next record", quote(surplus.text), surplus.at);

  const { text, spans } = parseTags(tidy(match[2]!), sentence.at);
  return {
    id: match[1]!,
    text,
    entities: spans.map((span) => ({ ...span, type: "" })),
    relations: parseLabel(label.text.trim(), noRelation, label.at),
    source: sentence.at,
    isOnePair: true,
  };
}

const recordHead = /^\uFEFF?\s*\d+\t\s*".*<e[12]>/m;

/** The format of tagged records that the beginning of a file shows; undefined if neither. */
export function taggedFormat(head: string): "semeval2010" | "kbp37" | undefined {
  if (!recordHead.test(head)) return undefined;
  if (/^(?:Other|Comment:.*)\s*$/m.test(head)) return "semeval2010";
  if (/^(?:no_relation|(?:per|org):[^\s()]+\((?:e1,e2|e2,e1)\))\s*$/m.test(head)) return "kbp37";
  // KBP37 has spaces inside its tags, which in SemEval would be part of the entity.
  const tags = head.match(/<e[12]>./g)?.length ?? 0;
  const tagsWithBlank = head.match(/<e[12]>\s/g)?.length ?? 0;
  return tagsWithBlank > tags / 2 ? "kbp37" : "semeval2010";
}
