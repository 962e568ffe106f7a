import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCorpus } from "../read.ts";
import { isInitialCopy, placeInProject } from "./project.ts";

describe("the place of a file in a project export", () => {
  test.each([
    ["p.zip/annotation/a.txt/klie.json", "a.txt", "klie"],
    ["p.zip/annotation/a.txt/webanno615export.zip/klie.xmi", "a.txt", "klie"],
    ["/data/p/curation/b c.txt/CURATION_USER.json", "b c.txt", "CURATION_USER"],
    ["annotation/a/rosa.lind.tsv", "a", "rosa.lind"],
  ])("%s", (path, document, annotator) => {
    expect(placeInProject(path)).toEqual({ document, annotator });
  });

  test.each(["p.zip/source/a.txt", "annotation/klie.json", "my-annotation/a.txt/klie.json", "klie.json"])(
    "%s is in none",
    (path) => expect(placeInProject(path)).toBeUndefined(),
  );
});

test("the text before annotation is known by its name", () => {
  expect(isInitialCopy("p.zip/annotation/a.txt/INITIAL_CAS.json")).toBe(true);
  expect(isInitialCopy("p.zip/annotation/a.txt/INITIAL.zip/INITIAL_CAS.xmi")).toBe(true);
  expect(isInitialCopy("NOT_INITIAL_CAS.json")).toBe(false);
});

test.each(["project-json.zip", "project-json-zips.zip"])(
  "a project export gives the annotators' documents, named by their texts: %s",
  async (name) => {
    const path = fileURLToPath(new URL(`../../../test/cases/11-inception-exports/${name}`, import.meta.url));
    const { documents, notices } = await readCorpus([path]);
    expect(documents.map(({ id, annotator }) => ({ id, annotator }))).toEqual([
      { id: "a.txt", annotator: "klie" },
      { id: "b.txt", annotator: "klie" },
    ]);
    expect(documents.flatMap(({ entities }) => entities)).toHaveLength(4);
    expect(documents.flatMap(({ relations }) => relations)).toHaveLength(2);
    expect(notices.find(({ code }) => code === "initial-copy")).toMatchObject({ count: 2 });
  },
);
