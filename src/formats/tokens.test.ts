import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { richDocument } from "../../test/fixtures/rich-documents.ts";
import type { Span } from "../corpus/document.ts";
import { NoticeLog } from "../corpus/notices.ts";
import { joinTokens, restoreToken, restoreTokens, retokenize, tokenizeAround } from "./tokens.ts";

const sliceOf = (text: string, { start, end }: Span): string => text.slice(start, end);
const withoutBlanks = (text: string): string => text.replaceAll(/\s/g, "");

describe("joined tokens", () => {
  const tokens = fc.array(fc.constantFrom("le", "📦", "e\u0301", "-", "", "New York"), { maxLength: 8 });

  test("a run of tokens is the text between its first and last character", () => {
    fc.assert(
      fc.property(tokens, fc.nat(8), fc.nat(8), (tokens, a, b) => {
        const { text, count, span } = joinTokens(tokens);
        expect(text).toBe(tokens.join(" "));
        expect(count).toBe(tokens.length);
        const [first, end] = [Math.min(a, b), Math.max(a, b)];
        if (first === end || end > count) return;
        expect(sliceOf(text, span(first, end))).toBe(tokens.slice(first, end).join(" "));
      }),
    );
  });

  test("tokens that are not there give offsets outside of the text", () => {
    fc.assert(
      fc.property(tokens, fc.nat(4), fc.integer({ min: 1, max: 4 }), (tokens, over, length) => {
        const { text, count, span } = joinTokens(tokens);
        const behind = span(count + over, count + over + length);
        expect(behind.start).toBeGreaterThan(text.length);
        expect(behind.end).toBeGreaterThan(behind.start);
        expect(span(Math.max(0, count - 1), count + length).end).toBeGreaterThan(text.length);
        expect(span(-length, 1).start).toBeLessThan(0);
      }),
    );
  });

  test("no token is an empty span, and ends before beginnings are reversed ones", () => {
    const { span } = joinTokens(["un", "colis", "part"]);
    expect(span(1, 1)).toEqual({ start: 3, end: 3 });
    expect(span(2, 1)).toEqual({ start: 9, end: 2 });
  });
});

describe("tokens around entities", () => {
  test("every character but blanks is in one token, and every entity is whole tokens", () => {
    fc.assert(
      fc.property(richDocument, ({ text, entities }) => {
        const { tokens, spans } = tokenizeAround(text, entities);
        let last = 0;
        for (const token of tokens) {
          expect(token.start).toBeGreaterThanOrEqual(last);
          expect(sliceOf(text, token)).toMatch(/^\S+$/u);
          expect(text.slice(last, token.start).trim()).toBe("");
          last = token.end;
        }
        expect(text.slice(last).trim()).toBe("");
        for (const [i, { start, end }] of spans.entries()) {
          const found = tokens.slice(start, end);
          expect(found.map((token) => sliceOf(text, token)).join("")).toBe(withoutBlanks(sliceOf(text, entities[i]!)));
        }
      }),
    );
  });

  test.each([
    ["Il doit l’attestation (2019) : 3,50 €.", "Il|doit|l’attestation|(|2019|)|:|3,50|€|."],
    ["va-t-il, e\u0301te\u0301 … «oui»", "va-t-il|,|e\u0301te\u0301|…|«|oui|»"],
    ["👩‍👩‍👧📦 🇫🇷🇬🇧 👍🏽❤️!", "👩‍👩‍👧|📦|🇫🇷|🇬🇧|👍🏽|❤️|!"],
    ["", ""],
    [" \n\t", ""],
  ])("%s", (text, expected) => {
    const { tokens } = tokenizeAround(text, []);
    expect(tokens.map((token) => sliceOf(text, token)).join("|")).toBe(expected);
  });

  test("an entity inside of a word cuts it; blanks at its ends are no part of it", () => {
    const text = "le sous-colis  part";
    const { tokens, spans } = tokenizeAround(text, [
      { start: 8, end: 13 },
      { start: 13, end: 19 },
    ]);
    expect(tokens.map((token) => sliceOf(text, token))).toEqual(["le", "sous", "-", "colis", "part"]);
    expect(spans).toEqual([
      { start: 3, end: 4 },
      { start: 4, end: 5 },
    ]);
  });
});

describe("a document rewritten in tokens", () => {
  test("keeps the words of the text and of each entity, and is rewritten to itself", () => {
    fc.assert(
      fc.property(richDocument, (document) => {
        const rewritten = retokenize(document);
        expect(withoutBlanks(rewritten.text)).toBe(withoutBlanks(document.text));
        for (const [i, entity] of rewritten.entities.entries()) {
          const found = sliceOf(rewritten.text, entity);
          expect(found.trim()).toBe(found);
          expect(withoutBlanks(found)).toBe(withoutBlanks(sliceOf(document.text, document.entities[i]!)));
          expect(entity.type).toBe(document.entities[i]!.type);
        }
        expect(rewritten).toMatchObject({ id: document.id, relations: document.relations });
        expect(retokenize(rewritten)).toEqual(rewritten);
      }),
    );
  });

  test("without a word it has no text", () => {
    expect(retokenize({ id: "a", text: " \n", entities: [], relations: [] }).text).toBe("");
  });
});

describe("Penn Treebank tokens", () => {
  test.each([
    ["-LRB-", "("],
    ["-RRB-", ")"],
    ["-rsb-", "]"],
    ["-LCB-", "{"],
    ["``", '"'],
    ["''", '"'],
    ["'", "'"],
    ["LRB", "LRB"],
    ["-LRB-s", "-LRB-s"],
  ])("%s is %s", (token, sign) => {
    expect(restoreToken(token)).toBe(sign);
  });

  test("are counted once per document", () => {
    const notices = new NoticeLog();
    const at = { file: "a.json", line: 3 };
    expect(restoreTokens(["un", "-LRB-", "``", "-RRB-"], notices, at)).toEqual(["un", "(", '"', ")"]);
    expect(restoreTokens(["un", "'"], notices, at)).toEqual(["un", "'"]);
    expect(notices.list()).toMatchObject([
      { code: "treebank-token", count: 1, locations: [{ line: 3, detail: "-LRB- as (" }] },
    ]);
  });
});
