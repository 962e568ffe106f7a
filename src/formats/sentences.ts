import type { Span } from "../corpus/document.ts";
import { segmentStarts } from "./segments.ts";
import type { TokenizedText } from "./tokens.ts";

/**
 * The sentences of a text as ranges of tokens, end exclusive. Each has at least one token, and none ends inside an
 * entity. A line break ends a sentence.
 */
export function sentencesAround(text: string, { tokens, spans }: TokenizedText): Span[] {
  const insideOfEntity = new Set<number>();
  for (const { start, end } of spans) for (let i = start + 1; i < end; i++) insideOfEntity.add(i);

  const sentences: Span[] = [];
  const segments = segmentStarts(text, "sentence");
  let segment = 0;
  let start = 0;
  for (const [i, token] of tokens.entries()) {
    let begins = false;
    for (; segment < segments.length && segments[segment]! <= token.start; segment++) begins = true;
    if (!begins || insideOfEntity.has(i) || i === 0) continue;
    sentences.push({ start, end: i });
    start = i;
  }
  if (tokens.length > 0) sentences.push({ start, end: tokens.length });
  return sentences;
}
