import { describe, expect, test } from "vitest";
import { marked, withSurfaces } from "../../../test/fixtures/inspected.ts";
import type { Entity } from "../../corpus/document.ts";
import type { RawDocument } from "../../formats/format.ts";
import { formatExcerpt } from "../excerpt.ts";
import type { Problem } from "../problem.ts";
import { checkSpans } from "./spans.ts";

const check = (document: RawDocument): Problem[] => [...checkSpans(document)];
const only = (document: RawDocument): Problem => {
  const problems = check(document);
  expect(problems).toHaveLength(1);
  return problems[0]!;
};
const withEntity = (text: string, start: number, end: number, surface?: string): RawDocument =>
  marked(text, [], {
    entities: [{ start, end, type: "OBJECT" }],
    ...(surface === undefined ? {} : { surfaces: [surface] }),
  });
const spansOf = ({ entities }: { readonly entities: readonly Entity[] }): number[][] =>
  entities.map(({ start, end }) => [start, end]);
const text = "Le colis part lundi.";

test("whole words are no problem, with recorded surfaces or without", () => {
  const document = marked("Le [OBJECT colis] part [TIME lundi]. [OBJECT 📦]");
  expect(check(document)).toEqual([]);
  expect(check(withSurfaces(document, (offset) => offset))).toEqual([]);
});

describe("a span that training refuses", () => {
  test.each<[string, number, number]>([
    ["span-outside-text", 14, 99],
    ["span-outside-text", -3, 2],
    ["span-reversed", 8, 3],
    ["span-empty", 3, 3],
    ["span-only-white-space", 2, 3],
  ])("%s", (code, start, end) => {
    expect(only(withEntity(text, start, end))).toMatchObject({
      code,
      severity: "error",
      at: { file: "a.jsonl", line: 1 },
    });
  });

  test("half a character", () => {
    expect(only(withEntity("Le 📦 part.", 3, 4)).code).toBe("span-cuts-character");
  });

  test("exchanged, a reversed one is what was meant; that is no more than a suggestion", () => {
    const problem = only(withEntity(text, 8, 3));
    expect(problem.suggestion).toBe('Exchanged, it is "colis" [3, 8).');
    expect(problem.fix).toBeUndefined();
  });
});

describe("a recorded surface that stands elsewhere", () => {
  test("once within 3 characters: moved there", () => {
    for (const start of [0, 1, 2, 4, 5, 6]) {
      const document = withEntity(text, start, start + 5, "colis");
      const { code, fix } = only(document);
      expect(code).toBe("surface-mismatch");
      expect(spansOf(fix!.apply(document))).toEqual([[3, 8]]);
    }
    expect(only(withEntity(text, 8, 3, "colis")).fix).toBeUndefined(); // further than that
    expect(only(withEntity(text, 3, 3, "colis")).fix).toBeDefined();
  });

  test("twice near by, or far away, or nowhere: suggested at most", () => {
    const twice = only(withEntity("ah ah ah", 4, 6, "ah"));
    expect(twice.fix).toBeUndefined();
    expect(twice.suggestion).toBe("The recorded text stands at [3, 5), and 2 more times.");
    expect(only(withEntity(text, 14, 19, "colis"))).toMatchObject({
      suggestion: "The recorded text stands at [3, 8) and nowhere else.",
    });
    expect(only(withEntity(text, 3, 8, "lettre")).suggestion).toContain("nowhere in the document");
  });

  test("white space and composition of letters are no difference", () => {
    expect(check(withEntity("gare\r\n de Lyon", 0, 14, "gare de Lyon"))).toEqual([]);
    expect(check(withEntity("l'e\u0301te\u0301", 2, 7, "\u00e9t\u00e9"))).toEqual([]);
  });
});

describe("a span that is no whole words", () => {
  test("white space at its ends is trimmed for certain", () => {
    const document = withEntity(text, 2, 9);
    const { code, fix, suggestion, excerpt } = only(document);
    expect(code).toBe("span-white-space");
    expect(suggestion).toBe('Trimmed, it is "colis" [3, 8).');
    expect(formatExcerpt(excerpt!)).toBe("Le[[ colis ]]part lundi.");
    expect(spansOf(fix!.apply(document))).toEqual([[3, 8]]);
  });

  test.each([
    [2, 7, 'Shifted by +1, it is "colis" [3, 8).'],
    [5, 10, 'Shifted by −2, it is "colis" [3, 8).'],
    [3, 6, 'Widened to whole words, it is "colis" [3, 8).'],
    [6, 13, 'Widened to whole words, it is "colis part" [3, 13).'],
  ])("[%i, %i) is never repaired, since nobody knows what was meant", (start, end, suggestion) => {
    const problem = only(withEntity(text, start, end));
    expect(problem).toMatchObject({ code: "span-cuts-word", suggestion });
    expect(problem.fix).toBeUndefined();
  });
});

