import type { Entity, Span } from "../../corpus/document.ts";
import type { RawDocument } from "../../formats/format.ts";
import { excerptOf } from "../excerpt.ts";
import type { OffsetEvidence } from "../offset-evidence.ts";
import { placeOf, problem, type Problem } from "../problem.ts";
import { quotedSpan } from "../wording.ts";

/** One problem for all offsets of a document, shown at the first wrong span. */
export function offsetProblem(document: RawDocument, evidence: OffsetEvidence): Problem {
  const { text, entities } = document;
  const { explanation, spans, righted, by } = evidence;
  const i = entities.findIndex(({ start, end }, i) => start !== spans[i]!.start || end !== spans[i]!.end);
  const [is, meant] = [entities[i]!, spans[i]!];
  const isCounting = "counting" in explanation;
  const seem = isCounting
    ? `seem to count ${explanation.counting.name}`
    : `seem to be ${Math.abs(explanation.shift)} too ${explanation.shift > 0 ? "small" : "large"}`;
  const evident =
    by === "surfaces" ? "every entity then stands on its recorded text" : "recognised by word boundaries alone";
  const option = isCounting && explanation.counting.offsetUnit;
  return problem(isCounting ? "offsets-other-unit" : "offsets-shifted", placeOf(document), {
    message: `${righted} of ${entities.length} spans are off, and the offsets ${seem}: ${evident}`,
    spans: [{ start: is.start, end: is.end }],
    excerpt: excerptOf(text, [is]),
    suggestion: `The one shown is then ${quotedSpan(text, meant)}.${option ? ` Read it with --offset-unit ${option}.` : ""}`,
    fix:
      by === "surfaces"
        ? {
            description: "documents whose offsets were brought to their recorded texts",
            apply: (given) => ({ ...given, entities: movedTo(given.entities, spans) }),
          }
        : undefined,
  });
}

const movedTo = (entities: readonly Entity[], spans: readonly Span[]): Entity[] =>
  entities.map(({ type }, i) => ({ start: spans[i]!.start, end: spans[i]!.end, type }));
