import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  tinyMlukeFiles,
  tinyMlukeTokenizer,
  tinyTokenizer,
  tinyVocabFiles,
} from "../../../../../test/support/tiny-tokenizer.ts";
import { type TokenizerCase, tokenizerOracle } from "../../../../../test/support/tokenizer-oracle.ts";
import { collate } from "../../../../tokenization/inputs/collate.ts";
import type { Encoding } from "../../../../tokenization/inputs/encoding.ts";
import { encodeEntity, type EntityEncodingResult } from "../../../../tokenization/inputs/entity-encoding.ts";
import type { LukeTokenizer } from "./luke-tokenizer.ts";
import { encodePairs, type PairEncodingResult } from "../../../../tokenization/inputs/pair-encoding.ts";
import {
  encodeSpans,
  type SpanEncoding,
  type SpanEncodingResult,
} from "../../../../tokenization/inputs/span-encoding.ts";

type Input = Pick<TokenizerCase, "text" | "spans">;
type Answer = Omit<TokenizerCase, "text" | "spans">;

const spansOf = ({ spans }: Input): { start: number; end: number }[] => spans.map(([start, end]) => ({ start, end }));

async function encodePair(tokenizer: LukeTokenizer, input: Input, maxLength = 4096): Promise<PairEncodingResult> {
  const [head, tail] = spansOf(input);
  const [result] = await encodePairs(tokenizer, input.text, [{ head: head!, tail: tail! }], { maxLength });
  return result!;
}

const encoders: Record<
  keyof ReturnType<typeof tokenizerOracle>["cases"],
  (tokenizer: LukeTokenizer, input: Input) => Promise<EntityEncodingResult | SpanEncodingResult>
> = {
  entity_pair_classification: encodePair,
  entity_classification: (tokenizer, input) =>
    encodeEntity(tokenizer, input.text, spansOf(input)[0]!, { maxLength: 4096 }),
  entity_span_classification: (tokenizer, input) =>
    encodeSpans(tokenizer, input.text, spansOf(input), { maxLength: 4096 }),
};

function encodingOf<E extends Encoding>(result: { encoding: E } | { unencodable: { message: string } }): E {
  if ("unencodable" in result) throw new Error(result.unencodable.message);
  return result.encoding;
}

/** Position lists are runs, in the stored answers too. */
function answer(encoding: Encoding | SpanEncoding): Answer {
  const positions = encoding.entityPositionIds.map((list): [number, number] => {
    expect([...list]).toEqual(Array.from(list, (_, i) => list[0]! + i));
    return [list[0] ?? 0, list.length];
  });
  const given = { inputIds: [...encoding.inputIds], entityIds: [...encoding.entityIds], positions };
  if (!("entityStartPositions" in encoding)) return given;
  const { entityStartPositions, entityEndPositions } = encoding;
  return { ...given, starts: [...entityStartPositions], ends: [...entityEndPositions] };
}

const count = (ids: ArrayLike<number>, id: number): number => Array.from(ids).filter((other) => other === id).length;

