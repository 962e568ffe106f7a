import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultOutput } from "./default-output.ts";

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "relata-output-"));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test("a run without a folder is named by its data, and numbered", () => {
  expect(defaultOutput(["data/mails.export.jsonl", "more.jsonl"])).toBe("runs/mails");
  mkdirSync("runs/mails", { recursive: true });
  expect(defaultOutput(["mails.jsonl"])).toBe("runs/mails-2");
  mkdirSync("runs/mails-2");
  expect(defaultOutput(["mails.jsonl"])).toBe("runs/mails-3");
  expect(defaultOutput(["-"])).toBe("runs/run");
});
