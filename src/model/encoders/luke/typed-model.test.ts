import { describe, expect, test } from "vitest";
import { classifierParameters } from "../../../../test/support/luke.ts";
import { tinyTokenizer } from "../../../../test/support/tiny-tokenizer.ts";
import { lukeMini } from "./config.ts";
import { initializeFromScratch } from "./initialization.ts";
import { pairHead } from "../../heads/pair-head.ts";
import type { Weights } from "../../../nn/parameters.ts";
import { typedEntityId } from "./tokenizer/typed-entities.ts";
import { addTypedEntities } from "./typed-model.ts";

const tokenizer = tinyTokenizer();
const { size, specialEntityIds } = tokenizer.entityVocab;
const config = {
  ...lukeMini(tokenizer.words.vocabSize, size),
  hiddenSize: 8,
  entityEmbSize: 6,
  intermediateSize: 8,
  numHiddenLayers: 1,
  maxPositionEmbeddings: 16,
};
const weights = initializeFromScratch(classifierParameters(pairHead, config, 3), config, 1);
const model = { name: "tiny", tokenizer, config, weights };

const tableName = "luke.entity_embeddings.entity_embeddings.weight";
const rowsOf = (of: Weights): number[][] => {
  const { shape, data } = of.get(tableName)!;
  expect(data).toHaveLength(shape[0]! * shape[1]!);
  return Array.from({ length: shape[0]! }, (_, row) => [...data.subarray(row * shape[1]!, (row + 1) * shape[1]!)]);
};

describe("two types", () => {
  const typed = addTypedEntities(model, ["TIME", "OBJECT"]);

  test("start as [MASK] and change no row that was there", () => {
    const before = rowsOf(weights);
    const mask = before[specialEntityIds.mask]!;
    expect(mask.some((value) => value !== 0)).toBe(true);
    expect(rowsOf(typed.weights)).toEqual([...before, mask, mask]);
    expect(typedEntityId(typed.tokenizer.entityVocab, "OBJECT")).toBe(size + 1);
  });

  test("the new model is whole: its tables fit its config, all else is as it was and in its order", () => {
    expect(typed.config).toEqual({ ...config, entityVocabSize: size + 2, hasNewEntities: true });
    const specs = classifierParameters(pairHead, typed.config, 3);
    expect([...typed.weights].map(([name, { shape }]) => [name, shape])).toEqual(
      specs.map(({ name, shape }) => [name, shape]),
    );
    for (const [name, weight] of weights) if (name !== tableName) expect(typed.weights.get(name)).toBe(weight);
    expect(typed.name).toBe("tiny");
  });

  test("the old model stays as it was", () => {
    expect(rowsOf(model.weights)).toHaveLength(size);
    expect(model.tokenizer.entityVocab.size).toBe(size);
  });

  test("a type that was trained keeps its row when others come", () => {
    const trained = new Map(typed.weights);
    const { shape, data } = trained.get(tableName)!;
    trained.set(tableName, { shape, data: data.map((value, i) => (i >= size * 6 ? i : value)) });
    const more = addTypedEntities({ ...typed, weights: trained }, ["NEW", "TIME"]);
    expect(rowsOf(more.weights)).toEqual([...rowsOf(trained), rowsOf(weights)[specialEntityIds.mask]]);
  });
});

test("without types, and with types that are there, nothing changes", () => {
  expect(addTypedEntities(model, []).weights).toBe(weights);
  const typed = addTypedEntities(model, ["TIME"]);
  const again = addTypedEntities(typed, ["TIME"]);
  expect([again.weights, again.config]).toEqual([typed.weights, typed.config]);
  expect(again.tokenizer.files()).toEqual(typed.tokenizer.files());
});

describe("where entities are as wide as words", () => {
  const wide = { ...config, entityEmbSize: 8 };
  const wideWeights = initializeFromScratch(classifierParameters(pairHead, wide, 3), wide, 1);
  const row = (table: string, of: Weights, i: number): number[] => [
    ...of.get(table)!.data.subarray(i * 8, (i + 1) * 8),
  ];

  test("a type starts halfway from [MASK] to the mean of its name's words; one without words as [MASK]", () => {
    const types = ["TimeOfDay", "→"];
    const typed = addTypedEntities({ tokenizer, config: wide, weights: wideWeights }, types);
    const mask = row(tableName, wideWeights, specialEntityIds.mask);
    const pieces = tokenizer.words.encode("time of day");
    const named = mask.map((value, i) => {
      const words = pieces.map((piece) => row("luke.embeddings.word_embeddings.weight", wideWeights, piece)[i]!);
      return (value + words.reduce((a, b) => a + b, 0) / words.length) / 2;
    });
    for (const [i, value] of row(tableName, typed.weights, size).entries()) expect(value).toBeCloseTo(named[i]!, 6);
    expect(row(tableName, typed.weights, size + 1)).toEqual(mask);
  });
});

test("entities for types learn at the head's rate, the special ones of a model without types do not", () => {
  const isOfHead = (of: typeof config): boolean | undefined =>
    classifierParameters(pairHead, of, 3).find(({ name }) => name === tableName)!.isOfHead;
  expect(isOfHead(config)).toBeUndefined();
  expect(isOfHead(addTypedEntities(model, ["TIME"]).config)).toBe(true);
});
