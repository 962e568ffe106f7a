import * as fc from "fast-check";
import { expect, test } from "vitest";
import { richDocument } from "../../../test/fixtures/rich-documents.ts";
import { NoticeLog } from "../../corpus/notices.ts";
import { reduceTo } from "../features.ts";
import { spacyTokens } from "./spacy-tokens.ts";

test("white space as spaCy 3.8 has it", () => {
  const text = "Le colis 📦 part  lundi.\nOui ";
  const { tokens, spans } = spacyTokens(text, [{ start: 12, end: 23 }]);
  expect(tokens.map(({ start, end, ws }) => [text.slice(start, end), ws])).toEqual([
    ["Le", true],
    ["colis", true],
    ["📦", true],
    ["part", true],
    [" ", false],
    ["lundi", false],
    [".", false],
    ["\n", false],
    ["Oui", true],
  ]);
  expect(spans).toEqual([{ start: 3, end: 6 }]);
});

test("tokens and their blanks are the text; an entity is whole tokens", () => {
  fc.assert(
    fc.property(richDocument, (rich) => {
      const { text, entities } = reduceTo(new Set(["empty-documents"]), rich, "NO_REL", new NoticeLog())!;
      const { tokens, spans } = spacyTokens(text, entities);
      expect(tokens.map(({ start, end, ws }) => text.slice(start, end) + (ws ? " " : "")).join("")).toBe(text);
      expect(spans.map(({ start, end }) => [tokens[start]!.start, tokens[end - 1]!.end])).toEqual(
        entities.map(({ start, end }) => [start, end]),
      );
    }),
  );
});
