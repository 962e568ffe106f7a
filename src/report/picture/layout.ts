import type { Document, Entity } from "../../corpus/document.ts";
import { barsOf, type Bar } from "./bars.ts";
import { lanesOf, type Stretch } from "./lanes.ts";
import { columnsOf, linesOf, type Line } from "./lines.ts";
import { percentText } from "./percent.ts";
import { shortened, textWidth } from "./widths.ts";

/** Sizes in pixels. */
export const sizes = { text: 15, label: 10.5, lane: 18, bar: 16, padding: 12, ascent: 13, descent: 4 };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A relation as it is drawn: the corners of its line from head to tail, and its label. */
export interface Arrow {
  readonly relation: number;
  readonly points: readonly Point[];
  readonly label: Box & { readonly text: string };
}

export interface PlacedLine extends Line {
  readonly baseline: number;
  readonly bars: readonly (Bar & { readonly y: number })[];
}

/** All positions of a picture. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly PlacedLine[];
  readonly arrows: readonly Arrow[];
}

/** Places a document in a picture of this width; its height follows. */
export function layoutOf({ text, entities, relations }: Document, width: number, language?: string): Layout {
  const { padding } = sizes;
  const wrap = (gutter: number): Wrapped => {
    const left = padding + gutter;
    const lines = linesOf(text, entities, { left, right: width - padding, fontSize: sizes.text });
    return { lines, places: entities.map((entity) => placeOf(entity, lines)), left, right: width - padding };
  };
  const plain = wrap(0);
  const spans = relations.map(({ head, tail }) => [plain.places[head]!.line, plain.places[tail]!.line] as const);
  const tracks = tracksOf(spans).count;
  // Arrows between lines run through a gutter beside the text.
  const gutter = tracks === 0 ? 0 : Math.min(8 + 7 * tracks, width * 0.16);
  const wrapped = tracks === 0 ? plain : wrap(gutter);
  return arranged(wrapped, { entities, relations }, { width, gutter, language });
}

interface Wrapped {
  readonly lines: readonly Line[];
  readonly places: readonly Place[];
  readonly left: number;
  readonly right: number;
}

/** Where arrows meet an entity: the columns on its first line. */
interface Place {
  readonly line: number;
  readonly x: number;
  readonly width: number;
}

function placeOf(entity: Entity, lines: readonly Line[]): Place {
  const line = lines.findIndex(({ pieces }) =>
    pieces.some(({ start, end }) => start < entity.end && end > entity.start),
  );
  // A span of invisible characters has no columns.
  const first = line < 0 ? undefined : columnsOf(lines[line]!, entity)[0];
  return { line: Math.max(0, line), x: first?.x ?? sizes.padding, width: first?.width ?? 0 };
}

