// relata data check on rows that say that their pair has no relation.
import { afterAll, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const check = (...args: string[]): Promise<CliResult> => relata(["data", "check", ...args], { cwd: place.folder });

test("a table of a first row alone is an error, and a folder is no place for a file", async () => {
  place.file("header.csv", "text,head,tail,label\n");
  const { code, stdout, stderr } = await check("header.csv");
  expect(code, stderr).toBe(65);
  expect(stdout).toMatch(/^error {2}files without a record: 1/);
  place.file("one.csv", "text,head,tail,label\nAna met Bob.,Ana,Bob,MET\n");
  for (const [fix, found] of [
    [".", "The output . is a folder"],
    ["new/", "The output new/ ends in a slash"],
  ] as const) {
    const failed = await check("one.csv", "--fix", fix);
    expect(failed.code).toBe(64);
    expect(failed.stderr).toContain(found);
    expect(failed.stderr).toContain("name the file, as ");
  }
});

test("a row that says NO_REL is annotated; one without a label may never have been", async () => {
  const row = (name: string, label: string): string => `${name} met Bob.,${name},Bob,${label}\n`;
  const labels = { Ana: "MET", Cid: "NO_REL", Dan: "no_relation", Eva: "" };
  const rows = Object.entries(labels).map(([name, label]) => row(name, label));
  place.file("pairs.csv", `text,head,tail,label\n${rows.join("")}`);
  const { code, stdout, stderr } = await check("pairs.csv", "--json");
  expect(code, stderr).toBe(0);
  const problems = parseJsonLines<{ code: string; document: string }>(stdout);
  const unrelated = problems.filter((one) => one.code === "document-without-relations");
  expect(unrelated.map(({ document }) => document)).toEqual(["pairs-4"]);
  const fixed = await check("pairs.csv", "--fix", "pairs-fixed.csv");
  expect(fixed.stderr).toContain("4 documents written to pairs-fixed.csv");
});
