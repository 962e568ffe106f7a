import type { Entity, Span } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { cutsWord, hasWhiteSpaceEdge } from "../../corpus/spans.ts";
import type { RawDocument } from "../../formats/format.ts";
import { excerptOf } from "../excerpt.ts";
import { recogniseOffsets } from "../offset-evidence.ts";
import type { ProblemCode } from "../problem-kinds.ts";
import { placeOf, problem, type Fix, type Problem } from "../problem.ts";
import { refusal } from "../span-faults.ts";
import { nearestWords, placesOf, trimmed } from "../span-suggestions.ts";
import { quotedEntity, quotedSpan } from "../wording.ts";
import { offsetProblem } from "./offsets.ts";

type Mending = Pick<Problem, "suggestion" | "fix">;

/**
 * Finds spans that cannot be marked, that are not where their recorded text is, or that do not begin and end with
 * words.
 */
export function* checkSpans(document: RawDocument): Generator<Problem> {
  const { text, entities, surfaces } = document;
  // If the offsets of a document are off as a whole, spans are not checked one by one: trimmed, for example, they would
  // still be wrong but look right.
  const offsets = recogniseOffsets(document);
  if (offsets) yield offsetProblem(document, offsets);
  if (offsets?.by === "surfaces") return;

  const seen = new Set<string>();
  for (const [i, entity] of entities.entries()) {
    const { start, end, type } = entity;
    const recorded = surfaces?.[i];
    const refused = refusal(text, entity);
    if (refused) yield refusedSpan(document, i, refused, recorded);
    else if (recorded !== undefined && !isSameText(recorded, text.slice(start, end))) {
      const message = `${quotedEntity(text, entity)} is recorded as ${quote(recorded, 40)}`;
      yield about("surface-mismatch", document, entity, message, toRecorded(document, i, recorded));
    } else if (!offsets && cutsWord(text, entity)) {
      const message = `${quotedEntity(text, entity)} cuts a word`;
      yield about("span-cuts-word", document, entity, message, { suggestion: toWords(text, entity) });
    } else if (!offsets && hasWhiteSpaceEdge(text, entity)) {
      const message = `${quotedEntity(text, entity)} has white space at an end`;
      const suggestion = `Trimmed, it is ${quotedSpan(text, trimmed(text, entity))}.`;
      yield about("span-white-space", document, entity, message, { suggestion, fix: trimming(i) });
    }
    const key = `${start} ${end} ${type}`;
    if (seen.has(key))
      yield about("entity-duplicate", document, entity, `${quotedEntity(text, entity)} is there already`);
    seen.add(key);
  }
}

const about = (
  code: ProblemCode,
  document: RawDocument,
  { start, end }: Span,
  message: string,
  mending: Mending = {},
): Problem => {
  const excerpt = excerptOf(document.text, [{ start, end }]);
  return problem(code, placeOf(document), { message, spans: [{ start, end }], excerpt, ...mending });
};

/**
 * Whether two surfaces are equal but for white space and Unicode composition, which tools often normalize in recorded
 * surfaces.
 */
function isSameText(a: string, b: string): boolean {
  const tidy = (text: string): string => text.normalize().replace(/\s+/g, " ").trim();
  return a === b || tidy(a) === tidy(b);
}

function refusedSpan(document: RawDocument, i: number, code: ProblemCode, recorded: string | undefined): Problem {
  const { text } = document;
  const entity = document.entities[i]!;
  const says = recorded === undefined ? "" : `, recorded as ${quote(recorded, 40)}`;
  const message = `${quotedEntity(text, entity)} in a text of length ${text.length}${says}`;
  if (recorded !== undefined && recorded.trim() !== "") {
    return about(code, document, entity, message, toRecorded(document, i, recorded));
  }
  const exchanged = { ...entity, start: entity.end, end: entity.start };
  if (code !== "span-reversed" || refusal(text, exchanged)) return about(code, document, entity, message);
  return about(code, document, entity, message, { suggestion: `Exchanged, it is ${quotedSpan(text, exchanged)}.` });
}

function toWords(text: string, span: Span): string | undefined {
  const words = nearestWords(text, span);
  return words && `${words.how}, it is ${quotedSpan(text, words.span)}.`;
}

/** Suggests the place of the recorded text; offers a fix if the text occurs once nearby. */
function toRecorded({ text, entities }: RawDocument, i: number, recorded: string): Mending {
  const { near, all } = placesOf(text, recorded, entities[i]!.start);
  const [nearest] = all;
  if (!nearest) return { suggestion: "The recorded text is nowhere in the document: annotate it anew." };
  const others = all.length > 1 ? `, and ${all.length - 1} more times` : " and nowhere else";
  const suggestion = `The recorded text stands at [${nearest.start}, ${nearest.end})${others}.`;
  return near.length === 1 ? { suggestion, fix: movingTo(i, nearest) } : { suggestion };
}

const movingTo = (i: number, { start, end }: Span): Fix => ({
  description: "spans moved by at most 3 characters to their recorded text",
  apply: (document) => withEntity(document, i, (entity) => ({ ...entity, start, end })),
});

const trimming = (i: number): Fix => ({
  description: "spans whose white space at an end was trimmed",
  apply: (document) => withEntity(document, i, (entity) => ({ ...entity, ...trimmed(document.text, entity) })),
});

const withEntity = (document: RawDocument, position: number, change: (entity: Entity) => Entity): RawDocument => ({
  ...document,
  entities: document.entities.map((entity, i) => (i === position ? change(entity) : entity)),
});
