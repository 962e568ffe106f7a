import { z } from "zod";
import type { Document, Span } from "../../corpus/document.ts";
import { RecordError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { jsonDocuments } from "../json-documents.ts";
import { checkRecord, describe, parseRecord } from "../source/json-line.ts";
import type { JsonRecord } from "../source/json-records.ts";
import type { SourceFile } from "../source/source-file.ts";
import { saysNothing } from "../source/unread-keys.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

/** The format's own label of a pair without a relation; not a setting. */
export const noRelation = "NA";

// A mention is a list of token positions. The name is in lower case and does not always match the tokens.
const entity = z.tuple([z.unknown(), z.unknown(), z.array(z.array(z.int()).min(1)).min(1)]);
const example = z.object({ tokens: z.array(z.string()), h: entity, t: entity });
/** The object around the examples. */
const relations = z.record(z.string(), z.array(z.unknown()));

function parseDocument(id: string, relation: string, record: JsonRecord, notices: NoticeLog): RawDocument {
  const at = { ...record.at, name: `id ${quote(id, 40)}` };
  const { tokens, h, t } = parseRecord(example, { ...record, at }, { notices });
  const { text, span } = joinTokens(restoreTokens(tokens, notices, at));
  for (const [, item] of [h, t]) {
    if (saysNothing(item)) continue;
    const message = "ids of entities in a knowledge base, which are not read";
    notices.lose("entity-ids", message, { ...at, detail: quote(String(item), 30) }, { other: 1 });
  }
  const mention = ([, , [first, ...further]]: z.infer<typeof entity>): Span => {
    for (const later of further) {
      const detail = `tokens ${later.join(", ")} of ${id}`;
      const message = "mentions after the first of their entity, left out";
      notices.lose("later-mentions", message, { ...at, detail }, { annotations: 1 });
    }
    const [start, last] = [Math.min(...first!), Math.max(...first!)];
    if (last - start + 1 > new Set(first).size) {
      const detail = `tokens ${first!.join(", ")} of ${id}`;
      notices.add("discontinuous", "mentions in several pieces, read as the whole between their ends", {
        ...at,
        detail,
      });
    }
    return span(start, last + 1);
  };
  return {
    id,
    text,
    entities: [h, t].map((entity) => ({ ...mention(entity), type: "" })),
    relations: relation === noRelation ? [] : [{ head: 0, tail: 1, label: relation }],
    source: at,
    isOnePair: true,
    met: { entities: 2, relations: relation === noRelation ? 0 : 1 },
  };
}

/**
 * Reads the examples of a file, relation by relation, each as a document of [head, tail] with the id `<relation>-<i>`.
 */
export async function* readFewRel(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const counts = new Map<string, number>();
  const options = {
    isWrapping: () => true,
    reportWrapping: (around: JsonRecord) => void checkRecord(relations, around),
  };
  yield* jsonDocuments(file, context, options, (record, notices) => {
    const { key: relation } = record;
    if (relation === undefined) {
      checkRecord(relations, record);
      throw new RecordError("lists of examples by relation", describe(record.value), record.at);
    }
    const count = counts.get(relation) ?? 0;
    counts.set(relation, count + 1);
    return parseDocument(`${relation}-${count}`, relation, record, notices);
  });
}
