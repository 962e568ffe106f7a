import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { UsageError } from "../errors.ts";
import { readCorpus } from "../formats/read.ts";
import type { Document } from "./document.ts";
import { TooFewGroupsError } from "./corpus-errors.ts";
import { NoticeLog } from "./notices.ts";
import { partitionDocuments, type Part, type PartitionOptions } from "./partition.ts";

const thirds = [
  { name: "train", share: 0.6 },
  { name: "dev", share: 0.2 },
  { name: "test", share: 0.2 },
];
const folds = (count: number): { name: string; share: number }[] =>
  Array.from({ length: count }, (_, i) => ({ name: `fold-${i + 1}`, share: 1 / count }));
const split = (
  documents: readonly Document[],
  options: Partial<PartitionOptions> = {},
  notices = new NoticeLog(),
): Part[] =>
  partitionDocuments(documents, { parts: thirds, groupBy: "text", isStratified: true, seed: 1, ...options }, notices);
const idsOf = (parts: readonly Part[]): string[][] => parts.map(({ documents }) => documents.map(({ id }) => id));

/** Documents of one relation each, or of none where the label is "". */
const labelled = (labels: readonly string[]): Document[] =>
  labels.map((label, i) =>
    makeDocument(`d${i}`, `Anna lit ${i}`, ["Anna", "lit"], label === "" ? [] : [[0, 1, label]]),
  );

const times = (count: number, label: string): string[] => Array.from({ length: count }, () => label);

/** How far the labels of the parts are from their shares: mean over labels and parts of the error, in relations. */
function imbalance(parts: readonly Part[]): number {
  const counts = parts.map(({ documents }) => {
    const of = new Map<string, number>();
    for (const { relations } of documents)
      for (const { head, tail, label } of relations) if (head !== tail) of.set(label, (of.get(label) ?? 0) + 1);
    return of;
  });
  const labels = [...new Set(counts.flatMap((of) => [...of.keys()]))];
  const errors = labels.flatMap((label) => {
    const total = counts.reduce((sum, of) => sum + (of.get(label) ?? 0), 0);
    return parts.map(({ share }, i) => Math.abs((counts[i]!.get(label) ?? 0) / total - share));
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const corpus = fc
  .array(
    fc.record({
      text: fc.constantFrom("un", "deux", "trois", "quatre", "cinq"),
      label: fc.constantFrom("", "A", "B"),
      thread: fc.nat(9),
    }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((all) =>
    all.map(({ text, label, thread }, i): Document => ({
      ...makeDocument(
        `d${i}`,
        `${text} lit ${thread > 6 ? i : thread}`,
        [text, "lit"],
        label === "" ? [] : [[0, 1, label]],
      ),
      ...(thread === 0 ? {} : { metadata: { mail: { thread } } }),
    })),
  );
const anyParts = fc.oneof(
  fc.constant(thirds),
  fc.integer({ min: 2, max: 5 }).map(folds),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }).map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight, i) => ({ name: `p${i}`, share: weight / total }));
  }),
);
const options = fc.record({
  parts: anyParts,
  seed: fc.nat(99),
  isStratified: fc.boolean(),
  groupBy: fc.constantFrom("text", "metadata.mail.thread"),
});

/** The parts, or undefined where there are too few groups for them. */
function trySplit(documents: readonly Document[], options: Partial<PartitionOptions>): Part[] | undefined {
  try {
    return split(documents, options);
  } catch (error) {
    if (error instanceof TooFewGroupsError || error instanceof UsageError) return undefined;
    throw error;
  }
}

test("every document is in exactly one part, in its order; no part is empty; no group is cut", () => {
  let split = 0;
  fc.assert(
    fc.property(corpus, options, (documents, options) => {
      const parts = trySplit(documents, options);
      if (!parts) return;
      split++;
      expect(parts.flatMap(({ documents }) => documents).length).toBe(documents.length);
      for (const part of parts) {
        expect(part.documents.length).toBeGreaterThan(0);
        expect(part.documents).toEqual(documents.filter((document) => part.documents.includes(document)));
        const others = parts.filter((other) => other !== part).flatMap(({ documents }) => documents);
        const texts = new Set(part.documents.map(({ text }) => text));
        expect(others.filter(({ text }) => texts.has(text))).toEqual([]);
        if (options.groupBy === "text") continue;
        const threadOf = ({ metadata }: Document): number | undefined =>
          (metadata as { mail: { thread: number } } | undefined)?.mail.thread;
        const threads = new Set<number | undefined>(
          part.documents.map(threadOf).filter((thread) => thread !== undefined),
        );
        expect(others.filter((document) => threads.has(threadOf(document)))).toEqual([]);
      }
    }),
  );
  expect(split).toBeGreaterThan(20);
});

test("the same seed gives the same parts whatever the order of the documents, another seed others", () => {
  fc.assert(
    fc.property(corpus, options, (documents, options) => {
      const parts = trySplit(documents, options);
      const reversed = trySplit([...documents].reverse(), options);
      expect(reversed && idsOf(reversed).map((ids) => ids.reverse())).toEqual(parts && idsOf(parts));
    }),
  );
  const documents = labelled(Array.from({ length: 40 }, (_, i) => "ABC"[i % 3]!));
  expect(idsOf(split(documents, { seed: 2 }))).not.toEqual(idsOf(split(documents, { seed: 1 })));
});