describe.each([
  { name: "LukeTokenizer", file: "luke_tokenizer", tokenizer: tinyTokenizer(), files: tinyVocabFiles() },
  { name: "MLukeTokenizer", file: "mluke_tokenizer", tokenizer: tinyMlukeTokenizer(), files: tinyMlukeFiles() },
] as const)("as $name of transformers 4.57.6", ({ name, file, tokenizer, files }) => {
  const oracle = tokenizerOracle(file);

  test("the answers were made with the committed vocabulary", () => {
    expect(oracle.versions["transformers"]).toBe("4.57.6");
    const hashes = Object.entries(files).map(([fileName, content]) => [
      fileName,
      createHash("sha256").update(content).digest("hex"),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(oracle.sha256);
    expect(tokenizer.words.vocabSize).toBe(oracle.vocabSize);
    expect(tokenizer.words.tokenizerClass).toBe(name);
  });

  test.each([
    ["entity_pair_classification", 2, 2800],
    ["entity_classification", 2, 950],
    ["entity_span_classification", 0, 1150],
  ] as const)("%s: all ids, entity ids and positions", async (task, markers, atLeast) => {
    // transformers puts markers around nothing where a mention covers no token.
    const isBlank = ({ positions }: TokenizerCase): boolean => positions.some(([, length]) => length === markers);
    const blank = oracle.cases[task].filter(isBlank);
    expect(blank.length).toBeGreaterThan(0);
    for (const example of blank) {
      expect(await encoders[task](tokenizer, example)).toHaveProperty("unencodable.kind", "mention without tokens");
    }
    const others = oracle.cases[task].filter((example) => !isBlank(example));
    expect(others.length).toBeGreaterThan(atLeast);
    for (const { text, spans, ...expected } of others) {
      const given = answer(encodingOf(await encoders[task](tokenizer, { text, spans })));
      expect({ text, spans, ...given }).toEqual({ text, spans, ...expected });
    }
  });

  test("the cases hold what is difficult", () => {
    const all = Object.values(oracle.cases).flat();
    expect(all.length).toBeGreaterThanOrEqual(5000);
    const pairs = oracle.cases.entity_pair_classification;
    const number = (cases: TokenizerCase[], holds: (example: TokenizerCase) => boolean): number =>
      cases.filter(holds).length;
    expect(number(pairs, ({ spans: [head, tail] }) => tail![0] < head![0])).toBeGreaterThan(1000);
    expect(number(pairs, ({ spans: [head, tail] }) => tail![1] === head![0] || head![1] === tail![0])).toBeGreaterThan(
      300,
    );
    expect(
      number(all, ({ text, spans }) => /[\u{10000}-\u{10ffff}]/u.test(text.slice(0, spans[0]![1]))),
    ).toBeGreaterThan(300);
    expect(number(all, ({ positions }) => positions.some(([, length]) => length === 30))).toBeGreaterThan(100);
    expect(number(all, ({ text, spans }) => text.slice(...spans[0]!).startsWith(" "))).toBeGreaterThan(200);
    expect(number(all, ({ text, spans }) => text.slice(...spans[0]!).endsWith("  "))).toBeGreaterThan(20);
    const splitsWord = ({ text, spans: [span] }: TokenizerCase): boolean =>
      /^\p{L}{2}$/u.test(text.slice(span![0] - 1, span![0] + 1));
    expect(number(all, splitsWord)).toBeGreaterThan(400);
    const overlap = ({ spans }: TokenizerCase): boolean =>
      spans.some(([start, end], i) => spans.some(([from, to], j) => i !== j && from < end && start < to));
    expect(number(oracle.cases.entity_span_classification, overlap)).toBeGreaterThan(500);
  });

  test("a padded batch, padded to its longest mention instead of to 30", async () => {
    const { texts, spans, ...padded } = oracle.padded;
    const rows = await Promise.all(texts.map((text, i) => encodePair(tokenizer, { text, spans: spans[i]! })));
    const batch = collate(rows.map(encodingOf), tokenizer.padding);
    expect(batch).toMatchObject({
      batch: texts.length,
      words: padded.input_ids[0]!.length,
      entities: 2,
      pairCount: texts.length,
    });
    expect([...batch.inputIds]).toEqual(padded.input_ids.flat());
    expect([...batch.attentionMask]).toEqual(padded.attention_mask.flat());
    expect([...batch.entityIds]).toEqual(padded.entity_ids.flat());
    expect([...batch.entityAttentionMask]).toEqual(padded.entity_attention_mask.flat());
    const lists = padded.entity_position_ids.flat();
    expect([...batch.entityPositionIds]).toEqual(lists.flatMap((positions) => positions.slice(0, batch.mention)));
    expect(lists.every((positions) => positions.slice(batch.mention).every((i) => i === -1))).toBe(true);
  });
});

test("where two segmentations are equally good, MLukeTokenizer's", async () => {
  const { tied } = tokenizerOracle("mluke_tokenizer");
  expect(tied).toHaveLength(4);
  for (const { text, spans, ...expected } of tied!) {
    const result = await encoders.entity_span_classification(tinyMlukeTokenizer(), { text, spans });
    expect(answer(encodingOf(result))).toEqual(expected);
  }
});

describe("unlike transformers, on purpose", () => {
  const tokenizer = tinyTokenizer();
  const { nested, overlapping, identical, literal, truncated } = tokenizerOracle("luke_tokenizer").differences;
  const decode = (ids: ArrayLike<number>): string => tokenizer.words.decode(ids);
  const encoding = async (example: Input, maxLength?: number): Promise<Encoding> =>
    encodingOf(await encodePair(tokenizer, example, maxLength));

  test.each([
    ["nested", nested!, "<s><ent>The<ent2> teacher<ent2> bought a house<ent> in Leeds.</s>"],
    ["overlapping", overlapping!, "<s><ent>The teacher<ent2> bought<ent> a house in Leeds<ent2>.</s>"],
    ["identical", identical!, "<s>The<ent><ent2> teacher<ent2><ent> bought a house in Leeds.</s>"],
  ])("%s mentions stand between their own markers", async (_, { text, spans, ...expected }, marked) => {
    const { inputIds, entityPositionIds } = await encoding({ text, spans });
    expect(decode(inputIds)).toBe(marked);
    const sorted = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);
    expect(sorted(inputIds)).toEqual(sorted(expected.inputIds));
    expect(answer(await encoding({ text, spans }))).not.toEqual(expected);
    const { ent, ent2 } = tokenizer.words.specialTokenIds;
    for (const [slot, marker] of [ent, ent2].entries()) {
      const positions = [...entityPositionIds[slot]!];
      expect([inputIds.indexOf(marker), inputIds.lastIndexOf(marker)]).toEqual([positions[0], positions.at(-1)]);
      expect(positions.length).toBe(positions.at(-1)! - positions[0]! + 1);
    }
  });

  test("special tokens that stand in a text are text, not markers", async () => {
    const { ent, mask, cls } = tokenizer.words.specialTokenIds;
    const { inputIds } = await encoding(literal!);
    expect([ent, mask, cls].map((id) => count(literal!.inputIds, id))).toEqual([3, 1, 2]);
    expect([ent, mask, cls].map((id) => count(inputIds, id))).toEqual([2, 0, 1]);
    expect(decode(inputIds)).toBe("<s><ent>Write<ent> <ent> or <mask> or <s> in<ent2> Leeds<ent2>.</s>");
  });

  test("and so they are for mLUKE", async () => {
    const mluke = tinyMlukeTokenizer();
    const { ent, mask, cls } = mluke.words.specialTokenIds;
    const example = tokenizerOracle("mluke_tokenizer").differences["literal"]!;
    const { inputIds } = encodingOf(await encodePair(mluke, example));
    expect([ent, mask, cls].map((id) => count(example.inputIds, id))).toEqual([3, 1, 2]);
    expect([ent, mask, cls].map((id) => count(inputIds, id))).toEqual([2, 0, 1]);
    // The small vocabulary has neither sign nor capital.
    const unknown = (text: string): string => text.replaceAll(/[<>W]/g, "<unk>");
    const text = ` ${unknown("<ent> or <mask> or <s> in")}`;
    expect(mluke.words.decode(inputIds)).toBe(`<s><ent> ${unknown("Write")}<ent>${text}<ent2> Leeds<ent2> .</s>`);
  });

  test("a text that is cut keeps both mentions", async () => {
    expect(truncated!.entityIds).toEqual([2]);
    const window = await encoding({ ...truncated!, spans: [truncated!.spans[0]!, [12, 18]] }, 12);
    expect(window.truncated).toBe(true);
    expect([...window.entityIds]).toEqual([2, 3]);
    expect(await encodePair(tokenizer, truncated!, 12)).toHaveProperty("unencodable.kind", "mentions too far apart");
  });
});
