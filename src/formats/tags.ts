import type { Span } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import type { SourceLocation } from "../errors.ts";

/** An entity of the tokens [start, end). */
export interface TaggedSpan extends Span {
  readonly type: string;
}

// One letter for the place in the entity, and the entity's type: BIO and IOB (B, I), BILOU (L last, U unit), IOBES
// (E end, S single), BMEOW (M middle, W whole).
const tagPattern = /^(?:O|([BIMLEUSW])(?:[-_](.*))?)$/s;
const isWhole = (mark: string): boolean => /^[USW]$/.test(mark);
const isLast = (mark: string): boolean => /^[LE]$/.test(mark);

export const isTag = (text: string): boolean => tagPattern.test(text);

/**
 * The entities that the tags of tokens mark, in any of the usual schemes: `O` for none, else a letter and a type, such
 * as `B-PER`. As in conlleval, an entity begins where a tag says so, or where the previous token has no entity or one
 * of another type. A tag without a letter (`PER`) is read as a type; a run of equal types is one entity.
 */
export function decodeTags(tags: readonly string[], notices: NoticeLog, at: SourceLocation): TaggedSpan[] {
  const spans: TaggedSpan[] = [];
  let open: { start: number; type: string } | undefined;
  const close = (end: number): void => {
    if (open) spans.push({ ...open, end });
    open = undefined;
  };
  for (const [i, tag] of tags.entries()) {
    const match = tagPattern.exec(tag);
    if (match && match[1] === undefined) {
      close(i);
      continue;
    }
    if (!match) {
      const message = "tags without B- or I- before their type, of which a run of one type is read as one entity";
      notices.add("bare-tag", message, { ...at, detail: quote(tag, 30) });
    }
    const mark = match?.[1] ?? "I";
    const type = match ? (match[2] ?? "") : tag;
    const continues = open?.type === type && mark !== "B" && !isWhole(mark);
    if (!continues) {
      if (isLast(mark)) {
        const message = "tags that end an entity which none began, read as the whole of it";
        notices.add("tag-sequence", message, { ...at, detail: `${quote(tag, 30)} of token ${i + 1}` });
      }
      close(i);
      open = { start: i, type };
    }
    if (isLast(mark) || isWhole(mark)) close(i + 1);
  }
  close(tags.length);
  return spans;
}

/** One tag for each of `count` tokens; the entities must not share tokens. */
export function encodeTags(count: number, entities: readonly TaggedSpan[], scheme: "BIO" | "BILOU"): string[] {
  const tags = Array.from({ length: count }, () => "O");
  for (const { start, end, type } of entities) {
    for (let i = start; i < end; i++) {
      const isEnd = i === end - 1;
      const inside = scheme === "BILOU" && isEnd ? "L" : "I";
      const mark = i > start ? inside : scheme === "BILOU" && isEnd ? "U" : "B";
      tags[i] = `${mark}-${type}`;
    }
  }
  return tags;
}
