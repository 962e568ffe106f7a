import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isProblemCode, problemKinds, severities } from "./problem-kinds.ts";

const page = readFileSync(new URL("../../docs/data-check.md", import.meta.url), "utf8");

test("docs/data-check.md has a row for each kind, with its severity, and for no other", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \|/gm)].map(([, code, severity]) => `${code} ${severity}`);
  expect(rows.sort()).toEqual(
    Object.entries(problemKinds)
      .map(([code, { severity }]) => `${code} ${severity}`)
      .sort(),
  );
});

test("titles are words that a count follows, advice is sentences", () => {
  for (const { severity, title, advice } of Object.values(problemKinds)) {
    expect(severities).toContain(severity);
    expect(title).toMatch(/^[a-z].*[^.:?]$/);
    expect(advice).toMatch(/^[A-Z].*[.?]$/);
  }
  expect(isProblemCode("toString")).toBe(false);
});
