import type { Span } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import type { SourceLocation } from "../../errors.ts";
import { readSpans, type OffsetUnit } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { Dialogue } from "./dialogue.ts";
import type { Page } from "./page.ts";
import type { Region } from "./region.ts";

/** The content that the regions of a task are in: the text that is read, and the places of regions in it. */
export interface Content {
  readonly text: string;
  /** By region, its span; undefined if it is not found. */
  place(regions: readonly Region[], context: PlaceContext): (Span | undefined)[];
}

export interface PlaceContext {
  readonly settings: FormatSettings;
  readonly notices: NoticeLog;
  readonly at: SourceLocation;
}

type Unit = Exclude<OffsetUnit, "grapheme">;

/**
 * A plain text; its offsets count code points. A region placed by a path in a page can only be found by its global
 * offsets.
 */
export function plainContent(text: string): Content {
  return {
    text,
    place(regions, { settings, notices, at }) {
      const given = regions.map(({ spot, surface }) => ({ ...offsetsOf(spot), surface }));
      const spans = readSpans(text, given, "code-point", settings, notices, at);
      return spans.map((span, i) => {
        const { spot, surface } = regions[i]!;
        if (Number.isNaN(span.start)) return undefined;
        const isElsewhere =
          spot.kind === "page" && surface !== undefined && text.slice(span.start, span.end) !== surface;
        return isElsewhere ? undefined : span;
      });
    },
  };
}

const nowhere: Span = { start: NaN, end: NaN };

function offsetsOf(spot: Region["spot"]): Span {
  if (spot.kind === "offsets") return spot;
  return spot.kind === "page" && spot.global ? spot.global : nowhere;
}

// Text selected in a browser has the line breaks of the layout, and white space as displayed.
const withoutSpace = (text: string): string => text.replaceAll(/\s/g, "");

/**
 * The first of several candidate spans that matches the recorded text of the region; without a recorded text, the
 * first.
 */
function agreed(
  text: string,
  surface: string | undefined,
  readings: Iterable<Span | undefined>,
): { span: Span; agrees: boolean } | undefined {
  let first: Span | undefined;
  for (const span of readings) {
    if (!span || span.start > span.end) continue;
    if (surface === undefined) return { span, agrees: true };
    if (withoutSpace(text.slice(span.start, span.end)) === withoutSpace(surface)) return { span, agrees: true };
    first ??= span;
  }
  return first && { span: first, agrees: false };
}

/** The only occurrence of a surface in a text; undefined if there are none or several. */
function onlyPlace(text: string, surface: string | undefined): Span | undefined {
  if (surface === undefined || surface === "") return undefined;
  const start = text.indexOf(surface);
  if (start < 0 || text.includes(surface, start + 1)) return undefined;
  return { start, end: start + surface.length };
}

/** The offset units to try, the tool's own first. */
const unitsOf = ({ offsetUnit }: FormatSettings, own: Unit): readonly Unit[] => {
  if (offsetUnit === "utf-16" || offsetUnit === "code-point") return [offsetUnit];
  return own === "utf-16" ? ["utf-16", "code-point"] : ["code-point", "utf-16"];
};

/**
 * Places all regions. If the offsets do not match the recorded text, the region is searched by that text, which must
 * occur exactly once.
 */
function placeAll(
  text: string,
  regions: readonly Region[],
  readings: (spot: Region["spot"], settings: FormatSettings) => Iterable<Span | undefined>,
  { settings, notices, at }: PlaceContext,
): (Span | undefined)[] {
  return regions.map(({ spot, surface }) => {
    const found = agreed(text, surface, readings(spot, settings));
    if (found?.agrees) return found.span;
    const span = onlyPlace(text, surface);
    if (span) {
      notices.add("found-by-text", "regions whose offsets do not lead to their recorded text, found by that text", {
        ...at,
        detail: surface?.slice(0, 30),
      });
    }
    return span;
  });
}

/** A page of HTML, read as displayed: places in it are paths to a node, with offsets in UTF-16 code units. */
export function pageContent(pages: readonly [Page, ...Page[]], regions: readonly Region[]): Content {
  const readingsIn = (page: Page) =>
    function* (spot: Region["spot"], settings: FormatSettings): Generator<Span | undefined> {
      if (spot.kind === "page" && spot.path) {
        for (const unit of unitsOf(settings, "utf-16")) yield page.span(spot.path.start, spot.path.end, unit);
      }
      const global = offsetsOf(spot);
      if (Number.isNaN(global.start)) return;
      for (const unit of unitsOf(settings, "code-point")) yield page.globalSpan(global.start, global.end, unit);
    };
  const defaults = { offsetUnit: "auto" } as FormatSettings;
  const agreeing = (page: Page): number =>
    regions.filter(({ spot, surface }) => agreed(page.text, surface, readingsIn(page)(spot, defaults))?.agrees).length;
  const page = pages.reduce((best, next) => (agreeing(next) > agreeing(best) ? next : best));
  return { text: page.text, place: (regions, context) => placeAll(page.text, regions, readingsIn(page), context) };
}

/** A conversation with its turns joined. */
export function dialogueContent(dialogue: Dialogue): Content {
  const { text } = dialogue;
  function* readings(spot: Region["spot"], settings: FormatSettings): Generator<Span | undefined> {
    if (spot.kind !== "turns") return;
    for (const unit of unitsOf(settings, "utf-16"))
      yield dialogue.span(spot.first, spot.start, spot.last, spot.end, unit);
  }
  return { text, place: (regions, context) => placeAll(text, regions, readings, context) };
}
