import { amountsOf } from "../../corpus/amounts.ts";
import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { Feature } from "../features.ts";
import { oneLine as oneLineName } from "../one-line.ts";
import { pairRecords, unorderedPairs } from "../pair-records.ts";
import { reportReadOtherwise } from "../tokens.ts";

/** The features that both formats of tagged records hold. */
export const heldByTags: ReadonlySet<Feature> = new Set(["exact-text", "unrelated-entities"]);

/** The part of a record that the two formats share. */
export interface TaggedRecord {
  /** The text with the tags `<e1>`, which comes first, and `<e2>`. */
  readonly sentence: string;
  /** `Rel(e1,e2)` or `Rel(e2,e1)`; undefined if there is no relation. */
  readonly label: string | undefined;
}

const tag = /<\/?e[12]>/;
const tags = new RegExp(tag, "g");

/** Replaces line breaks and tabs by spaces; the length stays the same, so that offsets hold. */
const oneLine = (text: string): string => text.replace(/[\t\r\n]/g, " ");

/**
 * A record for every two entities of each document. Texts that a line cannot hold, or that the format's reader would
 * change (`tidies`), are reported in `notices`.
 * @param padding the text between a tag and its entity
 */
export async function* taggedRecords(
  documents: AsyncIterable<Document>,
  padding: string,
  notices: NoticeLog,
  tidy: (marked: string) => string = (marked) => marked,
): AsyncGenerator<TaggedRecord> {
  for await (const document of documents) {
    const { entities, source } = document;
    if (tag.test(document.text)) {
      const message = "documents whose text itself has a tag as <e1>, left out";
      notices.lose("tag-in-text", message, source, amountsOf(document));
      continue;
    }
    const text = oneLine(document.text);
    if (text !== document.text) {
      notices.add("line-break", "documents with line breaks or tabs in their text, written as blanks", source);
    }
    let isToldOtherwise = false;
    for (const { head, tail, relation } of pairRecords(document, unorderedPairs, notices)) {
      const headIsFirst = entities[head]!.start < entities[tail]!.start;
      const [first, second] = headIsFirst ? [entities[head]!, entities[tail]!] : [entities[tail]!, entities[head]!];
      const pieces = [
        text.slice(0, first.start),
        `<e1>${padding}${text.slice(first.start, first.end)}${padding}</e1>`,
        text.slice(first.end, second.start),
        `<e2>${padding}${text.slice(second.start, second.end)}${padding}</e2>`,
        text.slice(second.end),
      ];
      const direction = headIsFirst ? "(e1,e2)" : "(e2,e1)";
      const sentence = pieces.join("");
      if (!isToldOtherwise && tidy(sentence).replaceAll(tags, "") !== text) {
        reportReadOtherwise(document, notices);
        isToldOtherwise = true;
      }
      yield { sentence, label: relation && oneLineName(relation.label, notices, source) + direction };
    }
  }
}
