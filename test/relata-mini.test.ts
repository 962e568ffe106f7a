// relata-mini as it lies in the package: it is small, whole, and the very file whose hash its page tells.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { relata } from "./support/run-cli.ts";

const folder = fileURLToPath(new URL("../models/relata-mini/", import.meta.url));
const page = readFileSync(new URL("../docs/relata-mini.md", import.meta.url), "utf8");

test("its weights have the hash that the page tells, and the folder has 40 MB at most", () => {
  const hash = createHash("sha256")
    .update(readFileSync(`${folder}model.safetensors`))
    .digest("hex");
  expect(page).toContain(`\`model.safetensors\` (written) | \`${hash}\``);
  const files = readdirSync(folder);
  expect(files).toContain("LICENSE");
  expect(files).toContain("NOTICE");
  expect(files.reduce((sum, name) => sum + statSync(folder + name).size, 0)).toBeLessThan(40e6);
});

test("relata model verify passes it by its name", async () => {
  const { code, stderr } = await relata(["model", "verify", "relata-mini"]);
  expect(stderr).toContain("All 8 checks passed.");
  expect(code).toBe(0);
});
