import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDocument, makeDocument } from "../../test/fixtures/documents.ts";
import { UsageError } from "../errors.ts";
import { NoRelationsError, UnknownLabelError } from "./corpus-errors.ts";
import { EmptyLabelError } from "./errors.ts";
import { label2id, learnLabels, noRelationId, requireLabelId } from "./labels.ts";
import { NoticeLog } from "./notices.ts";

const withLabels = (...labels: string[]) => [
  makeDocument(
    "d",
    "Le colis part",
    ["colis", "part"],
    labels.map((label) => [0, 1, label]),
  ),
];

describe("learnLabels", () => {
  test("no-relation has id 0, the others are sorted by code units", () => {
    const schema = learnLabels(withLabels("é", "b", "a", "B", "b"));
    expect(schema).toEqual({ noRelationLabel: "NO_REL", id2label: ["NO_REL", "B", "a", "b", "é"] });
    expect(label2id(schema, "a")).toBe(2);
    expect(label2id(schema, " a ")).toBe(2);
    expect(label2id(schema, "A")).toBeUndefined();
    expect(noRelationId(schema)).toBe(0);
    expect(noRelationId({ noRelationLabel: "NA", id2label: ["x", "NA"] })).toBe(1);
  });

  test("labels are trimmed, and it is reported", () => {
    const notices = new NoticeLog();
    expect(learnLabels(withLabels("a ", "a"), "NA", notices).id2label).toEqual(["NA", "a"]);
    const document = { ...withLabels("a ")[0]!, source: { file: "f", line: 2 } };
    learnLabels([document], "NA", notices);
    expect(notices.list()).toMatchObject([
      { code: "label-trimmed", count: 2, locations: [{ file: "f", line: 2, detail: '"a "' }] },
    ]);
  });

  test("explicit negatives and self loops add no label", () => {
    const loop = makeDocument("l", "Le colis", ["colis"], [[0, 0, "GENDER"]]);
    expect(learnLabels([...withLabels("NO_REL", "a"), loop]).id2label).toEqual(["NO_REL", "a"]);
    expect(() => learnLabels([...withLabels("NO_REL"), loop])).toThrow(NoRelationsError);
    expect(() => learnLabels([])).toThrow(NoRelationsError);
    expect(() => learnLabels(withLabels(" "))).toThrow(EmptyLabelError);
    expect(() => learnLabels(withLabels("a"), " ")).toThrow(UsageError);
  });

  test("does not depend on the order of the documents", () => {
    const documents = fc.array(anyDocument, { minLength: 1, maxLength: 6 });
    const shuffle = documents.chain((documents) =>
      fc.tuple(fc.constant(documents), fc.shuffledSubarray(documents, { minLength: documents.length })),
    );
    fc.assert(
      fc.property(shuffle, ([documents, permuted]) => {
        const related = withLabels("Z");
        expect(learnLabels([...permuted, ...related])).toEqual(learnLabels([...related, ...documents]));
      }),
    );
  });
});

test("requireLabelId names the label, its place and the nearest known one", () => {
  const schema = learnLabels(withLabels("WHO_DO", "DO_WHEN"));
  expect(requireLabelId(schema, " WHO_DO")).toBe(2);

  const check = (): unknown => requireLabelId(schema, "WHO_DOO", { file: "a", line: 3 });
  expect(check).toThrow(
    'a:3: relation label "WHO_DOO" is not known. Did you mean "WHO_DO"? Known labels: "NO_REL", "DO_WHEN", "WHO_DO"',
  );
  expect(check).toThrow(UnknownLabelError);
  expect(check).toThrow(expect.objectContaining({ label: "WHO_DOO", suggestion: "WHO_DO", exitCode: 65 }));
});
