import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TagLattice, type TaggedTokens } from "./decode-tags.ts";
import { grammarOf, readTags, tagsOf, type TagGrammar } from "./tags.ts";

/** The spans of a sequence of tags, or undefined if the grammar forbids it; written without looking at the decoder. */
function spansOf({ tags, outside }: TagGrammar, ids: readonly number[], tokens: TaggedTokens): string[] | undefined {
  const spans: { start: number; end: number; type: number }[] = [];
  let open = false;
  for (const [token, id] of [...ids, outside].entries()) {
    const tag = tags[id]!;
    const last = token === 0 ? undefined : tags[ids[token - 1]!]!;
    if (last && open && tag.continues && last.isOpen && last.type === tag.type) spans.at(-1)!.end++;
    else {
      if (open && (!last!.ends || tokens.isBoundary[token] === 0)) return undefined;
      if (id === outside) open = false;
      else {
        if (!tag.begins || tokens.mayBegin[token] === 0 || tokens.isBoundary[token] === 0) return undefined;
        spans.push({ start: token, end: token + 1, type: tag.type });
        open = true;
      }
    }
  }
  return spans.map(({ start, end, type }) => `${start}-${end} ${type}`);
}

function* sequences(count: number, width: number): Generator<number[]> {
  if (count === 0) yield [];
  else for (const rest of sequences(count - 1, width)) for (let tag = 0; tag < width; tag++) yield [...rest, tag];
}

const schemes: readonly TagGrammar[] = [
  grammarOf(["A", "B"]),
  readTags(["B-A", "I-A", "O"], true)!,
  readTags(["O", "B-A", "I-A", "E-A", "S-A"], false)!,
  readTags(["O", "A", "B"], false)!,
  readTags(["O", "I-A", "B-B", "I-B"], false)!,
];

const cases = fc.record({
  scheme: fc.nat(schemes.length - 1),
  count: fc.integer({ min: 0, max: 5 }),
  numbers: fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 25, maxLength: 25 }),
  isBoundary: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  mayBegin: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  isFree: fc.boolean(),
});

test("the best tags and the probabilities of spans are those of all sequences that the grammar allows", () => {
  fc.assert(
    fc.property(cases, ({ scheme, count, numbers, isBoundary, mayBegin, isFree }) => {
      const grammar = schemes[scheme]!;
      const width = grammar.tags.length;
      const bits = (given: readonly boolean[]): number[] => given.map((bit) => Number(isFree || bit));
      const boundaries = bits(isBoundary).slice(0, count + 1);
      boundaries[0] = boundaries[count] = 1;
      const scores = Float32Array.from({ length: count * width }, (_, i) => numbers[i % numbers.length]! + (i % 7) / 9);
      const tokens = { count, scores, isBoundary: boundaries, mayBegin: bits(mayBegin) };
      let [most, all] = [-Infinity, 0];
      /** The best score of any sequence with these spans. */
      const bestOf = new Map<string, number>();
      const weights = new Map<string, number>();
      for (const ids of sequences(count, width)) {
        const spans = spansOf(grammar, ids, tokens);
        if (!spans) continue;
        const score = ids.reduce((sum, tag, token) => sum + scores[token * width + tag]!, 0);
        most = Math.max(most, score);
        bestOf.set(spans.join(), Math.max(score, bestOf.get(spans.join()) ?? -Infinity));
        all += Math.exp(score);
        for (const span of spans) weights.set(span, (weights.get(span) ?? 0) + Math.exp(score));
      }
      const lattice = new TagLattice(grammar, tokens);
      const found = lattice.best();
      expect(bestOf.get(found.map(({ start, end, type }) => `${start}-${end} ${type}`).join())).toBeCloseTo(most, 6);
      for (const { start, end, type, probability } of found)
        expect(probability).toBeLessThanOrEqual(lattice.probability({ start, end }, type) + 1e-9);
      for (let start = 0; start < count; start++)
        for (let end = start + 1; end <= count; end++)
          for (const type of grammar.types.keys()) {
            const expected = (weights.get(`${start}-${end} ${type}`) ?? 0) / all;
            expect(lattice.probability({ start, end }, type)).toBeCloseTo(expected, 8);
          }
    }),
    { numRuns: 300 },
  );
});

test("reads the tags that it writes, and labels that are no tags are none", () => {
  const types = ["DATE", "B-side", "O"];
  expect(readTags(tagsOf(types.slice(0, 2)), false)).toEqual(grammarOf(types.slice(0, 2)));
  expect(readTags(["NO_REL", "WHO_DO"], true)).toBeUndefined();
});