test("where no two documents belong together, each part has its share to the document", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("", "A", "B", "C"), { minLength: 5, maxLength: 60 }),
      options,
      (labels, options) => {
        const documents = labelled(labels);
        const parts = trySplit(documents, { ...options, groupBy: "text" });
        for (const { documents: of, share, wanted } of parts!) {
          expect(of.length).toBe(wanted);
          expect(Math.abs(wanted - share * documents.length)).toBeLessThan(1.5);
        }
      },
    ),
  );
});

describe("stratified", () => {
  test("every label and the documents without relations are dealt by the shares", () => {
    const labels = [...times(50, "A"), ...times(20, "B"), ...times(10, "C"), ...times(20, "")];
    const counts = split(labelled(labels)).map(({ documents }) => {
      const of = (label: string): number =>
        documents.filter(({ relations }) => (relations[0]?.label ?? "") === label).length;
      return [of("A"), of("B"), of("C"), of("")];
    });
    expect(counts).toEqual([
      [30, 12, 6, 12],
      [10, 4, 2, 4],
      [10, 4, 2, 4],
    ]);
  });

  test("a label of two documents is on two sides of two", () => {
    const parts = split(labelled([...times(30, "A"), "B", "B"]), { parts: folds(2) });
    expect(
      parts.map(({ documents }) => documents.filter(({ relations }) => relations[0]!.label === "B").length),
    ).toEqual([1, 1]);
  });

  const popcorn = fileURLToPath(new URL("../../../shared/data/popcorn_fr/annotations.jsonlines", import.meta.url));
  const bundled = fileURLToPath(new URL("../../examples/annotations.jsonlines", import.meta.url));
  /** Mean imbalance over seeds, stratified and by chance. */
  const imbalances = async (path: string, parts: PartitionOptions["parts"]): Promise<[number, number]> => {
    const { documents } = await readCorpus([path]);
    const mean = (isStratified: boolean): number => {
      const seeds = [1, 2, 3, 4, 5];
      const sum = seeds.reduce((sum, seed) => sum + imbalance(split(documents, { parts, isStratified, seed })), 0);
      return sum / seeds.length;
    };
    return [mean(true), mean(false)];
  };
  test.each([thirds, folds(5)])(
    "relations are far better balanced than by chance: bundled example",
    async (...parts) => {
      const [stratified, byChance] = await imbalances(bundled, parts);
      expect(stratified).toBeLessThan(byChance / 2);
    },
  );
  test.skipIf(!existsSync(popcorn)).each([thirds, folds(5)])(
    "relations are far better balanced than by chance: popcorn (needs ../shared/data)",
    async (...parts) => {
      const [stratified, byChance] = await imbalances(popcorn, parts);
      expect(stratified).toBeLessThan(byChance / 2);
    },
  );
});

describe("groups", () => {
  test("texts that differ in white space and letter case stay together", () => {
    const texts = ["Un  colis\npart", " un colis part ", "UN COLIS PART", "e\u0301te\u0301", "ÉTÉ", "autre"];
    const parts = split(
      texts.map((text, i) => makeDocument(`d${i}`, text)),
      { parts: folds(3) },
    );
    expect(new Set(idsOf(parts))).toEqual(new Set([["d0", "d1", "d2"], ["d3", "d4"], ["d5"]]));
  });

  test("groups grow together over texts and values", () => {
    const thread = (id: string, text: string, value: string | number | null): Document => ({
      ...makeDocument(id, text),
      metadata: { value },
    });
    const documents = [
      thread("a", "un", 1),
      thread("b", "deux", 1),
      thread("c", "deux", "1"),
      thread("d", "trois", "1"),
      thread("e", "quatre", null),
    ];
    const notices = new NoticeLog();
    const parts = split(documents, { parts: folds(2), groupBy: "metadata.value" }, notices);
    expect(new Set(idsOf(parts))).toEqual(new Set([["a", "b", "c", "d"], ["e"]]));
    expect(notices.list().map(({ code, count, total }) => [code, count, total])).toEqual([
      ["no-group", 1, 5],
      ["group-too-large", 1, 2],
    ]);
    expect(notices.list()[1]!.locations[0]!.detail).toBe(`4 documents in "fold-1", which was to have 3`);
  });

  test("what is no path, and a path that leads nowhere", () => {
    const documents = [{ ...makeDocument("a", "un"), metadata: { thread: 1 } }, makeDocument("b", "deux")];
    expect(() => split(documents, { groupBy: "thread" })).toThrow("expected text, id, or a path into the metadata");
    expect(() => split(documents, { groupBy: "metadata." })).toThrow(UsageError);
    expect(() => split(documents, { groupBy: "metadata.thraed" })).toThrow(`keys "thread"`);
    expect(() => split(documents, { groupBy: "metadata.toString" })).toThrow("no document has metadata.toString");
  });

  test("fewer groups than parts", () => {
    const documents = [makeDocument("a", "même"), makeDocument("b", "Même"), makeDocument("c", "autre")];
    expect(() => split(documents)).toThrow(TooFewGroupsError);
    expect(() => split(documents)).toThrow("found 2 in 3 documents");
  });

  test("shares that are no parts of a whole", () => {
    const documents = labelled(["A", "A", "A"]);
    for (const parts of [
      [],
      folds(1),
      [
        { name: "a", share: 0.5 },
        { name: "b", share: 0.4 },
      ],
      [
        { name: "a", share: 1 },
        { name: "b", share: 0 },
      ],
    ])
      expect(() => split(documents, { parts })).toThrow("shares above 0 that are 1 together");
  });
});
