// `npm run site` as people run it: it installs what builds the site, and ends with an error at a link that leads nowhere.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const output = join(mkdtempSync(join(tmpdir(), "relata-site-")), "site");
afterAll(() => rmSync(join(output, ".."), { recursive: true, force: true }));

test("README, tutorials, command line and library are pages of one site with a search", { timeout: 900_000 }, () => {
  execFileSync(process.execPath, ["scripts/site.js", "--output", output], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const read = (path: string): string => readFileSync(join(output, path), "utf8");
  expect(read("index.html")).toContain("Which of these dates belongs to the document");
  expect(read("docs/tutorials/annotator.html")).toContain("<h1");
  expect(read("docs/reference/cli.html")).toContain("--pair-features");
  expect(read("docs/reference/api/index/functions/train.html")).toContain("keeps the best model so far");
  const assets = readdirSync(join(output, "assets"), { recursive: true, encoding: "utf8" });
  expect(assets.some((name) => name.includes("localSearchIndex"))).toBe(true);
});
