// The examples of README work: its program runs as it stands there, and its links lead somewhere.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

test("the program in README trains a model, opens it and predicts, in at most 20 lines", () => {
  const program = /```ts\n([^]*?)```/.exec(readme)![1]!;
  expect(program.trim().split("\n").length).toBeLessThanOrEqual(20);
  // Beside the package's own files, so that `import "relata"` finds this very package.
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^20 0\.\d+$/);
  const predictions = lines.slice(1).map((line) => line.split(" "));
  // The pairs whose types a relation joins.
  expect(predictions.length).toBe(6);
  expect(predictions.map(([head, tail, label]) => `${head} ${tail} ${label}`)).toEqual(
    expect.arrayContaining(["0 1 WHO_DO", "1 2 DO_WHAT", "3 2 TIME_OF_WHAT"]),
  );
  for (const [head, tail, label, probability] of predictions) {
    expect(head).not.toBe(tail);
    expect(label).toMatch(/^[A-Z_]+$/);
    expect(Number(probability)).toBeGreaterThan(1 / 8);
  }
});

test("the line of README that converts a corpus does so", () => {
  const [, line] = /```js\n([^]*?)```/.exec(readme)!;
  const folder = mkdtempSync(join(tmpdir(), "relata-readme-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/relata"));
    const [first, second] = readFileSync(`${root}examples/annotations.jsonlines`).toString().split("\n");
    const member = new TextEncoder().encode(`${first}\n${second}\n`);
    writeFileSync(join(folder, "corpus.zip"), zipSync({ "export.jsonl": member }));
    const before = 'import { convertData } from "relata";\nconst { signal } = new AbortController();\n';
    writeFileSync(join(folder, "program.mjs"), `${before}${line}console.log(documents, Array.isArray(losses));\n`);
    const { stdout, stderr } = spawnSync(process.execPath, ["program.mjs"], { cwd: folder, encoding: "utf8" });
    expect([stdout, stderr]).toEqual(["2 true\n", ""]);
    expect(readFileSync(join(folder, "corpus.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  "README.md",
  "CONTRIBUTING.md",
  "docs/architecture.md",
  "docs/results.md",
  "docs/differences.md",
  "docs/data.md",
  "docs/document-encoding.md",
])("links in %s lead to files of the repository", (page) => {
  const text = readFileSync(root + page, "utf8");
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
  const folder = page.includes("/") ? page.slice(0, page.lastIndexOf("/") + 1) : "";
  expect(links.filter((link) => !existsSync(root + folder + link))).toEqual([]);
});
