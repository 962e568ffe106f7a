import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stoppedStep } from "./stopped-run.ts";

test("a folder with checkpoints is that of a run that has not ended, at the newest of them", () => {
  const folder = mkdtempSync(join(tmpdir(), "relata-stopped-"));
  try {
    mkdirSync(join(folder, "next-model"));
    expect(stoppedStep(folder)).toBeUndefined();
    for (const name of ["checkpoint-90", "checkpoint-412", ".checkpoint-500.7-ab.old"]) mkdirSync(join(folder, name));
    expect(stoppedStep(folder)).toBe(412);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
