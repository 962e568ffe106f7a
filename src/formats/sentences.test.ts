import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { richDocument } from "../../test/fixtures/rich-documents.ts";
import type { Span } from "../corpus/document.ts";
import { sentencesAround } from "./sentences.ts";
import { tokenizeAround } from "./tokens.ts";

function sentences(text: string, entities: readonly Span[] = []): string[] {
  const tokenized = tokenizeAround(text, entities);
  return sentencesAround(text, tokenized).map(({ start, end }) =>
    tokenized.tokens
      .slice(start, end)
      .map((token) => text.slice(token.start, token.end))
      .join(" "),
  );
}

describe("sentences of tokens", () => {
  test.each([
    ["Bonjour. Le colis 📦 part lundi !", ["Bonjour .", "Le colis 📦 part lundi !"]],
    ["Objet : colis\n\nIl part\r\nlundi", ["Objet : colis", "Il part", "lundi"]],
    ["3.50 euros", ["3.50 euros"]],
    [" \n ", []],
    ["", []],
  ])("%j", (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  test("an entity is in one sentence", () => {
    expect(sentences("Chez M. Dupont. Demain.", [{ start: 5, end: 14 }])).toEqual(["Chez M . Dupont .", "Demain ."]);
    expect(sentences("a\nb\nc", [{ start: 0, end: 3 }])).toEqual(["a b", "c"]);
  });

  test("no token is lost, no sentence is empty, no entity is cut", () => {
    fc.assert(
      fc.property(richDocument, ({ text, entities }) => {
        const tokenized = tokenizeAround(text, entities);
        const found = sentencesAround(text, tokenized);
        let last = 0;
        for (const { start, end } of found) {
          expect(start).toBe(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBe(tokenized.tokens.length);
        for (const entity of tokenized.spans) {
          expect(found.filter(({ start, end }) => start <= entity.start && entity.end <= end)).toHaveLength(1);
        }
      }),
    );
  });
});
