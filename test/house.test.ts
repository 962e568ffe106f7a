// The signs of the redesign (`npm run house`) hold: none is over its limit, or over the figure that it was left open with.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Sign {
  readonly name: string;
  readonly figure: number;
  readonly limit: number;
  readonly places: readonly string[];
}
interface House {
  readonly signs: readonly Sign[];
  readonly open: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
  readonly stale: readonly string[];
}

async function house(...args: string[]): Promise<{ code: number; stdout: string }> {
  const script = new URL("../scripts/house.js", import.meta.url).pathname;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: 2 ** 26 });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

test("no sign is broken", async () => {
  const { code, stdout } = await house();
  expect(code, stdout).toBe(0);
});

test("every limit that is left open is a sign", async () => {
  const { signs, open } = JSON.parse((await house("--json")).stdout) as House;
  expect(Object.keys(open).filter((name) => !signs.some((sign) => sign.name === name))).toEqual([]);
});

const cite = (section: string): string => `luke.md ${section}`;
let root: string;
const files: Record<string, string> = {
  "src/app/cli/help.ts": 'import { a } from "../../luke/config.ts";\nexport { b } from "../../index.ts";\n',
  "src/index.ts": 'export type { a } from "./luke/config.ts";\nexport const b = 1; // luke.encoder\n',
  "src/luke/config.ts": `import type { b } from "../index.ts";\n/**\n * What a config holds, if so wished (${cite("2.1")}).\n */\nexport const a = 1; // ${cite("2.9")}\n`,
  "src/recipes/train.ts": `export async function* train() {\n${"  // a step\n".repeat(70)}}\n`,
  "src/recipes/model.ts": "export interface StartingModel {}\nconst { done, value } = await events.next();\n",
  "docs/luke.md": "# LUKE\n\n## 2.1 Tensors\n",
  "docs/adding.md":
    "# Adding\n\n## An op\n\n1. [the op](../src/index.ts)\n2. `a`\n3. `b`\n4. `c`\n\n## A head\n\n1. `d`\n",
  "docs/architecture.md":
    "# Architecture\n\n## One sentence, from file to answer\n\n1. [here](../src/index.ts)\n2. [nowhere](../src/gone.ts)\n3. [badly](luke.md#tensors)\n",
};
let planted: House;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "relata-house-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  planted = JSON.parse((await house("--json", "--root", root)).stdout) as House;
});
afterAll(() => rm(root, { recursive: true }));

test.each([
  ["luke-outside", 1, "src/index.ts"],
  ["recipes", 2, "src/recipes/model.ts"],
  ["recipe-lines", 72, ""],
  ["train-lines", 72, "src/recipes/train.ts: 72 lines"],
  ["model-types", 1, "src/recipes/model.ts:1: export interface StartingModel {}"],
  ["adding-lists", 6, "An op: 4 files"],
  ["tour-stops", 3, ""],
  ["tour-dead-ends", 1, "2. [nowhere](../src/gone.ts)"],
  ["app-imports", 1, "src/app/cli/help.ts → src/luke/config.ts"],
  ["drains", 1, "src/recipes/model.ts: events.next()"],
  ["import-cycles", 1, "src/index.ts ↔ src/luke/config.ts"],
  ["docstrings-what", 1, "src/luke/config.ts:3: What a config holds"],
  ["private-english", 1, "src/luke/config.ts:3: * What a config holds, if so wished"],
  ["broken-links", 2, "docs/architecture.md: docs/luke.md has no heading #tensors"],
  ["luke-citations", 1, "src/luke/config.ts: docs/luke.md has no section 2.9"],
])("%s is counted", (name, figure, place) => {
  const sign = planted.signs.find((one) => one.name === name)!;
  expect(sign.places.join("\n")).toContain(place);
  expect(sign.figure).toBe(figure);
  expect(planted.broken.includes(name)).toBe(figure > sign.limit);
});

test("a figure over its limit is an error, with its places; one in the list of open ones may not grow, and is lowered", async () => {
  expect((await house("--root", root)).stdout).toMatch(/drains +1 +0 +BROKEN[^]*src\/recipes\/model\.ts: events\.next/);
  const open = join(root, "scripts/house/open.json");
  await mkdir(dirname(open), { recursive: true });
  await writeFile(open, JSON.stringify({ drains: 2, recipes: 99 }));
  expect((await house("--root", root)).stdout).toMatch(/drains +1 +0 +open, at most 2/);
  const { stdout } = await house("--root", root, "--tighten", "--json");
  expect((JSON.parse(stdout) as House).open).toEqual({ drains: 1 });
});
