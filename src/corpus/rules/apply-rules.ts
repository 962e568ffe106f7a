import { distanceBetween } from "../candidates.ts";
import type { Entity, Relation } from "../document.ts";
import { cutsWord } from "../spans.ts";
import { datePattern } from "./dates.ts";
import type { Rules } from "./rules-file.ts";

/** Finds the entities of a text; of two that overlap the longer one, on ties the first, then the type that comes first. */
export function findByRules(text: string, { entities }: Rules): Entity[] {
  const found = Object.entries(entities).flatMap(([type, { words, patterns, find }]) => [
    ...words.flatMap((word) => occurrences(text, new RegExp(escaped(word), "giu"), type)),
    ...patterns.flatMap((source) => occurrences(text, new RegExp(source, "gu"), type)),
    ...find.flatMap(() => occurrences(text, datePattern, type)),
  ]);
  const longestFirst = found.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const kept: Entity[] = [];
  for (const one of longestFirst)
    if (kept.every(({ start, end }) => one.end <= start || end <= one.start)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

/** The places of an expression; white space at either end is no part of an entity, and neither is half a word. */
function occurrences(text: string, expression: RegExp, type: string): Entity[] {
  return [...text.matchAll(expression)].flatMap(({ 0: match, index }): Entity[] => {
    const surface = match.trim();
    const start = index + match.indexOf(surface);
    const span = { start, end: start + surface.length, type };
    return surface === "" || cutsWord(text, span) ? [] : [span];
  });
}

/** A phrase as an expression: any white space between its words is as good as any other. */
const escaped = (phrase: string): string =>
  phrase
    .split(/\s+/)
    .map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
    .join(String.raw`\s+`);

/** Relates entities by their types and their distance, in the order of the rules. */
export function relateByRules(entities: readonly Entity[], { relations }: Rules): Relation[] {
  return Object.entries(relations).flatMap(([label, { types, maxDistance = Infinity, choose }]) =>
    [...entities.keys()].flatMap((head): Relation[] => {
      const tails = [...entities.keys()]
        .filter(
          (tail) =>
            tail !== head &&
            types.some(([from, to]) => from === entities[head]!.type && to === entities[tail]!.type) &&
            distanceBetween(entities[head]!, entities[tail]!) <= maxDistance,
        )
        .sort(
          (a, b) => distanceBetween(entities[head]!, entities[a]!) - distanceBetween(entities[head]!, entities[b]!),
        );
      return (choose === "nearest" ? tails.slice(0, 1) : tails).map((tail) => ({ head, tail, label }));
    }),
  );
}
