import type { SourceLocation } from "../../errors.ts";
import type { Document, Relation, Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { Line } from "../source/lines.ts";
import { quote } from "../../corpus/quote.ts";
import type { AnnotationFormat } from "../format.ts";

/** Of the format, not a setting: the label of a pair with none of the nine relations. */
const otherLabel = "Other";

const recordStart = /^\s*\d+\t/;
const isComment = (line: Line): boolean => line.text.startsWith("Comment:");

type RecordLines = [Line, ...Line[]];

/** Line groups `id and sentence, label, comment`; blank lines are gone already, and a comment may be missing. */
async function* groupRecords(lines: AsyncIterable<Line>): AsyncGenerator<RecordLines> {
  let record: RecordLines | undefined;
  for await (const line of lines) {
    if (!record) record = [line];
    else if (recordStart.test(line.text) || isComment(record.at(-1)!)) {
      yield record;
      record = [line];
    } else record.push(line);
  }
  if (record) yield record;
}

/** The text without its tags, and the spans they marked as [e1, e2]. */
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

function parseLabel(label: string, at: SourceLocation): Relation[] {
  if (label === otherLabel) return [];
  const match = /^(.*\S)\s*\((e1,e2|e2,e1)\)$/.exec(label);
  if (!match) throw new RecordError("a label Rel(e1,e2), Rel(e2,e1) or Other", quote(label), at);
  const [head, tail] = match[2] === "e1,e2" ? [0, 1] : [1, 0];
  return [{ head, tail, label: match[1]! }];
}

function parseRecord(record: RecordLines): Document {
  for (const { problem } of record) if (problem) throw problem;
  const [sentence, label, comment, ...more] = record;
  const match = /^\s*(\d+)\t\s*"(.*)"\s*$/.exec(sentence.text);
  if (!match) throw new RecordError("a number, a tab and a sentence in quotes", quote(sentence.text), sentence.at);
  if (!label || isComment(label)) throw new RecordError("a label under the sentence", "none", sentence.at);
  const surplus = comment && !isComment(comment) ? comment : more[0];
  if (surplus) throw new RecordError("Comment: or the next record", quote(surplus.text), surplus.at);

  const { text, spans } = parseTags(match[2]!, sentence.at);
  return {
    id: match[1]!,
    text,
    entities: spans.map((span) => ({ ...span, type: "" })),
    relations: parseLabel(label.text.trim(), label.at),
    source: sentence.at,
  };
}

/**
 * SemEval-2010 Task 8 (Hendrickx et al. 2010). The entities are [e1, e2] without type; `Rel(e2,e1)` is `Rel` from e2
 * to e1, so that nine relations are learnt in two directions; `Other` is no relation.
 */
export const semeval2010: AnnotationFormat = {
  name: "semeval2010",
  description:
    'semeval2010: SemEval-2010 Task 8, a line 1<TAB>"… <e1>…</e1> … <e2>…</e2> …" with its label on the next',
  detects: (head) => /^\uFEFF?\s*\d+\t.*<e[12]>/m.test(head),
  async *read(file, context) {
    for await (const record of groupRecords(file.lines())) {
      const document = context.record(record[0].at, () => parseRecord(record));
      if (document) yield document;
    }
  },
};
