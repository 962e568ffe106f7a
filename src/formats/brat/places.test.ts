import { describe, expect, test } from "vitest";
import { formatNotice } from "../../corpus/notices.ts";
import { read, text, lines, one, codes, spans } from "../../../test/fixtures/brat.ts";

describe("spans in pieces", () => {
  const pieces = [...lines, "T4\tPHRASE 3 8;11 15\tcolis part", "R1\tA Arg1:T4 Arg2:T2", "R2\tB Arg1:T1 Arg2:T2"];
  test.each([
    ["hull", "colis 📦 part", 2],
    ["first", "colis", 2],
    ["skip", undefined, 1],
  ] as const)("%s", async (discontinuous, expected, relations) => {
    const reading = await one(pieces, { discontinuous });
    expect(spans(reading)[3]).toBe(expected);
    expect(reading.documents[0]!.relations).toHaveLength(relations);
    const skipped = discontinuous === "skip" ? [{ code: "relation-of-skipped", count: 1 }] : [];
    expect(reading.notices).toMatchObject([
      { code: "discontinuous-span", count: 1, total: 4, locations: [{ detail: "T4" }] },
      ...skipped,
    ]);
  });

  test("pieces with only white space between them are one span, as brat writes one over a line end", async () => {
    const content = "un colis\n  part\u2028lundi";
    const reading = await one(["T1\tX 3 8;11 15;16 21\tcolis part lundi"], { discontinuous: "skip" }, content);
    expect(spans(reading)).toEqual([content.slice(3)]);
    expect(reading.notices).toEqual([]);
  });

  test("joined by nothing, as before brat 1.3", async () => {
    expect(codes(await one(["T4\tPHRASE 3 8;11 15\tcolispart"]))).toEqual(["discontinuous-span"]);
    expect(codes(await one(["T4\tPHRASE 3 8;11 15\tcolis-part"]))).toEqual(["discontinuous-span", "surface-mismatch"]);
  });
});

describe("offsets", () => {
  const content = "Le colis\r\npart 📦\r\nlundi";
  test("a CR counts, as in brat", async () => {
    const reading = await one(["T1\tX 10 14\tpart", "T2\tX 18 23\tlundi"], {}, content);
    expect(spans(reading)).toEqual(["part", "lundi"]);
    expect(reading.notices).toEqual([]);
  });

  test("CR LF as one character, where the surfaces say so", async () => {
    const reading = await one(
      ["T1\tX 9 13\tpart", "T2\tX 16 21\tlundi", "T3\tX 3 8\tcolis", "T4\tX 3 13\tcolis part"],
      {},
      content,
    );
    expect(spans(reading)).toEqual(["part", "lundi", "colis", "colis\r\npart"]);
    expect(codes(reading)).toEqual(["line-end-as-one"]);
  });

  test("a byte-order mark counts where the surfaces say so", async () => {
    const files = (start: number): Record<string, string> => ({
      "x.txt": `\uFEFF${text}`,
      "x.ann": `T1\tX ${start} ${start + 4}\tpart`,
    });
    const [counted, uncounted] = [await read(files(12)), await read(files(11))];
    expect(spans(counted)).toEqual(["part"]);
    expect(codes(counted)).toEqual(["byte-order-mark"]);
    expect(spans(uncounted)).toEqual(["part"]);
    expect(uncounted.notices).toEqual([]);
    expect(counted.documents[0]!.text).toBe(text);
  });

  test("UTF-16, where the surfaces say so", async () => {
    const reading = await one(["T1\tX 12 16\tpart", "T2\tX 17 22\tlundi"]);
    expect(spans(reading)).toEqual(["part", "lundi"]);
    expect(codes(reading)).toEqual(["other-offset-unit"]);
  });

  test("a surface that is elsewhere is reported, and the offsets kept; white space in it may differ", async () => {
    const reading = await one(["T1\tX 3 8\tcartes"]);
    expect(spans(reading)).toEqual(["colis"]);
    expect(formatNotice(reading.notices[0]!)).toContain('"colis" [3, 8), recorded as "cartes"');
    expect((await one(["T1\tX 3 10\tcolis a"], {}, "Le colis\na")).notices).toEqual([]);
  });
});
