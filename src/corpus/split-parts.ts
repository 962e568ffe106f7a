import { join } from "node:path";
import type { Document } from "./document.ts";
import type { Part, PartShare } from "./partition.ts";
import { quote } from "../quote.ts";
import { UsageError } from "../errors.ts";

const defaultParts = "train=0.8,dev=0.1,test=0.1";

/** A name that is a file's and a folder's name everywhere. */
const partName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** The parts of `train=0.8,dev=0.1,test=0.1`, or one for each fold. @throws UsageError for what does not read so. */
export function wantedParts({
  parts,
  folds,
}: {
  readonly parts?: string | undefined;
  readonly folds?: number | undefined;
}): PartShare[] {
  if (parts !== undefined && folds !== undefined) {
    throw new UsageError("--parts and --folds are two ways to split: give one of them.");
  }
  if (folds !== undefined) {
    return Array.from({ length: folds }, (_, i) => ({ name: `fold-${i + 1}`, share: 1 / folds }));
  }
  const names = new Set<string>();
  return (parts ?? defaultParts).split(",").map((part) => {
    const [name = "", share = "", ...more] = part.split("=").map((piece) => piece.trim());
    if (!partName.test(name) || share === "" || !Number.isFinite(Number(share)) || more.length > 0) {
      throw new UsageError(
        `--parts: expected names and shares, as ${defaultParts}; found ${quote(part)}. Names have letters, digits, _, - and points.`,
      );
    }
    if (names.has(name.toLowerCase())) throw new UsageError(`--parts: the name ${name} is given twice.`);
    names.add(name.toLowerCase());
    return { name, share: Number(share) };
  });
}

/** The files of a split, by name without ending: each part, or of each fold first the documents to train on. */
export const writtenParts = (
  parts: readonly Part[],
  all: readonly Document[],
  isFolds: boolean,
): { readonly name: string; readonly part: readonly Document[] }[] =>
  parts.flatMap(({ name, documents }) => {
    if (!isFolds) return [{ name, part: documents }];
    const test = new Set(documents);
    const train = all.filter((document) => !test.has(document));
    return [
      { name: join(name, "train"), part: train },
      { name: join(name, "test"), part: documents },
    ];
  });
