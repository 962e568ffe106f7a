import { expect, test } from "vitest";
import { random } from "../random.ts";
import { Sketches } from "./sketches.ts";
import { hash32, hash53, wordTriples } from "../corpus/text-hash.ts";

const stream = random("test");
const someHashes = (count: number): number[] => Array.from({ length: count }, () => stream.below(2 ** 32) | 0);

test("a sketch estimates how much two sets share", () => {
  for (const shared of [0.8, 0.9, 1]) {
    const errors = Array.from({ length: 20 }, () => {
      // Of a + b members altogether, a are in both.
      const a = Math.round(shared * 100);
      const common = someHashes(a);
      const [left, right] = [someHashes((100 - a) >> 1), someHashes((100 - a + 1) >> 1)];
      const sketches = new Sketches();
      sketches.add(Int32Array.from([...common, ...left]));
      sketches.add(Int32Array.from([...right, ...common].reverse()));
      return (sketches.similar(0)[0]?.similarity ?? 0) - shared;
    });
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.2);
    expect(Math.abs(errors.reduce((sum, error) => sum + error) / errors.length)).toBeLessThan(0.06);
  }
});

test("of thousands of sets those alike are found, whatever else there is and however many are alike", () => {
  const sketches = new Sketches();
  const template = someHashes(100);
  for (let i = 0; i < 5000; i++) {
    sketches.add(Int32Array.from(i % 5 === 0 ? [...template, ...someHashes(3)] : someHashes(100)));
  }
  const found = sketches.similar(0.8);
  expect(found.length).toBeGreaterThan(990);
  expect(found.every(({ item, earlier }) => item % 5 === 0 && earlier % 5 === 0 && earlier < item)).toBe(true);
});

test("triples are of words, whatever stands between; of scripts without blanks each sign is a word", () => {
  expect(wordTriples("Un colis est là.")).toEqual(wordTriples("un  COLIS,\nest « là »"));
  expect(wordTriples("Un colis est là.")).toHaveLength(2);
  expect(wordTriples("un deux")).toHaveLength(0);
  expect(wordTriples("東京の駅")).toHaveLength(2);
  expect([...wordTriples("un deux trois")]).not.toEqual([...wordTriples("trois deux un")]);
});

test("hashes tell texts apart", () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => `texte ${i}`);
  expect(new Set(texts.map(hash53)).size).toBe(texts.length);
  expect(new Set(texts.map((text) => hash32(text))).size).toBeGreaterThan(texts.length - 5);
  expect(texts.map(hash53).every((hash) => Number.isSafeInteger(hash))).toBe(true);
});