test("the same span and type twice", () => {
  const document = marked(text, [], { entities: [3, 3, 3].map((start) => ({ start, end: 8, type: "OBJECT" })) });
  expect(check(document).map(({ code }) => code)).toEqual(["entity-duplicate", "entity-duplicate"]);
});

describe("offsets that are off as a whole", () => {
  const document = marked(
    "📦📦 Le [OBJECT colis] de [PERSON José] part [TIME lundi] vers l’[PLACE été].\nAdieu, [PERSON Zoé].",
  );
  const spans = spansOf(document);
  const inUnit = (unit: (before: string) => number): ((offset: number) => number) => {
    return (offset) => unit(document.text.slice(0, offset));
  };
  const codePoints = inUnit((before) => Array.from(before).length);
  const bytes = inUnit((before) => Buffer.byteLength(before));
  const withCrlf = inUnit((before) => Array.from(before.replaceAll("\n", "\r\n")).length);

  test.each([
    ["code points", codePoints, "--offset-unit code-point"],
    ["UTF-8 bytes", bytes, ""],
    ["code points with each line end as the two of CR LF", withCrlf, ""],
  ] as const)("%s, told by the recorded surfaces", (name, spoil, option) => {
    const spoilt = withSurfaces(document, spoil);
    const { code, message, suggestion, fix } = only(spoilt);
    expect(code).toBe("offsets-other-unit");
    expect(message).toContain(`seem to count ${name}: every entity`);
    expect(suggestion).toContain(option);
    expect(spansOf(fix!.apply(spoilt))).toEqual(spans);
  });

  test("UTF-16 code units that were read as code points", () => {
    const starts = Array.from(document.text).map((_, i, all) => all.slice(0, i).join("").length);
    const spoilt = withSurfaces(document, (offset) => starts[offset] ?? document.text.length + offset - starts.length);
    const { message, fix } = only(spoilt);
    expect(message).toContain("seem to count UTF-16 code units");
    expect(spansOf(fix!.apply(spoilt))).toEqual(spans);
  });

  test("all shifted by as much, told by the recorded surfaces", () => {
    for (const shift of [-3, 1, 40]) {
      const spoilt = withSurfaces(document, (offset) => offset + shift);
      const { code, message, fix } = only(spoilt);
      expect(code).toBe("offsets-shifted");
      expect(message).toContain(`${Math.abs(shift)} too ${shift > 0 ? "large" : "small"}`);
      expect(spansOf(fix!.apply(spoilt))).toEqual(spans);
    }
  });

  test("surfaces that fit two shifts prove neither", () => {
    const doubled = marked("[A oui], [A non]; oui, non.", [], {});
    const spoilt = {
      ...withSurfaces(doubled, (offset) => offset - 1),
      entities: [5, 10].map((start) => ({ start, end: start + 3, type: "A" })),
    };
    expect(check(spoilt).every(({ code, fix }) => code === "surface-mismatch" && !fix)).toBe(true);
  });

  test("without surfaces they are recognised by word boundaries, and only suggested", () => {
    const { surfaces: _, ...bare } = withSurfaces(document, codePoints);
    const problem = only(bare);
    expect(problem.code).toBe("offsets-other-unit");
    expect(problem.fix).toBeUndefined();
    expect(problem.message).toContain("recognised by word boundaries alone");
    const { surfaces: __, ...shifted } = withSurfaces(
      marked("Le [OBJECT colis] de [PERSON Jules] part [TIME lundi]."),
      (offset) => offset - 2,
    );
    expect(only(shifted).code).toBe("offsets-shifted");
    expect(only(shifted).fix).toBeUndefined();
  });

  test("one span that is off is no evidence of a unit", () => {
    const bare = marked("📦 Le [OBJECT colis] part.");
    const { surfaces: _, ...spoilt } = withSurfaces(bare, (offset) => offset - 1);
    expect(only(spoilt).code).toBe("span-cuts-word");
  });
});
