import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { trainConfig, type TrainOptions } from "../../../index.ts";
import { documentsIn, type OwnFile } from "../page/own-examples.ts";

interface Identified {
  readonly id: string;
  readonly text: string;
}

/** Every fifth document is held out for good, by its text: neither this model nor a later one is trained on it. */
const isHeldOut = ({ text }: Identified): boolean => createHash("sha256").update(text).digest()[0]! % 5 === 0;

export interface TrainingFiles {
  readonly data: string;
  readonly heldOut: string | undefined;
  readonly counts: { readonly train: number; readonly heldOut: number };
}

const jsonLines = (documents: readonly object[]): string => documents.map((one) => `${JSON.stringify(one)}\n`).join("");

/**
 * Writes the files of a run: the annotated documents without the held-out ones, and those of the files that the current
 * model learnt from.
 */
export async function writeTrainingFiles(
  folder: string,
  finished: readonly Identified[],
  formerFiles: readonly OwnFile[],
): Promise<TrainingFiles> {
  await mkdir(folder, { recursive: true });
  const heldOut = finished.filter(isHeldOut);
  const own = finished.filter((one) => !isHeldOut(one));
  const texts = new Set(finished.map(({ text }) => text));
  const former = (await documentsIn(formerFiles)).filter(({ text }) => !texts.has(text));
  const documents = [...own, ...former.map(({ id, text, entities, relations }) => ({ id, text, entities, relations }))];
  const data = join(folder, "training.jsonl");
  const heldOutPath = join(folder, "held-out.jsonl");
  await writeFile(data, jsonLines(documents));
  await writeFile(heldOutPath, jsonLines(heldOut));
  return {
    data,
    heldOut: heldOut.length > 0 ? heldOutPath : undefined,
    counts: { train: documents.length, heldOut: heldOut.length },
  };
}

const own = new Set(["output", "overwrite", "threads", "annotator", "format", "sampleSize"]);

/** The settings with which the current model was trained, so that the new one begins as it did. */
export async function settingsOf(source: string): Promise<Omit<TrainOptions, "output">> {
  const path = join(source, "relata.json");
  if (!existsSync(path)) return {};
  const { settings = {} } = JSON.parse(await readFile(path, "utf8")) as { settings?: Record<string, unknown> };
  const kept = Object.entries(settings).filter(
    ([key, value]) => key in trainConfig.shape && !own.has(key) && value !== null && value !== undefined,
  );
  return Object.fromEntries(kept);
}
