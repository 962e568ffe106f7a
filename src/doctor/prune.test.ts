import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { foreignRuntimes, pruneRuntimes } from "./prune.ts";

const bin = mkdtempSync(join(tmpdir(), "relata-prune-"));
afterAll(() => rmSync(bin, { recursive: true }));
for (const system of ["linux/x64", "linux/arm64", "win32/x64"]) {
  mkdirSync(join(bin, "napi-v6", system), { recursive: true });
  writeFileSync(join(bin, "napi-v6", system, "onnxruntime.lib"), "binary");
}

test("the binaries of other systems are removed, those of this one stay", async () => {
  // A system without binaries of its own: the layout is not the known one, and nothing is touched.
  expect(await pruneRuntimes(bin, "freebsd/x64")).toEqual([]);
  const pruned = await pruneRuntimes(bin, "linux/x64");
  expect(new Set(pruned.map(({ system, bytes }) => `${system} ${bytes}`))).toEqual(
    new Set(["linux/arm64 6", "win32/x64 6"]),
  );
  expect(existsSync(join(bin, "napi-v6/linux/x64/onnxruntime.lib"))).toBe(true);
  expect(await foreignRuntimes(bin, "linux/x64")).toEqual([]);
});

test("in the installed runtime, this system has its binaries among others", async () => {
  const systems = (await foreignRuntimes()).map(({ system }) => system);
  expect(systems).not.toContain(`${process.platform}/${process.arch}`);
});
