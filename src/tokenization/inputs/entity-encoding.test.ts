import { describe, expect, test } from "vitest";
import { tinyTokenizer } from "../../../test/support/tiny-tokenizer.ts";
import { collate } from "./collate.ts";
import { encodeEntity } from "./entity-encoding.ts";
import { PairSpanError } from "./pair-span-error.ts";
import { encodeSpans } from "./span-encoding.ts";

const tokenizer = tinyTokenizer();
const decode = (ids: ArrayLike<number>): string => tokenizer.words.decode(ids);
const text = "The teacher bought a house in Leeds.";
const [teacher, house, leeds, blank] = [
  { start: 4, end: 11 },
  { start: 21, end: 26 },
  { start: 30, end: 35 },
  { start: 11, end: 12 },
];

function encodingOf<E>(result: { encoding: E } | { unencodable: { message: string } }): E {
  if ("unencodable" in result) throw new Error(result.unencodable.message);
  return result.encoding;
}

describe("one entity", () => {
  test("stands between two <ent>, which count for its position", async () => {
    const { inputIds, entityIds, entityPositionIds, ...rest } = encodingOf(await encodeEntity(tokenizer, text, house));
    expect(decode(inputIds)).toBe("<s>The teacher bought a<ent> house<ent> in Leeds.</s>");
    expect(entityIds).toEqual(Int32Array.of(2));
    expect(decode(entityPositionIds[0]!.map((at) => inputIds[at]!))).toBe("<ent> house<ent>");
    expect(rest).toEqual({ pairs: [], truncated: false, mentionCut: false });
  });

  test("keeps a window of the text", async () => {
    const { inputIds, entityPositionIds, truncated } = encodingOf(
      await encodeEntity(tokenizer, text, house, { maxLength: 9 }),
    );
    expect(inputIds).toHaveLength(9);
    expect(truncated).toBe(true);
    expect(decode(entityPositionIds[0]!.map((at) => inputIds[at]!))).toBe("<ent> house<ent>");
    expect(await encodeEntity(tokenizer, text, { start: 0, end: 36 }, { maxLength: 9 })).toMatchObject({
      unencodable: {
        kind: "mention too long",
        message: expect.stringMatching(/^the mention has \d+ tokens with .* 7 fit/),
      },
    });
  });

  test("must have a token, and lie in the text", async () => {
    expect(await encodeEntity(tokenizer, text, blank)).toHaveProperty("unencodable.kind", "mention without tokens");
    await expect(encodeEntity(tokenizer, text, { start: 30, end: 37 })).rejects.toThrow(PairSpanError);
    await expect(encodeEntity(tokenizer, text, { start: 30, end: 37 })).rejects.toThrow("the mention [30, 37)");
  });
});

describe("spans", () => {
  test("have no markers, and tell their first and last token", async () => {
    const { inputIds, entityIds, entityPositionIds, entityStartPositions, entityEndPositions, pairs } = encodingOf(
      await encodeSpans(tokenizer, text, [leeds, teacher, { start: 4, end: 26 }]),
    );
    expect(decode(inputIds)).toBe(`<s>${text}</s>`);
    expect(entityIds).toEqual(Int32Array.of(2, 2, 2));
    expect(pairs).toEqual([]);
    const texts = [...entityStartPositions].map((start, i) =>
      decode(inputIds.slice(start, entityEndPositions[i]! + 1)),
    );
    expect(texts).toEqual([" Leeds", " teacher", " teacher bought a house"]);
    expect(entityPositionIds.map((positions) => [positions[0], positions.at(-1)])).toEqual(
      [...entityStartPositions].map((start, i) => [start, entityEndPositions[i]]),
    );
  });

  test("the last token of a long mention is its own, not that of its position", async () => {
    const long = `Leeds ${"z".repeat(40)}.`;
    const { entityPositionIds, entityStartPositions, entityEndPositions, mentionCut } = encodingOf(
      await encodeSpans(tokenizer, long, [{ start: 6, end: 46 }]),
    );
    expect(mentionCut).toBe(true);
    expect(entityPositionIds[0]).toHaveLength(30);
    expect(entityEndPositions[0]! - entityStartPositions[0]! + 1).toBeGreaterThan(30);
  });

  test("keep a window around all of them", async () => {
    const { inputIds, entityStartPositions, entityEndPositions, truncated } = encodingOf(
      await encodeSpans(tokenizer, text, [house, leeds], { maxLength: 9 }),
    );
    expect([inputIds.length, truncated]).toEqual([9, true]);
    expect(decode(inputIds.slice(entityStartPositions[0], entityEndPositions[1]! + 1))).toBe(" house in Leeds");
    expect(await encodeSpans(tokenizer, text, [teacher, leeds], { maxLength: 9 })).toMatchObject({
      unencodable: {
        kind: "mentions too far apart",
        message: expect.stringMatching(/^the 2 spans are \d+ tokens apart/),
      },
    });
  });

  test("are some, of the text, and each has a token", async () => {
    await expect(encodeSpans(tokenizer, text, [])).rejects.toThrow(RangeError);
    await expect(encodeSpans(tokenizer, text, [leeds, { start: 2, end: 1 }])).rejects.toThrow(
      "span 1 [2, 1): reversed",
    );
    expect(await encodeSpans(tokenizer, text, [leeds, blank])).toMatchObject({
      unencodable: { kind: "mention without tokens", message: expect.stringContaining("span 1 has no token") },
    });
  });

  test("a batch has their places, padded with 0", async () => {
    const rows = [
      await encodeSpans(tokenizer, text, [teacher, leeds]),
      await encodeSpans(tokenizer, "Ana", [{ start: 0, end: 3 }]),
    ].map(encodingOf);
    const { entityStartPositions, entityEndPositions } = collate(rows, tokenizer.padding);
    const [first, second] = rows;
    expect([...entityStartPositions!]).toEqual([...first!.entityStartPositions, 1, 0]);
    expect([...entityEndPositions!]).toEqual([...first!.entityEndPositions, second!.entityEndPositions[0], 0]);
    const other = encodingOf(await encodeEntity(tokenizer, text, leeds));
    expect(collate([other], tokenizer.padding).entityStartPositions).toBeUndefined();
    expect(() => collate([first!, other], tokenizer.padding)).toThrow("1 encodings of spans with 1 others");
  });
});
