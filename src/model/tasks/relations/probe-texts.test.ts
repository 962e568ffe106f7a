import { describe, expect, test } from "vitest";
import type { PairExample } from "../../../corpus/pairs.ts";
import { languageOf, rewrite, sentenceOf } from "./probe-texts.ts";

test("the language is that of the most common words", () => {
  expect(languageOf(["The head of the firm was in Rome, and that is all."])).toBe("English");
  expect(languageOf(["La voiture est dans le garage avec les autres."])).toBe("French");
  expect(languageOf(["Der Hund und die Katze, das ist nicht ein Paar."])).toBe("German");
  expect(languageOf(["Kissa istuu puussa"])).toBeUndefined();
  expect(languageOf([])).toBeUndefined();
});

const text = "Before. Ann works for Acme in Rome. She met Bo.";
const at = (surface: string): { start: number; end: number; type: string } => ({
  start: text.indexOf(surface),
  end: text.indexOf(surface) + surface.length,
  type: surface,
});
const entities = [at("Ann"), at("Acme"), at("Bo")];
const pair = (head: number, tail: number): PairExample => ({
  id: "d-0",
  document: { id: "d", text, entities, relations: [] },
  head,
  tail,
  label: 1,
  labels: [1],
});

describe("the sentence of two mentions", () => {
  test("is cut at its ends", () => {
    const { start, end } = sentenceOf(text, entities[0]!, entities[1]!)!;
    expect(text.slice(start, end)).toBe("Ann works for Acme in Rome.");
  });

  test("is none if another begins between them", () => {
    expect(sentenceOf(text, entities[0]!, entities[2]!)).toBeUndefined();
    expect(rewrite(pair(0, 2), "English")).toBeUndefined();
  });

  test("ends at the end of a line, and of the text", () => {
    const lines = "one two\nthree four";
    const { start, end } = sentenceOf(lines, { start: 8, end: 13 }, { start: 14, end: 18 })!;
    expect(lines.slice(start, end)).toBe("three four");
  });
});

test.each([
  [0, 1],
  [1, 0],
])("mentions %i and %i keep their words, order and types in every rewritten text", (head, tail) => {
  const { alone, denied, together } = rewrite(pair(head, tail), "English")!;
  expect(alone.document.text).toBe("Ann works for Acme in Rome.");
  expect(denied!.document.text).toBe("It is not true that Ann works for Acme in Rome.");
  expect(together.document.text).toBe("Ann, Acme.");
  for (const one of [alone, denied!, together]) {
    const of = (i: number): string => {
      const { start, end, type } = one.document.entities[i]!;
      expect(type).toBe(one.document.text.slice(start, end));
      return type;
    };
    expect([of(one.head), of(one.tail)]).toEqual([entities[head]!.type, entities[tail]!.type]);
    expect(one.labels).toEqual([1]);
  }
  expect(rewrite(pair(head, tail), undefined)!.denied).toBeUndefined();
});

test("a text is denied in its own language, also in a corpus of another", () => {
  const text = "Anne est dans la ville.";
  const document = {
    id: "1",
    text,
    entities: [0, 14].map((start) => ({ start, end: start + 4, type: "X" })),
    relations: [],
  };
  const { denied, language } = rewrite({ ...pair(0, 1), document }, "English")!;
  expect([language, denied!.document.text]).toEqual(["French", `Il n'est pas vrai que ${text}`]);
});
