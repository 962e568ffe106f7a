import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument, makeDocument } from "../../test/fixtures/documents.ts";
import { relationSchema, typedDocument } from "../../test/fixtures/schemas.ts";
import type { Document } from "./document.ts";
import { UnknownLabelError } from "./corpus-errors.ts";
import { label2id, learnLabels } from "./labels.ts";
import { NoticeLog } from "./notices.ts";
import { candidatePairs, makePairs } from "./pairs.ts";
import { mirrorLabels, openSchema } from "./schema.ts";

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
  const schema = openSchema(learnLabels([document]));
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
  const schema = openSchema({ noRelationLabel: "NO_REL", id2label: ["NO_REL", "a", "b"] });
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
  const schema = openSchema({ noRelationLabel: "NO_REL", id2label: ["NO_REL", "a"] });
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
      const schema = openSchema({ noRelationLabel: "NO_REL", id2label });
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

describe("mirrors", () => {
  const rules = {
    WORKS_AT: { inverse: "EMPLOYS" },
    EMPLOYS: { inverse: "WORKS_AT" },
    MET: { symmetric: true },
    IN: {},
  };
  const labelled = (multiLabel: boolean, relations: [number, number, string][], count = 2): string[] => {
    const schema = relationSchema(rules, multiLabel);
    const types = Array<string>(count).fill("T");
    return makePairs(typedDocument(types, relations), schema, new NoticeLog()).map(
      ({ head, tail, labels }) => `${head}${tail} ${labels.map((id) => schema.id2label[id]).join("+")}`,
    );
  };

  test.each<[string, [number, number, string][], string[]]>([
    ["a symmetric relation holds both ways", [[1, 0, "MET"]], ["10 MET", "01 MET"]],
    ["an inverse holds the other way", [[0, 1, "WORKS_AT"]], ["01 WORKS_AT", "10 EMPLOYS"]],
    ["any other holds one way", [[0, 1, "IN"]], ["01 IN", "10 NO_REL"]],
    [
      "what was annotated stays",
      [
        [0, 1, "MET"],
        [1, 0, "IN"],
      ],
      ["01 MET", "10 IN"],
    ],
    [
      "an explicit negative stays",
      [
        [0, 1, "MET"],
        [1, 0, "NO_REL"],
      ],
      ["01 MET", "10 NO_REL"],
    ],
    ["and has no mirror", [[0, 1, "NO_REL"]], ["01 NO_REL", "10 NO_REL"]],
  ])("%s", (_, relations, expected) => {
    expect(labelled(false, relations)).toEqual(expected);
  });

  test("several labels of a pair have their mirrors beside what is annotated", () => {
    const both = [
      [0, 1, "WORKS_AT"],
      [0, 1, "MET"],
      [1, 0, "IN"],
    ] as [number, number, string][];
    expect(labelled(true, both)).toEqual(["01 WORKS_AT+MET", "10 IN+EMPLOYS+MET"]);
    expect(labelled(true, [...both, [1, 0, "NO_REL"]])).toEqual(["01 WORKS_AT+MET", "10 IN+EMPLOYS+MET"]);
    expect(labelled(true, [[1, 0, "NO_REL"], ...both])).toEqual(["01 WORKS_AT+MET", "10 NO_REL"]);
  });

  test("pairs that only a mirror relates come after those annotated, then all others", () => {
    expect(
      labelled(
        false,
        [
          [2, 0, "MET"],
          [0, 1, "IN"],
        ],
        3,
      ),
    ).toEqual(["20 MET", "01 IN", "02 MET", "10 NO_REL", "12 NO_REL", "21 NO_REL"]);
  });
});

test("several labels: as many as were annotated, the first one first, none beside no relation", () => {
  const rules = { WHO_DO: { inverse: "DO_WHEN" }, DO_WHEN: {}, IS_IN: { symmetric: true }, é: {} };
  fc.assert(
    fc.property(anyDocument, fc.boolean(), (document, multiLabel) => {
      const schema = relationSchema(rules, multiLabel);
      const pairs = makePairs(document, schema, new NoticeLog());
      const labelsAt = new Map(pairs.map(({ head, tail, labels }) => [`${head} ${tail}`, labels]));
      for (const { head, tail, label, labels } of pairs) {
        expect(label).toBe(labels[0]);
        expect(new Set(labels).size).toBe(labels.length);
        expect(labels.includes(0) ? labels.length : 1).toBe(1);
        if (!multiLabel) expect(labels).toHaveLength(1);
        const annotated = document.relations.filter((r) => r.head === head && r.tail === tail);
        const ids = [...new Set(annotated.map((r) => label2id(schema, r.label)!))];
        if (ids.length > 0) expect(label).toBe(ids[0]);
        if (multiLabel && ids[0] !== 0) for (const id of ids) if (id !== 0) expect(labels).toContain(id);
        const back = labelsAt.get(`${tail} ${head}`)!;
        const isSaid = document.relations.some((r) => r.head === tail && r.tail === head);
        for (const id of labels) {
          const mirror = mirrorLabels(schema)[id];
          const isKept = mirror === undefined || back.includes(mirror) || (multiLabel ? back.includes(0) : isSaid);
          expect(isKept).toBe(true);
        }
      }
    }),
  );
});
