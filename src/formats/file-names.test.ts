import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileNames, idOfFileName } from "./file-names.ts";

const named = (...ids: string[]): string[] => {
  const names = new FileNames();
  return ids.map((id) => names.nameOf(id).name);
};

test("no name is a path, hidden, an option, a device, or another name in other letters", () => {
  expect(named("../x", "/etc/passwd", "C:\\x", ".hidden", "-rf", "nul", "été")).toEqual([
    "%2E.%2Fx",
    "%2Fetc%2Fpasswd",
    "C%3A%5Cx",
    "%2Ehidden",
    "%2Drf",
    "%6Eul",
    "%C3%A9t%C3%A9",
  ]);
  expect(named("ab", "Ab", "aB")).toEqual(["ab", "%41%62", "%61%42"]);
});

test("every id comes back from its name, and no two names are equal", () => {
  const id = fc.oneof(fc.string({ minLength: 1, unit: "binary" }), fc.constantFrom("a", "A", "%41", "a%20b", "100%"));
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 20 }), (ids) => {
      const wellFormed = ids.filter((id) => !/\p{Cs}/u.test(id));
      const names = named(...wellFormed);
      expect(names.map(idOfFileName)).toEqual(wellFormed);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_%][A-Za-z0-9_.%-]*$/);
    }),
    { numRuns: 40 },
  );
});

describe("ids that a name cannot hold", () => {
  test.each([
    ["too long", ["é".repeat(100)]],
    ["empty", [""]],
    ["there thrice", ["7", "7", "7"]],
  ])("%s", (_, ids) => {
    const names = new FileNames();
    const given = ids.map((id) => names.nameOf(id));
    for (const { keepsId } of ids.length > 1 ? given.slice(1) : given) expect(keepsId).toBe(false);
    expect(new Set(given.map(({ name }) => name)).size).toBe(ids.length);
    for (const { name } of given) expect(name.length).toBeLessThanOrEqual(200);
  });
});

test("names that people gave are ids as they are", () => {
  for (const name of ["PMID-8039243", "100%", "a%2fb", "%zz", "50%25 off"]) expect(idOfFileName(name)).toBe(name);
});
