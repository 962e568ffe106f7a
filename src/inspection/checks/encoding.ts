import { plural } from "../../quote.ts";
import type { RawDocument } from "../../formats/format.ts";
import { excerptOf } from "../excerpt.ts";
import type { ProblemCode } from "../problem-kinds.ts";
import { placeOf, problem, type Problem } from "../problem.ts";

interface Pattern {
  readonly code: ProblemCode;
  readonly pattern: RegExp;
  readonly what: string;
}

// oxlint-disable no-control-regex -- control characters are what is looked for
const patterns: readonly Pattern[] = [
  { code: "text-nul", pattern: /\u0000/g, what: "NUL character" },
  { code: "text-lone-surrogate", pattern: /\p{Cs}/gu, what: "lone surrogate" },
  { code: "text-replacement-character", pattern: /\uFFFD/g, what: "replacement character" },
  // é, ’ and a no-break space in UTF-8, read as Windows-1252 or as Latin-1.
  { code: "text-mis-decoded", pattern: /Ã[\u0080-\u00bf]|â€.|â\u0080.|Â[\u00a0-\u00bf]/g, what: "sign of it" },
  { code: "text-byte-order-mark", pattern: /\uFEFF/g, what: "byte-order mark" },
  { code: "text-crlf", pattern: /\r\n/g, what: "line end" },
];
// oxlint-enable no-control-regex

/** Finds characters that a wrong conversion leaves behind, or that tools count in different ways. */
export function* checkEncoding(document: RawDocument): Generator<Problem> {
  const { text } = document;
  for (const { code, pattern, what } of patterns) {
    const found = [...text.matchAll(pattern)];
    const first = found[0];
    if (!first) continue;
    const span = { start: first.index, end: first.index + first[0].length };
    const message = `${plural(found.length, what)}, the first at ${first.index}`;
    yield problem(code, placeOf(document), { message, spans: [span], excerpt: excerptOf(text, [span]) });
  }
}
