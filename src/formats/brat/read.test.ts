import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DuplicateEntityError, EncodingError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import { MissingTextError } from "./errors.ts";
import { type Reading, readPath, read, text, lines, one, codes } from "../../../test/fixtures/brat.ts";

describe("a document", () => {
  test("relations before their entities, ids with gaps, trailing TABs, CRLF and a byte-order mark in the .ann", async () => {
    const written = [
      "R7\tDO_WHEN Arg1:T1 Arg2:T2\t",
      "R1\tWHO_DO From:T30 To:T1",
      ...lines.slice(0, 2),
      "T30\tOBJECT 3 8\tcolis\t",
    ];
    const { documents, notices } = await read({ "x.txt": text, "x.ann": `\uFEFF${written.join("\r\n")}\r\n\n` });
    expect(notices).toEqual([]);
    expect(documents).toMatchObject([
      {
        id: "x",
        text,
        entities: [
          { start: 12, end: 16, type: "ACTION" },
          { start: 17, end: 22, type: "TIME" },
          { start: 3, end: 8, type: "OBJECT" },
        ],
        relations: [
          { head: 0, tail: 1, label: "DO_WHEN" },
          { head: 2, tail: 0, label: "WHO_DO" },
        ],
      },
    ]);
  });

  test("an empty .ann is a document without annotations, of an empty text too", async () => {
    const { documents } = await read({ "a.ann": "", "a.txt": text, "b.ann": "", "b.txt": "" });
    expect(documents).toMatchObject([
      { id: "a", text, entities: [], relations: [] },
      { id: "b", text: "" },
    ]);
  });

  test("two labels on a pair, both directions, two types on a span are kept", async () => {
    const { documents } = await one([
      ...lines,
      "T4\tEVENT 11 15\tpart",
      "R1\tA Arg1:T1 Arg2:T2",
      "R2\tB Arg1:T1 Arg2:T2",
      "R3\tA Arg1:T2 Arg2:T1",
    ]);
    expect(documents[0]!.relations).toHaveLength(3);
    expect(documents[0]!.entities[3]).toEqual({ start: 12, end: 16, type: "EVENT" });
  });

  test("what is not read is counted", async () => {
    const { notices } = await one([
      ...lines,
      "A1\tNegation T1",
      "M1\tSpeculation T2",
      "N1\tReference T3 Wikidata:Q1\tcolis",
      "#1\tAnnotatorNotes T1\tà revoir",
    ]);
    expect(notices).toMatchObject([{ code: "brat-unread", count: 4, locations: [{ line: 4 }, {}, {}, { line: 7 }] }]);
  });
});

describe("events and equivalences", () => {
  test("an event is its trigger, a role loses its number, an event as argument is its trigger", async () => {
    const reading = await one([
      "E2\tCause:T2 Theme:E1 Theme2:T3",
      ...lines,
      "E1\tAct:T1 Agent:T3 ",
      "E3\tAct:T1",
      "R1\tBEFORE Arg1:E1 Arg2:E2",
    ]);
    expect(reading.documents[0]!.relations).toEqual([
      { head: 1, tail: 0, label: "Theme" },
      { head: 1, tail: 2, label: "Theme" },
      { head: 0, tail: 2, label: "Agent" },
      { head: 0, tail: 1, label: "BEFORE" },
    ]);
    expect(reading.notices).toMatchObject([{ code: "brat-event", count: 2 }]);
  });

  test("an equivalence is a relation between each two, in both directions", async () => {
    const reading = await one(["*\tEquiv T3 T1 T2", "*\tsame_as T1 T2", ...lines]);
    expect(reading.documents[0]!.relations).toEqual([
      { head: 2, tail: 0, label: "Equiv" },
      { head: 2, tail: 1, label: "Equiv" },
      { head: 0, tail: 1, label: "Equiv" },
      { head: 0, tail: 1, label: "same_as" },
    ]);
    expect(reading.symmetricLabels).toEqual(["Equiv", "same_as"]);
    expect(reading.notices).toMatchObject([{ code: "brat-equivalence", count: 2 }]);
  });

  test("a relation of a relation is left out and counted", async () => {
    const reading = await one([...lines, "R1\tA Arg1:T1 Arg2:T2", "R2\tB Arg1:R1 Arg2:T2"]);
    expect(reading.documents[0]!.relations).toHaveLength(1);
    expect(reading.notices).toMatchObject([{ code: "relation-of-relation", count: 1, locations: [{ line: 5 }] }]);
  });
});

