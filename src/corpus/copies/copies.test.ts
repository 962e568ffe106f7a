import { describe, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import type { Document } from "../document.ts";
import { DuplicateDocumentError } from "../errors.ts";
import { NoticeLog } from "../notices.ts";
import { chooseCopies, CopyIndex } from "./copy-index.ts";
import type { Copy } from "./copy-plan.ts";
import { SeveralAnnotatorsError } from "./errors.ts";
import type { CopyChoice } from "./planner.ts";
import { repeatCounter } from "./repeats.ts";

const ends: Readonly<Record<string, readonly [number, number]>> = { Ana: [0, 3], Bob: [8, 11], Rome: [15, 19] };

/** A document of `text` with entities of these names, and relations `Ana met Bob`. */
const made = (
  file: string,
  id: string,
  names = "",
  relations: readonly string[] = [],
  more: Partial<Document> = {},
): Document => {
  const entities = names.split(" ").filter((name) => name !== "");
  return {
    id,
    text: "Ana met Bob in Rome.",
    entities: entities.map((name) => ({ start: ends[name]![0], end: ends[name]![1], type: "X" })),
    relations: relations.map((relation) => {
      const [head, label, tail] = relation.split(" ");
      return { head: entities.indexOf(head!), tail: entities.indexOf(tail!), label: label! };
    }),
    source: { file },
    ...more,
  };
};

const noChoice: CopyChoice = { annotator: undefined, skipInvalid: false };
const choose = (
  documents: readonly Document[],
  choice: Partial<CopyChoice> = {},
): { documents: Document[]; codes: string[]; notices: NoticeLog } => {
  const notices = new NoticeLog();
  const chosen = chooseCopies(documents, { ...noChoice, ...choice }, notices, new Set(["met"]));
  return { documents: chosen, codes: notices.list().map(({ code, count }) => `${code} ${count}`), notices };
};
const shown = (documents: readonly Document[]): string[] =>
  documents.map(({ id, annotator = "", entities }) => `${id} ${annotator} ${entities.length}`);

const both = "Ana Bob";
const anna = made("c/anna/x.ann", "anna/x", "Ana Bob Rome", ["Ana met Bob", "Ana at Rome"]);
const bert = made("c/bert/x.ann", "bert/x", both, ["Bob met Ana"]);
const cleo = made("c/cleo/x.ann", "cleo/x", "Bob Rome", ["Bob at Rome"]);

describe("a text by several annotators", () => {
  test("is named as such, with the choices, where they differ", () => {
    const failure = (): unknown => choose([anna, bert, made("c/bert/y.ann", "bert/y", both, [], { text: "other" })]);
    expect(failure).toThrow(SeveralAnnotatorsError);
    expect(failure).toThrow(/1 text has several annotations that differ, as "x" at c\/anna\/x\.ann, c\/bert\/x\.ann/);
    expect(failure).toThrow(
      /"anna" \(1\), "bert" \(1\)\. Choose: --annotator anna reads .* --annotator first .* --annotator agreement/,
    );
    expect(failure).not.toThrow(/given twice/);
  });

  test("first: the copy that comes first, with the id that all have in common", () => {
    const { documents, codes, notices } = choose([anna, bert, cleo], { annotator: "first" });
    expect(shown(documents)).toEqual(["x anna 3"]);
    expect(codes).toEqual(["other-copy 2"]);
    expect(notices.lost).toMatchObject({ documents: 2, entities: 4, relations: 2 });
  });

  test("by name: what one annotated, and nothing else", () => {
    const alone = made("c/anna/y.ann", "anna/y", both, [], { text: "only Ana read this" });
    const { documents, codes } = choose([anna, alone, bert], { annotator: "bert" });
    expect(shown(documents)).toEqual(["x bert 2"]);
    expect(codes).toEqual(["other-copy 1", "other-annotator 1"]);
    expect(shown(choose([anna, alone, bert], { annotator: "anna" }).documents)).toEqual(["x anna 3", "anna/y  2"]);
    expect(() => choose([anna, bert], { annotator: "Anna" })).toThrow(UsageError);
    expect(() => choose([anna, bert], { annotator: "Anna" })).toThrow(/nobody of this name .* "anna", "bert"/);
  });

  test("agreement: what more than half have, symmetric relations in either direction", () => {
    const two = choose([anna, bert], { annotator: "agreement" });
    expect(two.documents).toMatchObject([{ id: "x", relations: [{ head: 0, tail: 1, label: "met" }] }]);
    expect(two.documents[0]!.entities).toHaveLength(2);
    expect(two.notices.lost).toMatchObject({ documents: 1, entities: 3, relations: 2 });
    const three = choose([anna, bert, cleo], { annotator: "agreement" });
    expect(shown(three.documents)).toEqual(["x  3"]);
    expect(three.documents[0]!.relations).toEqual([{ head: 0, tail: 1, label: "met" }]);
    expect(three.codes).toEqual(["not-agreed 2", "made-one 2"]);
    expect(three.notices.lost).toMatchObject({ documents: 2, entities: 4, relations: 3 });
  });

  test("who annotated is taken from the document where it says so", () => {
    const one = made("p/annotation/a.txt/anna.json", "a.txt", both, [], { annotator: "anna" });
    const other = made("p/annotation/a.txt/bert.json", "a.txt", "Ana", [], { annotator: "bert" });
    expect(() => choose([one, other])).toThrow(/"anna" \(1\), "bert" \(1\)/);
    expect(shown(choose([one, other], { annotator: "bert" }).documents)).toEqual(["a.txt bert 1"]);
    expect(shown(choose([one], { annotator: "anna" }).documents)).toEqual(["a.txt anna 2"]);
  });

  test("empty copies are set aside and counted; where all are empty one stays", () => {
    const file = (name: string, id: string, names: string): Document =>
      made(`export.zip/${name}.jsonl`, id, names, [], { text: id });
    const copies = ["admin", "m1", "m2"].flatMap((name) => [
      file(name, "1", name === "m1" ? "Ana" : ""),
      file(name, "2", name === "m2" ? "Ana" : ""),
      file(name, "3", ""),
    ]);
    const { documents, codes, notices } = choose(copies);
    expect(shown(documents)).toEqual(["3  0", "1 m1 1", "2 m2 1"]);
    expect(codes).toEqual(["empty-copy 6"]);
    expect(notices.lost).toMatchObject({ documents: 6, entities: 0 });
  });

  test("annotated alike by all that are named: one is read, no choice is asked for", () => {
    const one = made("a.json", "x", both, ["Ana met Bob"], { annotator: "anna" });
    const other = made("b.json", "x", "Bob Ana", ["Ana met Bob"], { annotator: "bert" });
    const { documents, codes } = choose([one, other]);
    expect(shown(documents)).toEqual(["x anna 2"]);
    expect(codes).toEqual(["alike-copy 1"]);
  });
});

describe("what is there twice", () => {
  test("alike and by nobody in particular: was a file given twice? Left out and counted if so wished", () => {
    const copies = [made("a.jsonl", "x", both), made("b.jsonl", "x", both)];
    expect(() => choose(copies)).toThrow(DuplicateDocumentError);
    expect(() => choose(copies)).toThrow(
      /b\.jsonl: document id "x" was already read at a\.jsonl.* Was a file given twice\?/,
    );
    expect(choose(copies, { skipInvalid: true }).codes).toEqual(["duplicate-document 1"]);
    expect(choose(copies, { annotator: "first" }).codes).toEqual(["alike-copy 1"]);
    expect(() => choose([copies[0]!, copies[0]!])).toThrow("Was a file given twice?");
  });

  test("in one file, with other annotations or another text, nobody asks that", () => {
    const first = made("a.jsonl", "x", both);
    for (const [second, message] of [
      [made("a.jsonl", "x", "Ana"), "with the same text and other annotations"],
      [made("a.jsonl", "x", both, [], { text: "other" }), "with another text. Give each text its own id"],
    ] as const) {
      expect(() => choose([first, second])).toThrow(message);
      expect(() => choose([first, second])).not.toThrow("given twice");
      expect(shown(choose([first, second], { skipInvalid: true }).documents)).toEqual(["x  2"]);
    }
  });

  describe("where ids may be shared", () => {
    const first = made("a.jsonl", "x", both);
    const [alike, other] = [made("a.jsonl", "x", "Bob Ana"), made("a.jsonl", "x", "Ana")];
    const choices = (annotator?: string): Partial<CopyChoice> => ({ mayShareIds: true, annotator });

    test("alike: read once, the others are counted; of another text: both stay", () => {
      const { documents, codes, notices } = choose([first, alike, alike], choices());
      expect(shown(documents)).toEqual(["x  2"]);
      expect(codes).toEqual(["alike-copy 2"]);
      expect(notices.lost).toMatchObject({ documents: 2, entities: 4 });
      const texts = [first, made("a.jsonl", "x", both, [], { text: "other" })];
      expect(choose(texts, choices())).toMatchObject({ documents: texts, codes: ["shared-id 1"] });
    });

    test("different: the error names the choices that there are", () => {
      const failure = (): unknown => choose([first, alike, other], choices());
      expect(failure).toThrow(SeveralAnnotatorsError);
      expect(failure).toThrow(/"x" at a\.jsonl.* Choose: --annotator first reads .* --annotator agreement/);
      expect(failure).not.toThrow(/Annotators, with/);
      expect(shown(choose([first, alike, other], choices("first")).documents)).toEqual(["x a 2"]);
      expect(shown(choose([first, alike, other], choices("agreement")).documents)).toEqual(["x  1"]);
      expect(choose([first, made("a.jsonl", "x")], choices())).toMatchObject({ codes: ["empty-copy 1"] });
    });

    test("two by one annotator: the first of them is read", () => {
      const by = (annotator: string, names: string): Document => made("a.jsonl", "x", names, [], { annotator });
      const copies = [by("bert", "Ana"), by("anna", both), by("anna", "Ana")];
      expect(() => choose(copies, choices())).toThrow('"bert" (1), "anna" (2). Choose: --annotator bert');
      const { documents, codes } = choose(copies, choices("anna"));
      expect(shown(documents)).toEqual(["x anna 2"]);
      expect(codes).toEqual(["other-copy 2"]);
    });
  });

  test("--annotator where no text is there twice is of no use", () => {
    expect(() => choose([anna], { annotator: "first" })).toThrow(/no text is there more than once/);
    expect(() => choose([anna], { annotator: "anna" })).toThrow(/nothing says who annotated/);
  });
});

describe("different texts with one id", () => {
  test("have their folder or file before it", () => {
    const documents = [
      made("data/de/1.jsonl", "7", both, [], { text: "eins" }),
      made("data/en/1.jsonl", "7", both, [], { text: "one" }),
      made("data/en/1.jsonl", "8", both, [], { text: "two" }),
    ];
    const { documents: chosen, codes } = choose(documents);
    expect(chosen.map(({ id }) => id)).toEqual(["de/7", "en/7", "8"]);
    expect(codes).toEqual(["id-qualified 2"]);
  });

  test("are not copies, though their file has one name; nor are equal texts of other names", () => {
    const documents = [
      made("en/1.ann", "en/1", both, [], { text: "one" }),
      made("es/1.ann", "es/1", "Ana", [], { text: "uno" }),
      made("es/2.ann", "es/2", "Bob", [], { text: "one" }),
    ];
    expect(choose(documents).documents).toEqual(documents);
  });
});

test("all copies of a text are handed on together to be compared, and each stays a document", () => {
  const index = new CopyIndex();
  const documents = [anna, made("c/anna/y.ann", "anna/y", both, [], { text: "other" }), bert, cleo];
  for (const document of documents) index.add(document);
  const plan = index.plan({ ...noChoice, compares: true }, new NoticeLog());
  const seen: (readonly Copy[])[] = [];
  plan.onCopies = (copies) => seen.push(copies);
  expect(documents.flatMap((document) => plan.take(document)).map(({ id }) => id)).toEqual(
    documents.map(({ id }) => id),
  );
  expect(seen.map((copies) => copies.map(({ annotator }) => annotator))).toEqual([["anna", "bert", "cleo"]]);
});

test("texts that come again are noticed among those that are remembered, however many there are", () => {
  const notices = new NoticeLog();
  const count = repeatCounter(notices, { repeated: "again", shared: "another" }, 3);
  const note = (id: number, text = "same"): void => count(made("f", `d${id}`, "", [], { text }));
  for (let id = 0; id < 6; id++) note(id);
  note(1);
  note(2, "other");
  note(6); // the first three are forgotten
  note(0);
  expect(notices.list().map(({ code, count }) => [code, count])).toEqual([
    ["repeated-text", 1],
    ["shared-id", 1],
  ]);
});
