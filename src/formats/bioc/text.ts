import type { Span } from "../../corpus/document.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import { offsetsFromUtf16, readSpans } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { Annotation, BiocDocument, Passage } from "./schema.ts";

/** A part of the document with its own offset. Offsets of its annotations count from the beginning of the document. */
interface Block {
  readonly offset: number;
  readonly text: string;
  readonly beginsPassage: boolean;
  /** Its start in the whole text. */
  start: number;
  readonly annotations: Annotation[];
}

const isBlank = (text: string | null | undefined): boolean => (text ?? "").trim() === "";

/** The passage as a block, or its sentences if only they have the text. */
function blocksOf({ offset, text, sentences, annotations }: Passage): Block[] {
  const inside = sentences ?? [];
  const own = annotations ?? [];
  if (!isBlank(text) || inside.every(({ text }) => isBlank(text))) {
    const all = [...own, ...inside.flatMap(({ annotations }) => annotations ?? [])];
    return [{ offset, text: text ?? "", beginsPassage: true, start: 0, annotations: all }];
  }
  const blocks = inside.map(({ offset, text, annotations }, i): Block => ({
    offset,
    text: text ?? "",
    beginsPassage: i === 0,
    start: 0,
    annotations: [...(annotations ?? [])],
  }));
  placeIn(blocks, own);
  return blocks;
}

/** White space to put between two blocks, since the file gives only its length. */
function between(previous: Block, next: Block): string {
  const end = previous.offset + offsetsFromUtf16(previous.text, "code-point")(previous.text.length);
  const touches = next.offset <= end;
  if (!next.beginsPassage) return touches ? "" : " ";
  return touches && /\s$/.test(previous.text) ? "" : "\n";
}

/** Adds each annotation to the last block that begins before it. */
function placeIn(blocks: readonly Block[], annotations: readonly Annotation[]): void {
  for (const annotation of annotations) {
    const from = annotation.locations?.[0]?.offset ?? 0;
    const block = blocks.findLast(({ offset }) => offset <= from) ?? blocks[0];
    block?.annotations.push(annotation);
  }
}

/** An annotation with its locations in UTF-16 code units of the whole text. */
export interface PlacedAnnotation {
  readonly annotation: Annotation;
  readonly fragments: readonly Span[];
}

interface Placed {
  readonly text: string;
  readonly annotations: PlacedAnnotation[];
}

/** Locations of a block's annotations in UTF-16, and the number that match their recorded text. */
function placeFrom(
  { text, annotations }: Block,
  base: number,
  settings: Pick<FormatSettings, "offsetUnit">,
  at: SourceLocation,
): { spans: Span[]; matches: number; log: NoticeLog } {
  const log = new NoticeLog();
  const given = annotations.flatMap(({ text: surface, locations }) =>
    (locations ?? []).map(({ offset, length }, _, all) => ({
      start: offset - base,
      end: offset - base + length,
      surface: all.length === 1 ? (surface ?? undefined) : undefined,
    })),
  );
  const spans = readSpans(text, given, "code-point", settings, log, at);
  const matches = spans.filter(
    ({ start, end }, i) => given[i]!.surface !== undefined && text.slice(start, end) === given[i]!.surface,
  );
  return { spans, matches: matches.length, log };
}

/**
 * Joins the text of all passages and places their annotations in it. A notice about several passages counts once per
 * document.
 */
export function placeAnnotations(
  { passages, annotations }: BiocDocument,
  settings: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): Placed {
  const blocks = passages.flatMap(blocksOf);
  placeIn(blocks, annotations ?? []);
  let text = "";
  let previous: Block | undefined;
  for (const block of blocks) {
    if (previous) text += between(previous, block);
    block.start = text.length;
    text += block.text;
    previous = block;
  }

  const reported = new Set<string>();
  const placed: PlacedAnnotation[] = [];
  for (const block of blocks) {
    let chosen = placeFrom(block, block.offset, settings, at);
    if (block.offset !== 0 && chosen.matches < chosen.spans.length) {
      const inPassage = placeFrom(block, 0, settings, at);
      if (inPassage.matches > chosen.matches) {
        chosen = inPassage;
        if (!reported.has("passage-offsets")) {
          const message =
            "documents whose offsets count from the beginning of the passage, as their recorded surfaces show";
          notices.add("passage-offsets", message, at);
        }
        reported.add("passage-offsets");
      }
    }
    if (chosen.log.list().length > 0 && !reported.has("offset-unit")) {
      reported.add("offset-unit");
      notices.merge(chosen.log);
    }
    let next = 0;
    for (const annotation of block.annotations) {
      const fragments = (annotation.locations ?? []).map(() => {
        const { start, end } = chosen.spans[next++]!;
        return { start: start + block.start, end: end + block.start };
      });
      placed.push({ annotation, fragments });
    }
  }
  return { text, annotations: placed };
}
