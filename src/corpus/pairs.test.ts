import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyDocument, makeDocument } from "../../test/fixtures/documents.ts";
import type { Document } from "./document.ts";
import { UnknownLabelError } from "./errors.ts";
import { label2id, learnLabels, type LabelSchema } from "./labels.ts";
import { NoticeLog } from "./notices.ts";
import { candidatePairs, makePairs } from "./pairs.ts";

test("annotated relations first, then the other permutations as listed", () => {
  const document: Document = {
    id: "d",
    text: "x".repeat(86),
    entities: [
      { start: 47, end: 86, type: "TIME" },
      { start: 0, end: 41, type: "OBJECT" },
      { start: 42, end: 46, type: "ACTION" },
    ],
    relations: [
      { head: 1, tail: 2, label: "WHO_DO" },
      { head: 2, tail: 0, label: "DO_WHEN" },
    ],
  };
  const schema = learnLabels([document]);
  const rows = makePairs(document, schema, new NoticeLog()).map(({ id, head, tail, label }) => {
    const [from, to] = [document.entities[head]!, document.entities[tail]!];
    return `${id} (${from.start},${from.end})(${to.start},${to.end}) ${schema.id2label[label]}`;
  });
  expect(rows).toEqual([
    "d-0 (0,41)(42,46) WHO_DO",
    "d-1 (42,46)(47,86) DO_WHEN",
    "d-2 (47,86)(0,41) NO_REL",
    "d-3 (47,86)(42,46) NO_REL",
    "d-4 (0,41)(47,86) NO_REL",
    "d-5 (42,46)(0,41) NO_REL",
  ]);
});

test("self loops, repetitions and second labels are left out and counted", () => {
  const relations: [number, number, string][] = [
    [0, 0, "unheard of"],
    [0, 1, "b"],
    [0, 1, "b "],
    [0, 1, "a"],
    [1, 0, "NO_REL"],
    [1, 0, "a"],
  ];
  const document = makeDocument("d", "Le colis part", ["colis", "part"], relations);
  const schema: LabelSchema = { noRelationLabel: "NO_REL", id2label: ["NO_REL", "a", "b"] };
  const notices = new NoticeLog();
  const pairs = makePairs(document, schema, notices);
  expect(pairs.map(({ head, tail, label }) => [head, tail, label])).toEqual([
    [0, 1, 2],
    [1, 0, 0],
  ]);
  expect(notices.list().map(({ code, count, total }) => [code, count, total])).toEqual([
    ["self-loop", 1, 6],
    ["duplicate-relation", 1, 6],
    ["second-label", 2, 6],
  ]);
});

test("an unknown label is an error", () => {
  const document = makeDocument("d", "Le colis part", ["colis", "part"], [[0, 1, "c"]]);
  const schema: LabelSchema = { noRelationLabel: "NO_REL", id2label: ["NO_REL", "a"] };
  expect(() => makePairs(document, schema, new NoticeLog())).toThrow(UnknownLabelError);
});

test("candidatePairs", () => {
  expect(candidatePairs(3)).toEqual([
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 2],
    [2, 0],
    [2, 1],
  ]);
  expect(candidatePairs(1)).toEqual([]);
  expect(candidatePairs(0)).toEqual([]);
});

const labels = ["WHO_DO", "DO_WHEN", "IS_IN", "é"];

test("every ordered pair occurs once, nothing is lost, and the label ids may be in any order", () => {
  fc.assert(
    fc.property(anyDocument, fc.shuffledSubarray(["NO_REL", ...labels], { minLength: 5 }), (document, id2label) => {
      const schema: LabelSchema = { noRelationLabel: "NO_REL", id2label };
      const notices = new NoticeLog();
      const pairs = makePairs(document, schema, notices);

      const ordered = pairs.map(({ head, tail }) => `${head} ${tail}`).sort();
      const wanted = candidatePairs(document.entities.length).map(([head, tail]) => `${head} ${tail}`);
      expect(ordered).toEqual(wanted.sort());
      expect(pairs.map(({ id }) => id)).toEqual(pairs.map((_, i) => `${document.id}-${i}`));

      for (const { head, tail, label } of pairs) {
        const annotated = document.relations.find((relation) => relation.head === head && relation.tail === tail);
        expect(label).toBe(label2id(schema, annotated?.label ?? "NO_REL"));
      }
      const leftOut = notices.list().reduce((sum, { count }) => sum + count, 0);
      const asked = new Set(document.relations.filter((r) => r.head !== r.tail).map((r) => `${r.head} ${r.tail}`));
      expect(leftOut + asked.size).toBe(document.relations.length);
    }),
  );
});
