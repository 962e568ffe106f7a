import * as fc from "fast-check";
import { expect, test } from "vitest";
import { insertMarkers, type TokenSpan } from "./markers.ts";

const [head, tail] = [-1, -2];

test.each<[string, [number, number], [number, number], number[]]>([
  ["head first", [0, 1], [2, 4], [-1, 0, -1, 1, -2, 2, 3, -2]],
  ["tail first", [2, 4], [0, 1], [-2, 0, -2, 1, -1, 2, 3, -1]],
  ["head touches tail", [0, 2], [2, 4], [-1, 0, 1, -1, -2, 2, 3, -2]],
  ["tail touches head", [2, 4], [0, 2], [-2, 0, 1, -2, -1, 2, 3, -1]],
  ["tail in head, one start", [0, 4], [0, 2], [-1, -2, 0, 1, -2, 2, 3, -1]],
  ["tail in head, one end", [0, 4], [2, 4], [-1, 0, 1, -2, 2, 3, -2, -1]],
  ["head in tail, one start", [0, 2], [0, 4], [-2, -1, 0, 1, -1, 2, 3, -2]],
  ["head in tail, one end", [2, 4], [0, 4], [-2, 0, 1, -1, 2, 3, -1, -2]],
  ["the same", [1, 3], [1, 3], [0, -1, -2, 1, 2, -2, -1, 3]],
  ["overlapping, head first", [0, 3], [1, 4], [-1, 0, -2, 1, 2, -1, 3, -2]],
  ["overlapping, tail first", [1, 4], [0, 3], [-2, 0, -1, 1, 2, -2, 3, -1]],
])("%s", (_, [h0, h1], [t0, t1], expected) => {
  const mentions = [
    { span: { start: h0, end: h1 }, marker: head },
    { span: { start: t0, end: t1 }, marker: tail },
  ];
  expect([...insertMarkers(Int32Array.of(0, 1, 2, 3), mentions).tokens]).toEqual(expected);
});

test("each run goes from its opening to its closing marker, around the tokens of its span", () => {
  const span = fc
    .tuple(fc.nat(5), fc.nat(5))
    .map(([a, b]): TokenSpan => ({ start: Math.min(a, b), end: Math.max(a, b) + 1 }));
  fc.assert(
    fc.property(span, span, (headSpan, tailSpan) => {
      const tokens = Array.from({ length: 6 }, (_, i) => i);
      const mentions = [
        { span: headSpan, marker: head },
        { span: tailSpan, marker: tail },
      ];
      const marked = insertMarkers(tokens, mentions);
      expect(marked.tokens.filter((id) => id >= 0)).toEqual(tokens);
      for (const [index, { span: inside, marker: id }] of mentions.entries()) {
        const run = marked.mentions[index]!;
        expect([run.start, run.end - 1]).toEqual([marked.tokens.indexOf(id), marked.tokens.lastIndexOf(id)]);
        const between = marked.tokens.slice(run.start, run.end).filter((token) => token >= 0);
        expect(between).toEqual(tokens.slice(inside.start, inside.end));
      }
    }),
  );
});
