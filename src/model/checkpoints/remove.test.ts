import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reportUnfinished, type UnfinishedFile } from "../../files/temporary.ts";
import { manifestOfCheckpoint } from "./files.ts";
import { removeCheckpoints } from "./remove.ts";

test("a checkpoint that is being removed is known to who ends the process, from before its rename until it is gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "relata-remove-"));
  try {
    for (const step of [3, 7]) {
      mkdirSync(join(folder, `checkpoint-${step}`));
      writeFileSync(join(folder, `checkpoint-${step}`, manifestOfCheckpoint), "{}");
    }
    const seen: (UnfinishedFile & { readonly there: boolean; readonly left: number })[] = [];
    reportUnfinished((one) => {
      const left = readdirSync(folder).filter((name) => name.startsWith("checkpoint-")).length;
      seen.push({ ...one, there: existsSync(one.path), left });
    });
    await removeCheckpoints(folder, (step) => step === 3);
    expect(readdirSync(folder)).toEqual(["checkpoint-7"]);
    expect(seen).toMatchObject([
      { isFinished: false, there: false, left: 2 },
      { isFinished: true, there: false, left: 1 },
    ]);
    expect(seen[0]!.path).toBe(seen[1]!.path);
    expect(seen[0]!.path).toMatch(/\.checkpoint-3\.\d+-\w+\.old$/);
  } finally {
    reportUnfinished(() => {});
    rmSync(folder, { recursive: true });
  }
});
