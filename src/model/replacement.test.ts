import fs, { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { manifestFacts } from "../../test/support/manifest-facts.ts";
import { drain } from "../generators.ts";
import { openModelFolder, saveModelFolder } from "./folder.ts";
import { completeReplacement, replaceModel } from "./replacement.ts";
import { resolveModel } from "./source.ts";

const root = mkdtempSync(join(tmpdir(), "relata-replacement-"));
const before = join(root, "before");
afterAll(() => rmSync(root, { recursive: true }));

const save = (folder: string, value: number, extra: string): Promise<unknown> =>
  saveModelFolder(folder, {
    files: { "config.json": `{"of":${value}}\n`, [extra]: "{}\n", "README.md": `# ${value}\n` },
    weights: new Map([["w", { shape: [2], data: new Float32Array(2).fill(value) }]]),
    manifest: manifestFacts(["NO_REL", "A"]),
  });

beforeAll(async () => {
  mkdirSync(join(before, "next-model"), { recursive: true });
  await save(before, 1, "vocab.json");
  writeFileSync(join(before, "notes.txt"), "mine");
  writeFileSync(join(before, "metrics.jsonl"), "old\n");
  await save(join(before, "next-model"), 2, "tokenizer.json");
  writeFileSync(join(before, "next-model", "metrics.jsonl"), "new\n");
  mkdirSync(join(before, "next-model", "checkpoint-3"));
});

/** Opens a model, every file of it compared with its SHA-256, and reads a weight. */
async function valueOf(folder: string): Promise<number> {
  const model = await openModelFolder(folder);
  try {
    return (await model.weights.read("w"))[0]!;
  } finally {
    await model.close();
  }
}

const changing = ["rename", "rm", "rmdir", "mkdir", "open", "writeFile"] as const;

/** Lets the process change `count` more things on disk; then every change fails, as if it had been killed. */
async function withChanges(count: number, work: () => Promise<void>): Promise<boolean> {
  const original = { ...fs.promises };
  let left = count;
  for (const name of changing) {
    const call = original[name] as (...given: unknown[]) => Promise<unknown>;
    Object.assign(fs.promises, {
      [name]: (...given: unknown[]) => (left-- > 0 ? call(...given) : Promise.reject(new Error("killed"))),
    });
  }
  syncBuiltinESMExports();
  try {
    await work();
    return true;
  } catch {
    return false;
  } finally {
    Object.assign(fs.promises, original);
    syncBuiltinESMExports();
  }
}

it("leaves the former model or the new one, whole, wherever it is cut off", async () => {
  const seen = new Set<number>();
  let isDone = false;
  let count = 0;
  for (; !isDone; count++) {
    const folder = join(root, `cut-${count}`);
    cpSync(before, folder, { recursive: true });
    isDone = await withChanges(count, () => replaceModel(folder));
    seen.add(await valueOf(folder));
    expect(existsSync(join(folder, "notes.txt"))).toBe(true);
  }
  expect(count).toBeGreaterThan(8);
  expect([...seen]).toEqual([1, 2]);
});

it("takes away the former model's files and no others, and moves all of the new one", async () => {
  const folder = join(root, "whole");
  cpSync(before, folder, { recursive: true });
  await replaceModel(folder);
  expect(readdirSync(folder).sort()).toEqual(
    [
      "README.md",
      "checkpoint-3",
      "config.json",
      "metrics.jsonl",
      "model.safetensors",
      "notes.txt",
      "relata.json",
      "tokenizer.json",
    ].sort(),
  );
  expect(await valueOf(folder)).toBe(2);
});

it("is ended before a folder is verified, which reads it by ways of its own", async () => {
  const folder = join(root, "verified");
  cpSync(before, folder, { recursive: true });
  fs.renameSync(join(folder, "next-model"), join(folder, ".next-model"));
  fs.renameSync(join(folder, ".next-model", "config.json"), join(folder, "config.json"));
  await drain(resolveModel(folder));
  expect(readdirSync(folder)).not.toContain(".next-model");
  expect(await valueOf(folder)).toBe(2);
});

it("is ended by several processes at once", async () => {
  const folder = join(root, "several");
  cpSync(before, folder, { recursive: true });
  fs.renameSync(join(folder, "next-model"), join(folder, ".next-model"));
  await Promise.all(Array.from({ length: 4 }, () => completeReplacement(folder)));
  expect(await valueOf(folder)).toBe(2);
});
