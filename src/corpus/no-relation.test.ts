import { describe, expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { looksLikeNone, noRelationNames, reportLikeNone, withOneNoRelation } from "./no-relation.ts";
import { formatNotice, NoticeLog } from "./notices.ts";

const withLabels = (...labels: string[]): ReturnType<typeof makeDocument> =>
  makeDocument(
    "d",
    "Ana met Bob",
    ["Ana", "Bob"],
    labels.map((label) => [0, 1, label]),
  );

test("labels that look as if they meant none", () => {
  const none = ["no_relation", "NO-REL", "NA", "N/A", "Other", "O", "none", "No-rel", "NOTA"];
  expect(none.filter((label) => !looksLikeNone(label))).toEqual([]);
  const relations = ["met", "other_than", "org:founded", "no_relation_to", "no", "", "NAO"];
  expect(relations.filter(looksLikeNone)).toEqual([]);
});

describe("several names of no relation", () => {
  test("are parted at commas", () => {
    expect(noRelationNames("NO_REL")).toEqual(["NO_REL"]);
    expect(noRelationNames(" NO_REL, no_relation,NA")).toEqual(["NO_REL", "no_relation", "NA"]);
    for (const bad of ["", "a,", ",a", "a,a"])
      expect(() => noRelationNames(bad)).toThrow("--no-relation-label: expected");
  });

  test("become the first, and are counted", () => {
    const log = new NoticeLog();
    const documents = [withLabels("met", " NA "), withLabels("NO_REL")];
    const renamed = withOneNoRelation(documents, ["NO_REL", "NA"], log);
    expect(renamed.map(({ relations }) => relations.map(({ label }) => label))).toEqual([
      ["met", "NO_REL"],
      ["NO_REL"],
    ]);
    expect(renamed[1]).toBe(documents[1]);
    expect(log.list().map(formatNotice)).toEqual([
      'labels that mean no relation (--no-relation-label), read as NO_REL: 1, at d (" NA ")',
    ]);
  });
});

describe("labels that look like it and are learnt as relations are reported, with the flag that works", () => {
  const told = (none: string, ...labels: string[]): string[] => {
    const log = new NoticeLog();
    reportLikeNone([withLabels(...labels)], none, log);
    return log.list().map(formatNotice);
  };

  test("beside the label that is known to mean it", () => {
    expect(told("NO_REL", "met", "NO_REL", "Other", "NA")[0]).toMatch(
      /if none holds there, say --no-relation-label NO_REL,NA,Other: 2 of 4 \(50\.0 %\), at d \("Other"\), d \("NA"\)$/,
    );
  });

  test("alone where that does not occur", () => {
    expect(told("NO_REL", "met", "no_relation")[0]).toContain("say --no-relation-label no_relation: 1 of 2");
  });

  test("and nothing of others", () => {
    expect(told("Other", "met", "Other")).toEqual([]);
  });
});