describe("annotation.conf", () => {
  test("symmetric relations, macros, comments, groups", async () => {
    const configuration = [
      "[entities]",
      "SAME\t<REL-TYPE>:symmetric",
      "[relations]",
      "<SYM>=<REL-TYPE>:symmetric-transitive",
      "# <REL-TYPE>:symmetric",
      "!Group\tArg1:<ANY>, Arg2:<ANY>",
      "\tSAME_AS|same\tArg1:A, Arg2:A, <SYM>",
      "\tNEAR Arg1:A, Arg2:B, <REL-TYPE>:symmetric",
      "OVER\tArg1:A, Arg2:B, <REL-TYPE>:transitive",
      "Equiv\tArg1:A, Arg2:A",
      "[events]",
      "X\t<REL-TYPE>:symmetric",
    ];
    const reading = await read({
      "annotation.conf": configuration.join("\r\n"),
      "x.txt": text,
      "x.ann": lines.join("\n"),
    });
    expect(reading.symmetricLabels).toEqual(["SAME_AS", "NEAR", "Equiv"]);
  });
});

describe("bad files", () => {
  test.each([
    ["an unknown line", ["X1\tA T1"], RecordError, "begins with T, R, E, *, A, M, N or #"],
    ["no TAB", ["T1 ACTION 11 15 part"], RecordError, "expected T1<TAB>TYPE start end<TAB>text"],
    ["offsets in words", ["T1\tACTION 11 fifteen\tpart"], RecordError, "T1<TAB>TYPE"],
    ["one argument", [...lines, "R1\tA Arg1:T1"], RecordError, "expected R1<TAB>TYPE Arg1:T1 Arg2:T2"],
    ["three arguments", [...lines, "R1\tA Arg1:T1 Arg2:T2 Arg3:T3"], RecordError, "expected R1"],
    ["an event without a trigger", ["E1\tAct"], RecordError, "expected E1<TAB>TYPE:T1"],
    ["a role without an id", [...lines, "E1\tAct:T1 Theme"], RecordError, "expected E1<TAB>TYPE:T1"],
    ["an equivalence of one", [...lines, "*\tEquiv T1 T1"], RecordError, "expected *<TAB>TYPE T1 T2"],
    ["an id twice", [...lines, lines[0]!], DuplicateEntityError, "two entities have the id T1"],
    ["an unknown entity", [...lines, "R1\tA Arg1:T1 Arg2:T9"], UnknownEntityError, 'relation "A" cites entity T9'],
    ["an unknown trigger", [...lines, "E1\tAct:T9"], UnknownEntityError, 'relation "Act" cites entity T9'],
  ])("%s", async (_, bad, error, message) => {
    const files = {
      "a.txt": text,
      "a.ann": ["T50\tX 0 2\tLe", ...bad].join("\n"),
      "b.txt": text,
      "b.ann": lines.join("\n"),
    };
    const failure = read(files);
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ at: { line: bad.length + 1 } });
    const { documents, notices } = await read(files, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["b"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 2 }]);
  });

  test("a missing text names both files, and may be skipped", async () => {
    const files = { "a.ann": lines.join("\n"), "b.txt": text, "b.ann": lines.join("\n") };
    const failure = read(files);
    await expect(failure).rejects.toBeInstanceOf(MissingTextError);
    await expect(failure).rejects.toThrow(/a\.ann: .*"a\.txt"/);
    expect((await read(files, { skipInvalid: true })).documents).toHaveLength(1);
  });

  test("a text that is not UTF-8", async () => {
    const files = { "a.ann": lines.join("\n"), "a.txt": Buffer.from("caf\xe9 cr\xe8me", "latin1") };
    await expect(read(files)).rejects.toBeInstanceOf(EncodingError);
  });
});

const fixtures = fileURLToPath(new URL("../../../../shared/data/fixtures/brat", import.meta.url));

describe.skipIf(!existsSync(fixtures))("files of brat itself (needs ../shared/data)", () => {
  const withText = (name: string): Promise<Reading> => readPath(join(fixtures, `${name}.ann`));

  test("BioNLP-ST 2011 REL", async () => {
    const names = readdirSync(fixtures).filter((name) => /^PMID.*\.ann$/.test(name));
    const readings = await Promise.all(names.map((name) => withText(name.replace(".ann", ""))));
    const documents = readings.flatMap((reading) => reading.documents);
    expect(documents).toHaveLength(4);
    expect(documents.flatMap(({ entities }) => entities)).toHaveLength(129);
    expect(documents.flatMap(({ relations }) => relations)).toHaveLength(34 + 3);
    expect(new Set(readings.flatMap(codes))).toEqual(new Set(["brat-equivalence"]));
  });

  test("the tutorial", async () => {
    const [relation, event, complete] = await Promise.all(
      ["tutorial-060-relation", "tutorial-080-event", "tutorial-999-complete"].map(withText),
    );
    expect(relation!.documents).toMatchObject([
      { id: "tutorial-060-relation", entities: { length: 10 }, relations: { length: 4 } },
    ]);
    expect(event!.documents[0]!.relations.map(({ label }) => label)).toEqual(Array<string>(9).fill("Theme"));
    expect(complete!.documents).toMatchObject([{ entities: [], relations: [] }]);
  });
});
