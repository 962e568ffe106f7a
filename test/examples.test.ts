// The bundled example is what it says it is.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readCorpus } from "../src/formats/read.ts";
import { quote } from "../src/quote.ts";

const path = fileURLToPath(new URL("../examples/annotations.jsonlines", import.meta.url));
const { documents, notices } = await readCorpus([path]);
const lines = readFileSync(path, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as { item: { metadata: { language: string } } });

test("at least 300 texts, half French, half English, none twice", () => {
  expect(documents.length).toBeGreaterThanOrEqual(300);
  expect(documents.length).toBe(lines.length);
  const french = lines.filter(({ item }) => item.metadata.language === "fr").length;
  const english = lines.filter(({ item }) => item.metadata.language === "en").length;
  expect(french).toBe(english);
  expect(french + english).toBe(lines.length);
  expect(new Set(documents.map(({ text }) => text)).size).toBe(documents.length);
});

test("five entity types; every span slices to a surface without blanks around it", () => {
  const types = new Set(documents.flatMap(({ entities }) => entities.map(({ type }) => type)));
  expect([...types].sort()).toEqual(["OBJ", "PLACE", "SUBJ", "TIME", "VERB"]);
  for (const { text, entities } of documents) {
    for (const { start, end } of entities) {
      const surface = text.slice(start, end);
      expect(surface.length, quote(text)).toBe(end - start);
      expect(surface.length, quote(text)).toBeGreaterThan(0);
      expect(surface, quote(text)).toBe(surface.trim());
      expect(surface, quote(text)).not.toMatch(/[,;:!?]$/u);
    }
  }
});

const allowed: Record<string, string[]> = {
  WHO_DO: ["SUBJ VERB"],
  DO_WHAT: ["VERB OBJ"],
  DO_WHEN: ["VERB TIME"],
  DO_WHERE: ["VERB PLACE"],
  TIME_OF_WHAT: ["TIME OBJ"],
  IN_COMP_WITH_WHEN: ["VERB TIME"],
};

test("seven relations, each at least 25 times, with valid ends and types, one at most for a pair", () => {
  const counts = new Map<string, number>();
  for (const { text, entities, relations } of documents) {
    const pairs = new Set(relations.map(({ head, tail }) => `${head} ${tail}`));
    expect(pairs.size, quote(text)).toBe(relations.length);
    for (const { head, tail, label } of relations) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      expect(head, quote(text)).not.toBe(tail);
      const types = `${entities[head]!.type} ${entities[tail]!.type}`;
      if (label !== "SAME_AS") expect(allowed[label], `${label} in ${quote(text)}`).toContain(types);
    }
  }
  expect([...counts.keys()].sort()).toEqual([...Object.keys(allowed), "SAME_AS"].sort());
  for (const [label, count] of counts) expect(count, label).toBeGreaterThanOrEqual(25);
});

test("hard where life is hard: several times compete for one document, comparisons stand beside dates", () => {
  const withTwoTimes = documents.filter(
    ({ entities, relations }) =>
      entities.filter(({ type }) => type === "TIME").length >= 2 &&
      relations.some(({ label }) => label === "TIME_OF_WHAT"),
  );
  expect(withTwoTimes.length).toBeGreaterThan(60);
  const both = documents.filter(
    ({ relations }) =>
      relations.some(({ label }) => label === "DO_WHEN") &&
      relations.some(({ label }) => label === "IN_COMP_WITH_WHEN"),
  );
  expect(both.length).toBeGreaterThan(15);
});

test("the reader has nothing to remark", () => {
  expect(notices.filter(({ code }) => code !== "span-cuts-word")).toEqual([]);
});
