import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

type Anchors = { readonly checkAnchors: (folder: string) => string[] };
type Pages = { readonly stagePages: (root: string, staged: string) => number };
const script = (name: string): Promise<unknown> => import(new URL(`../scripts/site/${name}`, import.meta.url).href);
const { checkAnchors } = (await script("anchors.js")) as Anchors;
const { stagePages } = (await script("pages.js")) as Pages;
const root = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "relata-site-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

test("pages keep their places, README is the first, and links to sources are their paths", () => {
  const staged = join(folder, "staged");
  expect(stagePages(root, staged)).toBeGreaterThan(60);
  const read = (path: string): string => readFileSync(join(staged, path), "utf8");
  expect(read("index.md")).toMatch(/^# Relata/);
  expect(read("docs/architecture.md")).not.toMatch(/\]\([^)]*\.ts\)/);
  expect(read("docs/architecture.md")).toContain("`src/");
  expect(read("docs/formats/index.md")).toContain("](brat.md)");
});

test("a link to a page, a file or a place that is not there is named with its page", () => {
  file(
    "site/a.html",
    '<main><h2 id="here">x</h2><a href="./b.html#there">b</a><a href="b#not">b</a><a href="#here">a</a></main>',
  );
  file(
    "site/b.html",
    '<main><h2 id="there">y</h2><a href="/c.html">c</a><a href="https://example.org/">e</a><a href="d.json">d</a></main>',
  );
  expect(checkAnchors(join(folder, "site"))).toEqual(["a.html: b#not", "b.html: /c.html", "b.html: d.json"]);
});