/** A track for each arrow between lines, so that no two of one track share a line. */
function tracksOf(spans: readonly (readonly [number, number])[]): {
  readonly tracks: number[];
  readonly count: number;
} {
  const ends: { from: number; to: number }[][] = [];
  const tracks: number[] = [];
  const order = spans
    .map(([a, b], i) => ({ i, from: Math.min(a, b), to: Math.max(a, b) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.i - b.i);
  for (const { i, from, to } of order) {
    let track = 0;
    while (ends[track]?.some((other) => from <= other.to && other.from <= to)) track++;
    (ends[track] ??= []).push({ from, to });
    tracks[i] = track;
  }
  return { tracks, count: ends.length };
}

type Ends = Pick<Document, "entities" | "relations">;

function arranged(
  { lines, places, left, right }: Wrapped,
  { entities, relations }: Ends,
  {
    width,
    gutter,
    language,
  }: { readonly width: number; readonly gutter: number; readonly language?: string | undefined },
): Layout {
  const { tracks, count } = tracksOf(relations.map(({ head, tail }) => [places[head]!.line, places[tail]!.line]));
  const gutterX = (i: number): number => left - 6 - ((gutter - 8) * (tracks[i]! + 0.5)) / count;
  const ports = portsOf(relations, places);
  const labels = relations.map(({ label, probability }) => {
    const percent = probability === undefined ? "" : ` ${percentText(probability, language)}`;
    const text = shortened(label, right - left - textWidth(percent, sizes.label) - 12, sizes.label) + percent;
    return { text, width: textWidth(text, sizes.label) + 6 };
  });
  const perLine: { relation: number; stretch: Stretch }[][] = lines.map(() => []);
  for (const [i, { head, tail }] of relations.entries()) {
    const [from, to] = ports[i]!;
    const [headLine, tailLine] = [places[head]!.line, places[tail]!.line];
    const labelWidth = labels[i]!.width;
    if (headLine === tailLine) {
      perLine[headLine]!.push({ relation: i, stretch: { from, to, legs: [from, to], labelWidth } });
      continue;
    }
    // The label stands on the longer of the two stretches.
    const onHead = from >= to;
    const x = gutterX(i);
    perLine[headLine]!.push({
      relation: i,
      stretch: { from, to: x, legs: [from], labelWidth: onHead ? labelWidth : 0 },
    });
    perLine[tailLine]!.push({
      relation: i,
      stretch: { from: to, to: x, legs: [to], labelWidth: onHead ? 0 : labelWidth },
    });
  }
  const laneYs = new Map<string, number>();
  const boxes: Arrow["label"][] = [];
  const placed: PlacedLine[] = [];
  let y = sizes.padding;
  for (const [n, line] of lines.entries()) {
    const stretches = perLine[n]!;
    const lanes = lanesOf(
      stretches.map(({ stretch }) => stretch),
      { left, right },
    );
    const rows = Math.max(0, ...lanes.map(({ row }) => row + 1));
    const top = y + rows * sizes.lane + (rows > 0 ? 12 : 0);
    for (const [j, { relation, stretch }] of stretches.entries()) {
      const laneY = top - 13 - lanes[j]!.row * sizes.lane;
      laneYs.set(`${relation}:${n}`, laneY);
      const { text, width: labelWidth } = labels[relation]!;
      if (stretch.labelWidth > 0)
        // Over the line, so that a short arrow is seen under a long label.
        boxes[relation] = { x: lanes[j]!.labelX, y: laneY - 15, width: labelWidth, height: 13, text };
    }
    const baseline = top + sizes.ascent;
    const bars = barsOf(line, entities, { left, right, fontSize: sizes.label });
    const below = baseline + sizes.descent + 2;
    placed.push({ ...line, baseline, bars: bars.map((bar) => ({ ...bar, y: below + bar.row * sizes.bar })) });
    const barRows = Math.max(0, ...bars.map(({ row }) => row + 1));
    y = below + barRows * sizes.bar + (barRows > 0 ? 5 : 7);
  }
  const arrows = relations.map(({ head, tail }, i): Arrow => {
    const [from, to] = ports[i]!;
    const [headLine, tailLine] = [places[head]!.line, places[tail]!.line];
    const textTop = (n: number): number => placed[n]!.baseline - sizes.ascent - 1;
    const headY = laneYs.get(`${i}:${headLine}`)!;
    const tailY = laneYs.get(`${i}:${tailLine}`)!;
    const start = { x: from, y: textTop(headLine) };
    const end = { x: to, y: textTop(tailLine) };
    const between =
      headLine === tailLine
        ? [
            { x: from, y: headY },
            { x: to, y: headY },
          ]
        : [
            { x: from, y: headY },
            { x: gutterX(i), y: headY },
            { x: gutterX(i), y: tailY },
            { x: to, y: tailY },
          ];
    return { relation: i, points: [start, ...between, end], label: boxes[i]! };
  });
  return { width, height: Math.ceil(y + sizes.padding - 5), lines: placed, arrows };
}

/** Where each arrow leaves its head and meets its tail: side by side over the entity, in the order of the other ends. */
function portsOf(relations: Document["relations"], places: readonly Place[]): [number, number][] {
  const ports = relations.map((): [number, number] => [0, 0]);
  const ends: { readonly relation: number; readonly side: 0 | 1; readonly other: number }[][] = places.map(() => []);
  const center = ({ x, width }: Place): number => x + width / 2;
  for (const [relation, { head, tail }] of relations.entries()) {
    const apart = places[head]!.line !== places[tail]!.line;
    ends[head]!.push({ relation, side: 0, other: apart ? 0 : center(places[tail]!) });
    ends[tail]!.push({ relation, side: 1, other: apart ? 0 : center(places[head]!) });
  }
  for (const [entity, own] of ends.entries()) {
    own.sort((a, b) => a.other - b.other || a.relation - b.relation || a.side - b.side);
    const { x, width } = places[entity]!;
    for (const [i, { relation, side }] of own.entries())
      ports[relation]![side] = x + (width * (i + 1)) / (own.length + 1);
  }
  return ports;
}
