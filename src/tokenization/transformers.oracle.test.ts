import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { tinyTokenizer, tinyVocabFiles } from "../../test/support/tiny-tokenizer.ts";
import { collate } from "./collate.ts";
import type { Encoding } from "./encoding.ts";
import { encodePairs, type PairEncodingResult } from "./pair-encoding.ts";

interface Case {
  text: string;
  codePoints: [[number, number], [number, number]];
  head: [number, number];
  tail: [number, number];
  inputIds: number[];
  entityIds: number[];
  entityPositionIds: number[][];
}

interface Oracle {
  versions: { transformers: string };
  sha256: Record<string, string>;
  vocabSize: number;
  cases: Case[];
  differences: Record<"nested" | "overlapping" | "identical" | "literal" | "truncated", Case>;
  padded: Record<"input_ids" | "attention_mask" | "entity_ids" | "entity_attention_mask", number[][]> & {
    entity_position_ids: number[][][];
  };
}

const path = new URL("../../test/oracle/luke_tokenizer.json.gz", import.meta.url);
const oracle: Oracle = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
const tokenizer = tinyTokenizer();
const decode = (ids: ArrayLike<number>): string => tokenizer.words.decode(ids);

async function encode({ text, head, tail }: Case, maxLength = 4096): Promise<PairEncodingResult> {
  const pair = { head: { start: head[0], end: head[1] }, tail: { start: tail[0], end: tail[1] } };
  return (await encodePairs(tokenizer, text, [pair], { maxLength }))[0]!;
}

async function encoding(example: Case, maxLength?: number): Promise<Encoding> {
  const result = await encode(example, maxLength);
  if ("unencodable" in result) throw new Error(result.unencodable.message);
  return result.encoding;
}

const answer = ({
  inputIds,
  entityIds,
  entityPositionIds,
}: Encoding): Pick<Case, "inputIds" | "entityIds" | "entityPositionIds"> => ({
  inputIds: [...inputIds],
  entityIds: [...entityIds],
  entityPositionIds: entityPositionIds.map((positions) => [...positions]),
});

const expected = ({ inputIds, entityIds, entityPositionIds }: Case): ReturnType<typeof answer> => ({
  inputIds,
  entityIds,
  entityPositionIds,
});

