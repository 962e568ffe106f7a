import * as fc from "fast-check";
import { join, resolve, sep } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { isModelReference, parseModelReference } from "./repo-id.ts";

test.each([
  ["studio-ousia/luke-base", "studio-ousia/luke-base", "main"],
  ["studio-ousia/mluke-base-lite@v1.0", "studio-ousia/mluke-base-lite", "v1.0"],
  ["a/b@refs/pr/3", "a/b", "refs/pr/3"],
  ["_a.b/c_d.e-1@feature/x", "_a.b/c_d.e-1", "feature/x"],
])("%s is a model at a revision", (text, id, revision) => {
  expect(isModelReference(text)).toBe(true);
  expect(parseModelReference(text)).toEqual({ id, revision });
});

test.each([
  "luke-mini",
  "",
  "/",
  "a/",
  "/b",
  "a/b/c",
  "./a/b",
  "../a",
  "a/..",
  "~/a",
  "/abs/path",
  "C:\\models\\a",
  "a\\b",
  "a/b--c",
  "a/b..c",
  "a/b.git",
  "-a/b",
  "a/b-",
  "a/.b",
  "a/b c",
  "a/b?x=1",
  "a/b#x",
  "a/b%2e",
  "a/b\n",
  "ä/b",
  "https://huggingface.co/a/b",
  "a/b@",
  "a/b@../x",
  "a/b@x/../y",
  "a/b@/x",
  "a/b@x/",
  "a/b@x//y",
  "a/b@.x",
  "a/b@x.lock",
  "a/b@x.lock/y",
  "a/b@x/.y",
  "a/b@x\\y",
  "a/b@x y",
  "a/b@x@y",
  "a/b@x?y",
  "a/b@x\0y",
  `a/${"b".repeat(97)}`,
])("%j is none", (text) => {
  expect(isModelReference(text)).toBe(false);
  expect(() => parseModelReference(text)).toThrow(UsageError);
});

test("whatever passes stays below the folders it is joined to", () => {
  const piece = fc.constantFrom("a", "b1", ".", "..", "/", "-", "_", "@", "\\", ":", "~", ".lock", "é", "\0");
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((revision) => `org/name@${revision}`),
      ),
      (reference) => {
        if (!isModelReference(reference)) return;
        const { id, revision } = parseModelReference(reference);
        expect(resolve("/cache", id.replace("/", "--")).split(sep).length).toBe(3);
        expect(resolve("/refs", ...revision.split("/"))).toBe(join("/refs", revision));
        expect(resolve("/refs", revision).startsWith(join("/refs", sep))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
