import type { Span } from "../../corpus/document.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import { offsetsFromUtf16, readSpans } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { Annotation, BiocDocument, Passage } from "./schema.ts";

/** A piece of the document with an offset of its own; offsets of its annotations count from the beginning of the document. */
interface Block {
  readonly offset: number;
  readonly text: string;
  readonly beginsPassage: boolean;
  /** Where it begins in the whole text. */
  start: number;
  readonly annotations: Annotation[];
}

const isBlank = (text: string | null | undefined): boolean => (text ?? "").trim() === "";

/** The passage, or its sentences where they alone have the text. */
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

/** What stands between two blocks, of which the file says only how many characters it has. */
function between(previous: Block, next: Block): string {
  const end = previous.offset + offsetsFromUtf16(previous.text, "code-point")(previous.text.length);
  const touches = next.offset <= end;
  if (!next.beginsPassage) return touches ? "" : " ";
  return touches && /\s$/.test(previous.text) ? "" : "\n";
}

/** Adds annotations to the last block that begins before them. */
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

/** Locations of a block's annotations in UTF-16, with how many are where the recorded text is. */
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

/** The text of all passages, and where their annotations are. What is told of a passage is told once for the document. */
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

  const told = new Set<string>();
  const placed: PlacedAnnotation[] = [];
  for (const block of blocks) {
    let chosen = placeFrom(block, block.offset, settings, at);
    if (block.offset !== 0 && chosen.matches < chosen.spans.length) {
      const inPassage = placeFrom(block, 0, settings, at);
      if (inPassage.matches > chosen.matches) {
        chosen = inPassage;
        if (!told.has("passage-offsets")) {
          const message =
            "documents whose offsets count from the beginning of the passage, told by their recorded surfaces";
          notices.add("passage-offsets", message, at);
        }
        told.add("passage-offsets");
      }
    }
    if (chosen.log.list().length > 0 && !told.has("offset-unit")) {
      told.add("offset-unit");
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
