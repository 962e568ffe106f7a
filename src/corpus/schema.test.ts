import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { relationSchema, typedDocument } from "../../test/fixtures/schemas.ts";
import { NoticeLog } from "./notices.ts";
import {
  allowedLabels,
  learnSchema,
  mayBeRelated,
  mirrorLabels,
  openSchema,
  reportViolations,
  withoutTypes,
} from "./schema.ts";

type Relations = [head: number, tail: number, label: string][];

/** `count` pairs of a person and a firm with these relations, and one more of each of `extra`. */
const firms = (count: number, both: readonly [forth: string, back: string], extra: readonly string[] = []) =>
  typedDocument(
    Array.from({ length: 2 * (count + extra.length) }, (_, i) => (i % 2 === 0 ? "PER" : "ORG")),
    [
      ...Array.from({ length: count }, (_, i): Relations => [
        [2 * i, 2 * i + 1, both[0]],
        [2 * i + 1, 2 * i, both[1]],
      ]).flat(),
      ...extra.map((label, i): Relations[number] => [2 * (count + i), 2 * (count + i) + 1, label]),
    ],
  );

const labels = (...names: string[]) => ({ noRelationLabel: "NO_REL", id2label: ["NO_REL", ...names] });

describe("learning", () => {
  test("counts what each relation joins, the most frequent first; self loops, negatives and strange labels are none", () => {
    const document = typedDocument(
      ["PER", "ORG", "LOC"],
      [
        [1, 2, "IN"],
        [0, 2, " IN "],
        [0, 2, "IN"],
        [0, 1, "AT"],
        [2, 2, "AT"],
        [0, 1, "NO_REL"],
        [1, 0, "stranger"],
      ],
    );
    const { rules, multiLabel, id2label } = learnSchema([document, typedDocument(["", "LOC"], [[0, 1, "AT"]])], {
      ...labels("AT", "IN", "UNSEEN"),
    });
    expect([...rules]).toEqual([
      [
        "AT",
        {
          count: 2,
          types: [
            ["", "LOC", 1],
            ["PER", "ORG", 1],
          ],
          symmetric: false,
          inverse: null,
        },
      ],
      [
        "IN",
        {
          count: 3,
          types: [
            ["PER", "LOC", 2],
            ["ORG", "LOC", 1],
          ],
          symmetric: false,
          inverse: null,
        },
      ],
      ["UNSEEN", { count: 0, types: [], symmetric: false, inverse: null }],
    ]);
    expect([multiLabel, id2label]).toEqual([false, ["NO_REL", "AT", "IN", "UNSEEN"]]);
  });

  test.each([
    ["2 pairs both ways are too few", 2, 0, false],
    ["3 pairs both ways are enough", 3, 0, true],
    ["8 of 10 are 80 %", 4, 2, true],
    ["8 of 11 are less", 4, 3, false],
  ])("symmetric: %s", (_, pairs, oneWay, expected) => {
    const document = firms(pairs, ["MET", "MET"], Array<string>(oneWay).fill("MET"));
    expect(learnSchema([document], labels("MET")).rules.get("MET")!.symmetric).toBe(expected);
  });

  test.each([
    ["4 pairs are too few", 4, [], null],
    ["5 pairs are enough", 5, [], "EMPLOYS"],
    ["8 of 10 are 80 %", 8, ["WORKS_AT", "WORKS_AT"], "EMPLOYS"],
    ["8 of 11 are less", 8, ["WORKS_AT", "WORKS_AT", "WORKS_AT"], null],
    ["8 of 11 of the other are less", 8, ["EMPLOYS", "EMPLOYS", "EMPLOYS"], null],
  ])("inverse: %s", (_, pairs, oneWay, expected) => {
    const { rules } = learnSchema([firms(pairs, ["WORKS_AT", "EMPLOYS"], oneWay)], labels("EMPLOYS", "WORKS_AT"));
    expect(rules.get("WORKS_AT")!.inverse).toBe(expected);
    expect(rules.get("EMPLOYS")!.inverse).toBe(expected === null ? null : "WORKS_AT");
  });

  test("a format's word for symmetric is enough, and a symmetric relation has no inverse", () => {
    const documents = [firms(9, ["A", "A"]), typedDocument(["PER", "ORG"], [[0, 1, "S"]])];
    const { rules } = learnSchema(documents, labels("A", "S"), { symmetricLabels: ["S"], multiLabel: true });
    expect([...rules.values()].map(({ symmetric, inverse }) => [symmetric, inverse])).toEqual([
      [true, null],
      [true, null],
    ]);
  });

  test("of several that hold the other way, one is the inverse, for both", () => {
    const types = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? "PER" : "ORG"));
    const relations = [0, 2, 4, 6, 8, 10].flatMap((i): Relations => [
      [i, i + 1, "A"],
      [i, i + 1, "C"],
      [i + 1, i, "B"],
    ]);
    const { rules } = learnSchema([typedDocument(types, relations)], labels("A", "B", "C"), { multiLabel: true });
    expect(Object.fromEntries([...rules].map(([label, { inverse }]) => [label, inverse]))).toEqual({
      A: "B",
      B: "A",
      C: null,
    });
  });
});

