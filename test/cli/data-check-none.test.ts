// relata data check on rows that say that their pair has no relation.
import { afterAll, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const check = (...args: string[]): Promise<CliResult> => relata(["data", "check", ...args], { cwd: place.folder });

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
