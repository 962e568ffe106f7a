// `relata data rename`: names in annotation files as people fix them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { relata, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
place.examples("annotations.jsonlines", 12);

test("an Annotto export stays one, with other names", async () => {
  const args = [
    "data",
    "rename",
    "annotations.jsonlines",
    "renamed.jsonlines",
    "--label",
    "WHO_DO=AGENT",
    "--label",
    "DO_WHAT=PATIENT",
  ];
  const { code, stderr } = await relata([...args, "--type", "TIME=DATE"], { cwd: place.folder });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/--label WHO_DO=AGENT: \d+ relations/);
  const [before, after] = ["annotations.jsonlines", "renamed.jsonlines"].map((name) =>
    readFileSync(join(place.folder, name), "utf8"),
  );
  const count = (text: string | undefined, name: string): number => text!.split(`"${name}"`).length - 1;
  expect(count(after, "AGENT")).toBe(count(before, "WHO_DO"));
  expect(count(after, "DATE")).toBe(count(before, "TIME"));
  expect(count(after, "WHO_DO") + count(after, "TIME")).toBe(0);
});

test("a misspelt name is refused, and nothing is written", async () => {
  const { code, stderr } = await relata(
    ["data", "rename", "annotations.jsonlines", "unused.jsonlines", "--label", "WHO_DOO=AGENT"],
    { cwd: place.folder },
  );
  expect(code).toBe(64);
  expect(stderr).toContain('Did you mean "WHO_DO"?');
});
