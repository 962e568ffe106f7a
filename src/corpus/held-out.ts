import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";
import type { NoticeLog } from "./notices.ts";
import { partitionDocuments } from "./partition.ts";
import type { CorpusSettings } from "./settings.ts";
import { splitDocuments } from "./split.ts";

/** Fewest documents that are split into three parts if neither size is given. */
export const fewestForThreeParts = 100;

const defaultSizes = { validation: 0.1, test: 0.2 } as const;

/** The share of the validation part if none is given: of few documents more, since one would choose by chance. */
const validationShare = (documents: number): number =>
  documents < fewestForThreeParts ? defaultSizes.test : defaultSizes.validation;

/** The documents of a run, by what they are used for. */
export interface DocumentParts {
  readonly train: readonly Document[];
  /** Documents that choose the checkpoint and whatever else is chosen by a score. */
  readonly validation: readonly Document[];
  /** Documents that are scored once, after everything is chosen; absent if there are too few for a part of their own. */
  readonly test?: readonly Document[];
}

type SizeSettings = Pick<CorpusSettings, "testSize" | "validationSize" | "validation" | "test">;

/** Fractions of the documents that are held out; `test` is 0 if the validation part is all that is, or of parts given. */
export interface HeldOutSizes {
  readonly validation: number;
  readonly test: number;
}

/**
 * Decides how much is held out. Fewer than `fewestForThreeParts` documents have one held-out part, of `testSize`, unless
 * `validationSize` or one of the parts is given.
 * @throws UsageError if nothing would be left to train on, and for a size of a part that is given
 */
export function heldOutSizes(settings: SizeSettings, documents: number): HeldOutSizes {
  const { testSize, validationSize, validation, test } = settings;
  for (const part of ["validation", "test"] as const) {
    if (settings[part] === undefined || settings[`${part}Size`] === undefined) continue;
    throw new UsageError(
      `--${part}-size does nothing with --${part}, which gives that part whole. Leave one of them out.`,
    );
  }
  if (validation !== undefined)
    return { validation: 0, test: test === undefined ? (testSize ?? defaultSizes.test) : 0 };
  if (test !== undefined) return { validation: validationSize ?? validationShare(documents), test: 0 };
  const isSmall = documents < fewestForThreeParts && validationSize === undefined;
  if (isSmall) return { validation: testSize === 0 ? defaultSizes.test : (testSize ?? defaultSizes.test), test: 0 };
  const sizes = { validation: validationSize ?? defaultSizes.validation, test: testSize ?? defaultSizes.test };
  if (sizes.validation + sizes.test < 1) return sizes;
  throw new UsageError(
    `--validation-size ${sizes.validation} and --test-size ${sizes.test} leave no document to train on: together they ` +
      "have to be less than 1. Lower one of them; --test-size 0 makes no test part.",
  );
}

/**
 * Splits documents into a training part, a validation part and, if there are enough of them, a test part. The test part
 * is drawn first, so that it does not depend on the size of the validation part. Parts that the settings give are absent.
 * @param strata labels of a document of which each part gets its share; if absent, documents are drawn at random
 */
export function splitIntoParts(
  documents: readonly Document[],
  settings: CorpusSettings & { readonly seed: number },
  strata: ((document: Document) => readonly string[]) | undefined,
  notices: NoticeLog,
): Partial<DocumentParts> & Pick<DocumentParts, "train"> {
  const { seed, splitSeed = seed, groupBy } = settings;
  if (settings.fold !== undefined) return splitFold(documents, settings, settings.fold, strata, notices);
  const sizes = heldOutSizes(settings, documents.length);
  const split = (all: readonly Document[], testSize: number): { train: Document[]; test: Document[] } => {
    if (!strata) return splitDocuments(all, { testSize, seed: splitSeed, groupBy }, notices);
    const parts = [
      { name: "train", share: 1 - testSize },
      { name: "test", share: testSize },
    ];
    const options = { parts, groupBy, isStratified: true, seed: splitSeed, strata };
    const [train, test] = partitionDocuments(all, options, notices);
    return { train: [...train!.documents], test: [...test!.documents] };
  };
  if (sizes.validation + sizes.test === 0) {
    requireNoSplit(settings);
    return { train: documents };
  }
  if (sizes.validation === 0) return split(documents, sizes.test);
  if (sizes.test === 0) {
    const { train, test: validation } = split(documents, sizes.validation);
    return { train, validation };
  }
  const { train: rest, test } = split(documents, sizes.test);
  const { train, test: validation } = split(rest, sizes.validation / (1 - sizes.test));
  return { train, validation, test };
}

/** @throws UsageError for settings of a split where both parts are given */
function requireNoSplit({ splitSeed, groupBy, test }: CorpusSettings): void {
  const flag = splitSeed !== undefined ? "--split-seed" : groupBy !== "text" ? "--group-by" : undefined;
  if (flag === undefined) return;
  const given = test === undefined ? "--validation and without a test part" : "--validation and --test";
  throw new UsageError(`${flag} does nothing with ${given}: no document of DATA is held out. Leave it out.`);
}

/** The test part is one of equal parts; the validation part, unless it is given, is drawn from the others. */
function splitFold(
  documents: readonly Document[],
  settings: CorpusSettings & { readonly seed: number },
  fold: string,
  strata: ((document: Document) => readonly string[]) | undefined,
  notices: NoticeLog,
): Partial<DocumentParts> & Pick<DocumentParts, "train"> {
  const { seed, splitSeed = seed, groupBy, validation, validationSize } = settings;
  const [number, count] = fold.split("/").map(Number) as [number, number];
  if (number > count || count < 2) {
    throw new UsageError(`--fold ${fold}: expected one of two or more folds, as 1/5 to 5/5. Folds count from 1.`);
  }
  for (const [key, flag] of [
    ["test", "--test"],
    ["testSize", "--test-size"],
  ] as const) {
    if (settings[key] !== undefined)
      throw new UsageError(`${flag} and --fold are two ways to choose the test part: give one of them.`);
  }
  const parts = Array.from({ length: count }, (_, i) => ({ name: `fold-${i + 1}`, share: 1 / count }));
  const all = partitionDocuments(
    documents,
    { parts, groupBy, isStratified: true, seed: splitSeed, ...(strata ? { strata } : {}) },
    notices,
  );
  const test = all[number - 1]!.documents;
  const held = new Set(test);
  const rest = documents.filter((document) => !held.has(document));
  if (validation !== undefined) {
    if (settings.validationSize !== undefined)
      throw new UsageError("--validation-size does nothing with --validation, which gives that part whole.");
    return { train: rest, test };
  }
  const drawn = splitDocuments(
    rest,
    { testSize: validationSize ?? validationShare(rest.length), seed: splitSeed, groupBy },
    notices,
  );
  return { train: drawn.train, validation: drawn.test, test };
}
