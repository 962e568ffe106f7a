// Training in document encoding on the examples and predicting with the model, in a place of its own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { RelataManifest } from "../../src/model/manifest.ts";
import type { StoredRelations } from "../../src/model/tasks/relations/stored.ts";
import { parseJsonLines, quick, relata, Workplace, type CliResult } from "./run-cli.ts";

export const place = new Workplace();
export const examples = fileURLToPath(new URL("../../examples/annotations.jsonlines", import.meta.url));

// The one step has a learning rate of 0: random weights answer with several labels.
export const tiny = [...quick, "--max-steps", "1", "--encoding", "document"];

// One held-out part, of the documents that are drawn first.
const parts = ["--test-size", "0", "--validation-size", "0.2"];

export const train = (output: string, ...flags: string[]): Promise<CliResult> =>
  relata(["train", examples, "--output", place.path(output), ...tiny, ...parts, ...flags]);

export const manifestOf = (folder: string): RelataManifest =>
  JSON.parse(readFileSync(join(place.path(folder), "relata.json"), "utf8")) as RelataManifest;

export const storedOf = (folder: string): StoredRelations => manifestOf(folder).task as unknown as StoredRelations;

export const letter = {
  text: "Anna read the letter today",
  entities: [
    { start: 0, end: 4, type: "SUBJ" },
    { start: 5, end: 9, type: "VERB" },
    { start: 10, end: 20, type: "OBJ" },
    { start: 21, end: 26, type: "TIME" },
  ],
};

export interface Prediction {
  text: string;
  entities: { start: number; end: number; type: string; text: string }[];
  relations: {
    head: number;
    tail: number;
    label: string;
    labels?: string[];
    probability: number;
    probabilities: Record<string, number>;
    unscored?: string;
  }[];
}

export async function predict(folder: string, ...args: string[]): Promise<Prediction[]> {
  const { code, stdout, stderr } = await relata(["predict", place.path(folder), ...args, "--threads", "1"]);
  expect(code, stderr).toBe(0);
  return parseJsonLines<Prediction>(stdout);
}
