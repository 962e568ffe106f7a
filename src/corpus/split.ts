import { UsageError } from "../errors.ts";
import { random, shuffled } from "../random.ts";
import type { Document } from "./document.ts";
import { groupDocuments } from "./document-groups.ts";
import { TooFewGroupsError, UnsplittableCorpusError } from "./corpus-errors.ts";
import { NoticeLog } from "./notices.ts";

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Groups documents with equal texts. The order depends only on the ids, so that reordering a file does not change it.
 */
function groupByText(documents: readonly Document[]): Document[][] {
  const groups = new Map<string, Document[]>();
  for (const document of [...documents].sort((a, b) => byCodeUnits(a.id, b.id))) {
    const group = groups.get(document.text);
    if (group) group.push(document);
    else groups.set(document.text, [document]);
  }
  return [...groups.values()];
}

/**
 * Splits a corpus by document, never by pair. Documents with identical texts go to the same side, as do those that
 * `groupBy` keeps together (see groupDocuments). The test side gets about the fraction `testSize` of the documents;
 * each side gets at least one. The same seed and ids give the same sides; within a side documents keep their order.
 * @throws {UnsplittableCorpusError} for fewer than two different texts.
 */
export function splitDocuments(
  documents: readonly Document[],
  { testSize, seed, groupBy = "text" }: { readonly testSize: number; readonly seed: number; readonly groupBy?: string },
  notices: NoticeLog = new NoticeLog(),
): { train: Document[]; test: Document[] } {
  if (!(testSize > 0 && testSize < 1)) {
    throw new UsageError(`the test size must be a fraction between 0 and 1, such as 0.2; found ${testSize}.`);
  }
  const together = groupBy === "text" ? groupByText(documents) : groupDocuments(documents, groupBy, notices);
  const groups = shuffled(together, random(seed, "split"));
  if (groups.length < 2 && groupBy !== "text") throw new TooFewGroupsError(groups.length, 2, documents);
  if (groups.length < 2) throw new UnsplittableCorpusError(documents);

  const wanted = Math.max(1, Math.round(testSize * documents.length));
  const test = new Set<Document>();
  let groupsLeft = groups.length;
  for (const group of groups) {
    if (groupsLeft === 1 || test.size + group.length > wanted) continue;
    for (const document of group) test.add(document);
    groupsLeft--;
  }
  if (test.size === 0) {
    const smallest = groups.reduce((smallest, group) => (group.length < smallest.length ? group : smallest));
    for (const document of smallest) test.add(document);
  }
  return {
    train: documents.filter((document) => !test.has(document)),
    test: documents.filter((document) => test.has(document)),
  };
}
