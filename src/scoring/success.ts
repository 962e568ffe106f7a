import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { Manifest } from "./manifest.ts";

const success = z.strictObject({
  run: z.string(),
  output: z.string(),
  rejectsFile: z.string(),
  rows: z.int().min(0),
  rejects: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string(),
});
/** The facts of the output of a run. */
export type Success = z.infer<typeof success>;

/** The name by which Hadoop and its successors mark a folder that is complete. */
const successName = "_SUCCESS";

export async function writeSuccess(folder: string, content: Success): Promise<void> {
  await writeFileAtomic(join(folder, successName), `${JSON.stringify(content)}\n`);
}

/** Returns what was written when the run was committed; undefined before. */
export async function readSuccess(folder: string, { run }: Manifest): Promise<Success | undefined> {
  try {
    const read = success.safeParse(JSON.parse(await readFile(join(folder, successName), "utf8")));
    return read.data?.run === run ? read.data : undefined;
  } catch {
    return undefined;
  }
}
