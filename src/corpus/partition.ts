import { UsageError } from "../errors.ts";
import { random } from "../random.ts";
import { groupDocuments } from "./document-groups.ts";
import type { Document } from "./document.ts";
import { TooFewGroupsError } from "./corpus-errors.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";
import { stratify, type StratifiedGroup } from "./stratify.ts";

/** A part to create, with about `share` of the documents; all shares sum to 1. */
export interface PartShare {
  readonly name: string;
  readonly share: number;
}

export interface PartitionOptions {
  readonly parts: readonly PartShare[];
  /** See groupDocuments. */
  readonly groupBy: string;
  /** Whether each part gets its share of every label, rather than of the documents alone. */
  readonly isStratified: boolean;
  /** Labels of a document, repeated as often as each counts; if absent, the labels of its relations. */
  readonly strata?: (document: Document) => readonly string[];
  readonly seed: number;
}

export interface Part extends PartShare {
  /** Number of documents that the share amounts to. */
  readonly wanted: number;
  /** The documents of the part, in the given order. */
  readonly documents: readonly Document[];
}

/**
 * Splits a corpus into any number of parts. Groups of documents (see groupDocuments) stay whole; if every group has one
 * document, each part has exactly its share. The same seed and documents give the same parts, whatever the order of the
 * files. Groups too large for their part are reported in `notices`.
 * @throws TooFewGroupsError if a part would stay empty; UsageError for shares that do not sum to 1.
 */
export function partitionDocuments(
  documents: readonly Document[],
  { parts, groupBy, isStratified, strata = relationLabels, seed }: PartitionOptions,
  notices: NoticeLog,
): Part[] {
  checkShares(parts);
  const groups = groupDocuments(documents, groupBy, notices);
  if (groups.length < parts.length) throw new TooFewGroupsError(groups.length, parts.length, documents);
  const sizes = wholeShares(parts, documents.length);
  const counted = groups.map((group) => ({
    size: group.length,
    labels: isStratified ? labelsOf(group, strata) : noLabels,
  }));
  const partOfGroup = stratify(counted, sizes, random(seed, "partition"));

  const partOf = new Map<Document, number>();
  notices.addToTotal("group-too-large", groups.length);
  for (const [i, group] of groups.entries()) {
    const part = partOfGroup[i]!;
    for (const document of group) partOf.set(document, part);
    if (group.length <= sizes[part]!) continue;
    const detail = `${group.length} documents in ${quote(parts[part]!.name)}, which was to have ${sizes[part]}`;
    notices.add("group-too-large", "groups of documents larger than the share of their part, kept whole", {
      file: "",
      ...group[0]!.source,
      detail,
    });
  }
  return parts.map((part, i) => ({
    ...part,
    wanted: sizes[i]!,
    documents: documents.filter((document) => partOf.get(document) === i),
  }));
}

const noLabels: StratifiedGroup["labels"] = new Map();

/** Stands for "no label": documents without labels are distributed evenly too. */
const withoutLabels = "";

const relationLabels = ({ relations }: Document): string[] =>
  relations.flatMap(({ head, tail, label }) => (head === tail ? [] : [label]));

function labelsOf(
  documents: readonly Document[],
  strata: NonNullable<PartitionOptions["strata"]>,
): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (label: string): unknown => counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const document of documents) {
    const labels = strata(document);
    for (const label of labels.length > 0 ? labels : [withoutLabels]) count(label);
  }
  return counts;
}

function checkShares(parts: readonly PartShare[]): void {
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const isWhole = parts.length > 1 && parts.every(({ share }) => share > 0) && Math.abs(total - 1) < 1e-6;
  if (isWhole) return;
  const given = parts.map(({ name, share }) => `${name}=${share}`).join(",");
  throw new UsageError(
    `--parts: expected two or more shares above 0 that are 1 together, as train=0.8,test=0.2; found ${given}, together ${Number(total.toFixed(6))}.`,
  );
}

/** The shares as whole numbers that sum to `count`, none 0 (largest remainder method). */
function wholeShares(parts: readonly PartShare[], count: number): number[] {
  const exact = parts.map(({ share }) => share * count);
  const sizes = exact.map((size) => Math.max(1, Math.floor(size)));
  const excess = (): number => sizes.reduce((sum, size) => sum + size, 0) - count;
  while (excess() < 0) sizes[indexOfGreatest(exact.map((size, i) => size - sizes[i]!))]!++;
  while (excess() > 0) sizes[indexOfGreatest(sizes.map((size, i) => (size > 1 ? size - exact[i]! : -Infinity)))]!--;
  return sizes;
}

const indexOfGreatest = (numbers: readonly number[]): number => numbers.indexOf(Math.max(...numbers));
