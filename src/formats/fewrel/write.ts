import type { Document } from "../../corpus/document.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { pairRecords, relatedPairs } from "../pair-records.ts";
import { writtenTokens } from "../tokens.ts";
import { noRelation } from "./read.ts";

const noneLabels: ReadonlySet<string> = new Set([noRelation]);

/**
 * Groups the examples by relation, in order of first occurrence. The format needs them grouped, so they are held until
 * the end.
 */
async function groupByRelation(
  documents: AsyncIterable<Document>,
  { notices }: WriteContext,
): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  for await (const document of documents) {
    const { tokens, spans } = writtenTokens(document, notices);
    const words = tokens.map(({ start, end }) => document.text.slice(start, end));
    const entity = (position: number): unknown => {
      const { start, end } = spans[position]!;
      const mention = Array.from({ length: end - start }, (_, i) => start + i);
      return [words.slice(start, end).join(" "), "", [mention]];
    };
    for (const { head, tail, relation } of pairRecords(document, relatedPairs, notices, noneLabels)) {
      const example = JSON.stringify({ tokens: words, h: entity(head), t: entity(tail) });
      const group = groups.get(relation!.label);
      if (group) group.push(example);
      else groups.set(relation!.label, [example]);
    }
  }
  return groups;
}

async function* write(documents: AsyncIterable<Document>, context: WriteContext): AsyncGenerator<OutputPiece> {
  let before = "{\n";
  for (const [relation, examples] of await groupByRelation(documents, context)) {
    yield { text: `${before}${JSON.stringify(relation)}: [\n` };
    for (const [i, example] of examples.entries()) yield { text: i === 0 ? example : `,\n${example}` };
    yield { text: "\n]" };
    before = ",\n";
  }
  yield { text: before === "{\n" ? "{}\n" : "\n}\n" };
}

export const fewrelWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  holds: new Set(["overlapping-entities", "equal-spans", "both-directions"]),
  write,
};
