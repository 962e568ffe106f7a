import { z } from "zod";
import type { Document, Span } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { parseJsonLine } from "../source/json-line.ts";
import type { SourceFile } from "../source/source-file.ts";
import { joinTokens, restoreTokens } from "../tokens.ts";

/** Of the format, not a setting: the relation of a pair that has none. */
export const noRelation = "NA";

// A mention is the list of its tokens' positions. The name is in lower case and not always that of the tokens.
const entity = z.tuple([z.unknown(), z.unknown(), z.array(z.array(z.int()).min(1)).min(1)]);
const example = z.object({ tokens: z.array(z.string()), h: entity, t: entity });
const examples = z.record(z.string(), z.array(z.unknown()));
const oneExample = z.record(z.string(), example);

function parseDocument(
  id: string,
  relation: string,
  json: unknown,
  at: SourceLocation,
  notices: NoticeLog,
): RawDocument {
  // With its id for a key, so that an error says which example it is about.
  const parsed = parseJsonLine(oneExample, JSON.stringify({ [id]: json }), at);
  const { tokens, h, t } = parsed[id]!;
  const { text, span } = joinTokens(restoreTokens(tokens, notices, at));
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
  };
}

/**
 * The examples of a file, relation by relation, each a document of [head, tail] with the id `<relation>-<i>`. The file is
 * one JSON object, so it is held whole.
 */
export async function* readFewRel(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const at = { file: file.path };
  for (const [relation, list] of Object.entries(parseJsonLine(examples, await file.text(), at))) {
    for (const [i, json] of list.entries()) {
      const document = context.record(at, (notices) => parseDocument(`${relation}-${i}`, relation, json, at, notices));
      if (document) yield document;
    }
  }
}
