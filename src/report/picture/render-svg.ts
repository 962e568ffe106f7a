import { surface, type Document } from "../../corpus/document.ts";
import { checkSpan } from "../../corpus/spans.ts";
import { DataError } from "../../errors.ts";
import { escapeHtml } from "../html.ts";
import { layoutOf, sizes, type Arrow, type Layout, type PlacedLine, type Point } from "./layout.ts";
import { joined } from "./joined.ts";
import { fixed, pathOf } from "./path.ts";
import { colorCount, pictureStyle } from "./picture-style.ts";

export interface PictureOptions {
  /** Width in pixels, 200 or more; the height follows. Default 800. */
  readonly width?: number;
  /** Colours: those that the reader's system asks for (`auto`), or always these. */
  readonly theme?: "auto" | "light" | "dark";
  /** The name that screen readers say first. Default: how many entities and relations there are. */
  readonly title?: string;
  /** Types of entities and labels of relations in the order of their colours, so that several pictures agree. */
  readonly names?: readonly string[];
  /** Whether the picture holds its style sheet. A page of many pictures holds `pictureStyle()` once. Default true. */
  readonly style?: boolean;
}

/**
 * Draws a text with its entities as coloured spans and its relations as arrows over it, as one SVG element that needs
 * nothing else: no script, no font, no network. Nested and overlapping entities have stacked bars; an arrow to another
 * line runs through the margin. The same document and options give the same picture.
 * @throws SpanError for an entity outside the text; DataError for a relation of an entity that is not there
 */
export function renderSvg(
  document: Pick<Document, "text" | "entities" | "relations">,
  options: PictureOptions = {},
): string {
  const { width = 800 } = options;
  if (!(width >= 200)) throw new RangeError(`Drawing a picture: its width is ${width} pixels, but 200 are the least.`);
  const whole: Document = { id: "", ...document };
  check(whole);
  return draw(whole, options);
}

/** As renderSvg, of a document that is known to be whole. */
export function draw(whole: Document, options: PictureOptions = {}): string {
  const { width = 800, theme = "auto", style = true } = options;
  const layout = layoutOf(whole, width);
  const color = colorOf(whole, options.names);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="relata-picture" role="img" width="${fixed(width)}" height="${layout.height}" ` +
      `viewBox="0 0 ${fixed(width)} ${layout.height}">`,
    `<title>${escaped(options.title ?? titleOf(whole))}</title><desc>${escaped(descriptionOf(whole))}</desc>`,
    style ? `<style>${pictureStyle(theme)}</style>` : "",
    `<rect class="paper" width="${fixed(width)}" height="${layout.height}" rx="8"/>`,
    ...layout.lines.map((line) => lineMarkup(line, whole, color)),
    ...arrowsMarkup(layout, whole, color),
    "</svg>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function check({ text, entities, relations }: Document): void {
  for (const entity of entities) checkSpan(text, entity);
  for (const { head, tail, label } of relations) {
    for (const end of [head, tail]) {
      if (entities[end] !== undefined) continue;
      throw new DataError(
        `Drawing a picture: relation ${label} has entity ${end}, but the text has ${entities.length}. Entities are counted from 0.`,
      );
    }
  }
}

/** The class of the colour of a name: that of its place among the names given, or among those of the document. */
function colorOf({ entities, relations }: Document, names: readonly string[] = []): (name: string) => string {
  const own = (list: readonly string[]): string[] => [...new Set(list)].sort();
  const all = [
    ...new Set([...names, ...own(entities.map(({ type }) => type)), ...own(relations.map(({ label }) => label))]),
  ];
  const places = new Map(all.map((name, i) => [name, i % colorCount]));
  return (name) => `c${places.get(name)!}`;
}

const titleOf = ({ entities, relations }: Document): string =>
  `A text with ${entities.length} ${entities.length === 1 ? "entity" : "entities"} and ` +
  `${relations.length} ${relations.length === 1 ? "relation" : "relations"}`;

function descriptionOf(document: Document): string {
  const { text, entities, relations } = document;
  const named = entities.map((entity) => `${surface(document, entity)}${entity.type && ` (${entity.type})`}`);
  const said = relations.map(({ head, tail, label }) => `${named[head]} → ${label} → ${named[tail]}`);
  return [
    text,
    ...(named.length > 0 ? [`Entities: ${named.join("; ")}`] : []),
    ...(said.length > 0 ? [`Relations: ${said.join("; ")}`] : []),
  ].join("\n");
}

function lineMarkup(
  { pieces, bars, baseline }: PlacedLine,
  document: Document,
  color: (name: string) => string,
): string {
  const top = baseline - sizes.ascent;
  const spans = bars.map(({ entity, x, width, y, label, labelX, labelWidth }) => {
    const { type } = document.entities[entity]!;
    const name = label === "" ? "" : textMarkup(label, { x: labelX, y: y + 12, width: labelWidth }, ` class="type"`);
    return (
      `<g class="${color(type)}"><title>${escaped(`${type || "entity"}: ${surface(document, document.entities[entity]!)}`)}</title>` +
      `<rect class="span" x="${fixed(x)}" y="${fixed(top)}" width="${fixed(width)}" height="${sizes.ascent + sizes.descent}" rx="2"/>` +
      `<rect class="bar" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="2.5" rx="1"/>${name}</g>`
    );
  });
  const words = pieces.map((piece, i) => {
    if (piece.text.trim() === "") return "";
    const text = joined(piece.text, pieces[i - 1]?.text, pieces[i + 1]?.text);
    // In right-to-left text the end of a piece is its left edge.
    const attributes = piece.rtl ? ` direction="rtl" text-anchor="end"` : "";
    return textMarkup(text, { x: piece.x, y: baseline, width: piece.width }, `${attributes} xml:space="preserve"`);
  });
  return [...spans, ...words].filter((part) => part !== "").join("\n");
}

function arrowsMarkup({ arrows }: Layout, { relations }: Document, color: (name: string) => string): string[] {
  const classOf = ({ relation }: Arrow): string => color(relations[relation]!.label);
  const lines = arrows.map((arrow) => {
    const end = arrow.points.at(-1)!;
    const tip = `M${fixed(end.x)} ${fixed(end.y)}l-3.6-6.4h7.2z`;
    return `<g class="${classOf(arrow)}"><path class="line" d="${pathOf(arrow.points)}"/><path class="tip" d="${tip}"/></g>`;
  });
  // Labels come last: a leg that has to pass one goes behind it.
  const labels = arrows.map((arrow) => {
    const { x, y, width, height, text } = arrow.label;
    const place = { x: x + 3, y: y + 10.2, width: width - 6 };
    return (
      `<g class="${classOf(arrow)}"><rect class="paper" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${height}" rx="3"/>` +
      `${textMarkup(text, place, ` class="label"`)}</g>`
    );
  });
  return [...lines, ...labels];
}

function textMarkup(text: string, { x, y, width }: Point & { readonly width: number }, attributes: string): string {
  const length = width > 0 ? ` textLength="${fixed(width)}" lengthAdjust="spacingAndGlyphs"` : "";
  return `<text x="${fixed(x)}" y="${fixed(y)}"${length}${attributes}>${escaped(text)}</text>`;
}

/** Text as XML has it: without characters that XML forbids. */
const escaped = (text: string): string =>
  escapeHtml(text.replaceAll(/\p{Surrogate}|[\uFFFE\uFFFF]/gu, "\uFFFD").replaceAll(/[\t\n\f\r]/g, " "));