describe("as LukeTokenizer of transformers 4.57.6", () => {
  test("the answers were made with the committed vocabulary", () => {
    expect(oracle.versions.transformers).toBe("4.57.6");
    const hashes = Object.entries(tinyVocabFiles()).map(([name, text]) => [
      name,
      createHash("sha256").update(text).digest("hex"),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(oracle.sha256);
    expect(tokenizer.words.vocabSize).toBe(oracle.vocabSize);
  });

  test("all ids, entity ids and position lists of disjoint pairs", async () => {
    // transformers puts two markers around nothing where a mention covers no token.
    const isBlank = ({ entityPositionIds }: Case): boolean => entityPositionIds.some(({ length }) => length === 2);
    const blank = oracle.cases.filter(isBlank);
    expect(blank.length).toBeGreaterThan(0);
    for (const example of blank) {
      expect(await encode(example)).toHaveProperty("unencodable.kind", "mention without tokens");
    }
    const others = oracle.cases.filter((example) => !isBlank(example));
    expect(others.length).toBeGreaterThan(1500);
    for (const example of others) {
      const { text } = example;
      expect({ text, ...answer(await encoding(example)) }).toEqual({ text, ...expected(example) });
    }
  });

  test("the cases hold what is difficult", () => {
    const count = (holds: (example: Case) => boolean): number => oracle.cases.filter(holds).length;
    expect(count(({ tail, head }) => tail[0] < head[0])).toBeGreaterThan(500);
    expect(count(({ tail, head }) => tail[1] === head[0] || head[1] === tail[0])).toBeGreaterThan(200);
    expect(count(({ codePoints, head, tail }) => String([head, tail]) !== String(codePoints))).toBeGreaterThan(200);
    expect(count(({ entityPositionIds }) => entityPositionIds.some(({ length }) => length === 30))).toBeGreaterThan(
      100,
    );
    expect(count(({ text, head }) => text.slice(...head).startsWith(" "))).toBeGreaterThan(100);
    expect(count(({ text, head }) => text.slice(...head).endsWith("  "))).toBeGreaterThan(10);
    expect(count(({ text, tail }) => /^\p{L}{2}$/u.test(text.slice(tail[0] - 1, tail[0] + 1)))).toBeGreaterThan(200);
  });

  test("a padded batch, padded to its longest mention instead of to 30", async () => {
    const { input_ids, attention_mask, entity_ids, entity_attention_mask, entity_position_ids } = oracle.padded;
    const encodable = oracle.cases.filter(({ entityPositionIds }) =>
      entityPositionIds.every(({ length }) => length > 2),
    );
    const rows = await Promise.all(encodable.slice(0, input_ids.length).map((example) => encoding(example)));
    const batch = collate(rows, tokenizer.padding);
    expect(batch).toMatchObject({
      batch: input_ids.length,
      words: input_ids[0]!.length,
      entities: 2,
      pairCount: input_ids.length,
    });
    expect([...batch.inputIds]).toEqual(input_ids.flat());
    expect([...batch.attentionMask]).toEqual(attention_mask.flat());
    expect([...batch.entityIds]).toEqual(entity_ids.flat());
    expect([...batch.entityAttentionMask]).toEqual(entity_attention_mask.flat());
    expect([...batch.entityPositionIds]).toEqual(
      entity_position_ids.flat().flatMap((positions) => positions.slice(0, batch.mention)),
    );
    expect(entity_position_ids.flat().every((positions) => positions.slice(batch.mention).every((i) => i === -1))).toBe(
      true,
    );
  });
});

describe("unlike transformers, on purpose", () => {
  const { nested, overlapping, identical, literal, truncated } = oracle.differences;

  test.each([
    ["nested", nested, "<s><ent>The<ent2> teacher<ent2> bought a house<ent> in Leeds.</s>"],
    ["overlapping", overlapping, "<s><ent>The teacher<ent2> bought<ent> a house in Leeds<ent2>.</s>"],
    ["identical", identical, "<s>The<ent><ent2> teacher<ent2><ent> bought a house in Leeds.</s>"],
  ])("%s mentions stand between their own markers", async (_, example, marked) => {
    const { inputIds, entityPositionIds } = await encoding(example);
    expect(decode(inputIds)).toBe(marked);
    const sorted = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);
    expect(sorted(inputIds)).toEqual(sorted(example.inputIds));
    expect(answer(await encoding(example))).not.toEqual(expected(example));
    const { ent, ent2 } = tokenizer.words.specialTokenIds;
    for (const [slot, marker] of [ent, ent2].entries()) {
      const positions = [...entityPositionIds[slot]!];
      expect([inputIds.indexOf(marker), inputIds.lastIndexOf(marker)]).toEqual([positions[0], positions.at(-1)]);
      expect(positions.length).toBe(positions.at(-1)! - positions[0]! + 1);
    }
  });

  test("special tokens that stand in a text are text, not markers", async () => {
    const { ent, mask, cls } = tokenizer.words.specialTokenIds;
    const count = (ids: ArrayLike<number>, id: number): number =>
      Array.from(ids).filter((other) => other === id).length;
    const { inputIds } = await encoding(literal);
    expect([ent, mask, cls].map((id) => count(literal.inputIds, id))).toEqual([3, 1, 2]);
    expect([ent, mask, cls].map((id) => count(inputIds, id))).toEqual([2, 0, 1]);
    expect(decode(inputIds)).toBe("<s><ent>Write<ent> <ent> or <mask> or <s> in<ent2> Leeds<ent2>.</s>");
  });

  test("a text that is cut keeps both mentions", async () => {
    expect(truncated.entityIds).toEqual([2]);
    const window = await encoding({ ...truncated, tail: [12, 18] }, 12);
    expect(window.truncated).toBe(true);
    expect([...window.entityIds]).toEqual([2, 3]);
    expect(await encode(truncated, 12)).toHaveProperty("unencodable.kind", "mentions too far apart");
  });
});