describe("allowedLabels", () => {
  const schema = relationSchema({
    IN: { types: [["PER", "LOC", 1]] },
    MET: { types: [["PER", "ORG", 1]], symmetric: true },
    ANY: { types: null },
    NEVER: { types: [] },
  });

  test.each([
    ["PER", "LOC", [true, true, false, true, false]],
    ["LOC", "PER", [true, false, false, true, false]],
    ["PER", "ORG", [true, false, true, true, false]],
    ["ORG", "PER", [true, false, true, true, false]],
    ["ORG", "LOC", [true, false, false, true, false]],
    ["", "LOC", undefined],
    ["PER", "", undefined],
    ["PER", "stranger", undefined],
  ])("from %s to %s", (head, tail, expected) => {
    expect(allowedLabels(schema, head, tail)).toEqual(expected);
  });

  test("types that no rule joins may be related only where a relation joins anything", () => {
    const closed = relationSchema({ IN: { types: [["PER", "LOC", 1]] } });
    expect(mayBeRelated(schema, "LOC", "PER")).toBe(true);
    expect(mayBeRelated(closed, "LOC", "PER")).toBe(false);
    expect(mayBeRelated(closed, "PER", "LOC")).toBe(true);
    expect(mayBeRelated(closed, "LOC", "stranger")).toBe(true);
    expect(mayBeRelated(closed, "LOC", "")).toBe(true);
  });

  test("a label without a rule joins anything; documents without types forbid nothing", () => {
    const { rules } = relationSchema({ IN: { types: [["PER", "LOC", 1]] } });
    const partial = { ...openSchema(labels("IN", "NEW")), rules };
    expect(allowedLabels(partial, "LOC", "PER")).toEqual([true, false, true]);
    const untyped = learnSchema([typedDocument(["", ""], [[0, 1, "IN"]])], labels("IN"));
    expect(allowedLabels(untyped, "", "")).toBeUndefined();
    expect(allowedLabels(openSchema(labels("IN")), "PER", "LOC")).toBeUndefined();
  });

  test("no relation is allowed whatever its id and its rule", () => {
    const { rules } = relationSchema({ IN: { types: [["PER", "LOC", 1]] }, Other: { types: [["LOC", "LOC", 1]] } });
    const schema = { noRelationLabel: "Other", id2label: ["IN", "Other"], multiLabel: false, rules };
    expect(allowedLabels(schema, "LOC", "PER")).toEqual([false, true]);
    expect(mayBeRelated(schema, "LOC", "PER")).toBe(false);
  });

  test("withoutTypes forbids nothing and keeps what is symmetric or inverse", () => {
    const typed = relationSchema({
      A: { inverse: "B", types: [["X", "Y", 3]] },
      B: { inverse: "A" },
      S: { symmetric: true },
    });
    expect(allowedLabels(typed, "Y", "X")).toBeDefined();
    expect(allowedLabels(withoutTypes(typed), "Y", "X")).toBeUndefined();
    expect(mirrorLabels(withoutTypes(typed))).toEqual([undefined, 2, 1, 3]);
  });
});

test.each([
  ["told on both sides", { A: { inverse: "B" }, B: { inverse: "A" } }, [undefined, 2, 1]],
  ["told on one side", { A: { inverse: "B" }, B: {} }, [undefined, 2, 1]],
  ["of itself is symmetric", { A: { inverse: "A" }, B: {} }, [undefined, 1, undefined]],
  ["that is no label", { A: { inverse: "C" }, B: {} }, [undefined, undefined, undefined]],
  ["that is no relation", { A: { inverse: "NO_REL" }, B: {} }, [undefined, undefined, undefined]],
  ["of two: the first", { A: { inverse: "C" }, B: { inverse: "C" }, C: {} }, [undefined, 3, undefined, 1]],
  ["that is symmetric is none", { A: { inverse: "B" }, B: { symmetric: true } }, [undefined, undefined, 2]],
])("mirrorLabels: an inverse %s", (_, rules, expected) => {
  expect(mirrorLabels(relationSchema(rules))).toEqual(expected);
});

const type = fc.constantFrom("X", "Y", "Z");
const rule = fc.record({
  types: fc.array(fc.tuple(type, type, fc.nat()), { maxLength: 3 }),
  symmetric: fc.boolean(),
  inverse: fc.constantFrom(null, "A", "B", "C"),
});

test("whatever the rules, a label may stand where its mirror may stand the other way round", () => {
  fc.assert(
    fc.property(fc.record({ A: rule, B: rule, C: rule }), type, type, (rules, head, tail) => {
      const schema = relationSchema(rules);
      const mirrors = mirrorLabels(schema);
      const [forth, back] = [allowedLabels(schema, head, tail), allowedLabels(schema, tail, head)];
      for (const [id, mirror] of mirrors.entries()) {
        if (mirror === undefined) continue;
        expect(mirrors[mirror]).toBe(id);
        expect(back?.[mirror]).toBe(forth?.[id]);
      }
      for (const [label, { types }] of Object.entries(rules)) {
        const id = schema.id2label.indexOf(label);
        for (const [from, to] of types) expect(allowedLabels(schema, from, to)![id]).toBe(true);
      }
    }),
  );
});

test("relations against the schema are counted with their lines", () => {
  const schema = relationSchema({ IN: { types: [["PER", "LOC", 1]] } });
  const relations: Relations = [
    [0, 1, "IN"],
    [1, 0, "IN"],
    [1, 1, "IN"],
    [1, 0, "NO_REL"],
    [1, 0, "stranger"],
    [2, 0, "IN"],
  ];
  const document = { ...typedDocument(["PER", "LOC", "?"], relations), source: { file: "a.jsonlines", line: 7 } };
  const notices = new NoticeLog();
  reportViolations([document, typedDocument(["LOC", "PER"], [[0, 1, "IN"]])], schema, notices);
  expect(notices.list()).toEqual([
    {
      code: "against-schema",
      message: "relations between types that the schema does not allow for them",
      count: 2,
      total: 7,
      locations: [
        { file: "a.jsonlines", line: 7, detail: '"IN" from "LOC" to "PER"' },
        { file: "the documents", detail: '"IN" from "LOC" to "PER"' },
      ],
    },
  ]);
});
