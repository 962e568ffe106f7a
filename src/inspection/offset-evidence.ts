import type { Span } from "../corpus/document.ts";
import type { RawDocument } from "../formats/format.ts";
import { converter, countings, type Counting } from "./offset-countings.ts";
import { isSuspicious } from "./span-faults.ts";

/** One explanation for all wrong offsets of a document. */
export interface OffsetEvidence {
  readonly explanation: { readonly counting: Counting } | { readonly shift: number };
  /** By entity, its corrected span. */
  readonly spans: readonly Span[];
  /** Number of spans that were wrong and are right after the correction. */
  readonly righted: number;
  /** The evidence: surfaces recorded in the file, which are certain, or word boundaries, which are not. */
  readonly by: "surfaces" | "word boundaries";
}

type Hypothesis = Pick<OffsetEvidence, "explanation" | "spans">;

/** Minimal number of wrong entities for which word boundaries alone are evidence of another unit, and of a shift. */
const [enoughForUnit, enoughForShift] = [2, 3];
const furthestShift = 5;

/**
 * Recognizes offsets that were counted in another unit, or are all shifted: an explanation must put every entity on its
 * recorded surface or, if the file records none, on whole words. Undefined if nothing is wrong or nothing explains all
 * wrong offsets.
 */
export function recogniseOffsets(document: RawDocument): OffsetEvidence | undefined {
  const { surfaces } = document;
  if (surfaces?.some((surface) => surface !== undefined)) return bySurfaces(document, surfaces);
  return byWords(document);
}

function bySurfaces(
  { text, entities }: RawDocument,
  surfaces: readonly (string | undefined)[],
): OffsetEvidence | undefined {
  const isRight = ({ start, end }: Span, i: number): boolean =>
    surfaces[i] === undefined || (start >= 0 && text.slice(start, end) === surfaces[i]);
  const wrong = entities.filter((entity, i) => !isRight(entity, i));
  if (wrong.length === 0) return undefined;
  const shifts =
    entities.filter((_, i) => surfaces[i] !== undefined).length < 2 ? [] : shiftsOf(text, entities, surfaces);
  const explained = [...otherUnits(text, entities), ...shifted(entities, shifts)].filter(({ spans }) =>
    spans.every(isRight),
  );
  // If two explanations put the entities in different places, neither is proved.
  const [first, ...others] = explained;
  if (!first || others.some(({ spans }) => !isSame(spans, first.spans))) return undefined;
  return { ...first, righted: wrong.length, by: "surfaces" };
}

/** Distances from the first entity to the occurrences of its surface. */
function shiftsOf(text: string, entities: readonly Span[], surfaces: readonly (string | undefined)[]): number[] {
  const i = surfaces.findIndex((surface) => surface !== undefined && surface !== "");
  if (i < 0) return [];
  const shifts: number[] = [];
  for (let at = text.indexOf(surfaces[i]!); at >= 0; at = text.indexOf(surfaces[i]!, at + 1)) {
    if (at !== entities[i]!.start) shifts.push(at - entities[i]!.start);
  }
  return shifts;
}

function byWords({ text, entities }: RawDocument): OffsetEvidence | undefined {
  const righted = entities.filter((entity) => isSuspicious(text, entity)).length;
  if (righted < enoughForUnit) return undefined;
  const shifts = Array.from({ length: furthestShift }, (_, i) => [i + 1, -i - 1]).flat();
  const hypotheses = [...otherUnits(text, entities), ...(righted < enoughForShift ? [] : shifted(entities, shifts))];
  const found = hypotheses.find(({ spans }) => spans.every((span) => !isSuspicious(text, span)));
  return found && { ...found, righted, by: "word boundaries" };
}

const isSame = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.every(({ start, end }, i) => start === b[i]!.start && end === b[i]!.end);

const shifted = (entities: readonly Span[], shifts: readonly number[]): Hypothesis[] =>
  shifts.map((shift) => ({
    explanation: { shift },
    spans: entities.map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  }));

/** The spans converted from other units, for each unit that makes a difference. */
function otherUnits(text: string, entities: readonly Span[]): Hypothesis[] {
  return countings
    .filter(({ offsetUnit }) => offsetUnit !== undefined)
    .flatMap((read) =>
      countings.flatMap((meant): Hypothesis[] => {
        if (meant === read) return [];
        const convert = converter(text, read, meant);
        const spans = entities.map(({ start, end }) => ({ start: convert(start), end: convert(end) }));
        return isSame(spans, entities) ? [] : [{ explanation: { counting: meant }, spans }];
      }),
    );
}
