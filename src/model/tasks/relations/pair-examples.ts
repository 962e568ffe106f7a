import type { CandidateBounds } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { nearestPairs } from "../../../corpus/nearest-pairs.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import { makePairs, pairCount, type PairExample } from "../../../corpus/pairs.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import type { Examples } from "../encoded.ts";
import { pairsFit, requirePairBudget, type PairBudget } from "./pair-budget.ts";

/**
 * Makes an example of every ordered pair of the documents. If these are more than memory holds and `maxPairs` is given,
 * only pairs with a relation and the nearest pairs are made.
 * @throws TooManyPairsError if these are still too many
 */
export function makeExamples(
  documents: readonly Document[],
  { schema, bounds, notices }: { schema: RelationSchema; bounds: CandidateBounds; notices: NoticeLog },
  budget: PairBudget,
): Examples<PairExample> {
  const { maxPairs = Infinity } = bounds;
  const wantedOf = (
    { id, source, entities, relations }: Document,
    most: number,
  ): Parameters<typeof pairsFit>[0][number] => ({
    id,
    source,
    entities: entities.length,
    always: relations.length,
    pairs: Math.min(pairCount(entities.length), most + (most < Infinity ? relations.length : 0)),
  });
  const all = documents.map((document) => wantedOf(document, Infinity));
  const isLazy = maxPairs < Infinity && !pairsFit(all, budget);
  requirePairBudget(isLazy ? documents.map((document) => wantedOf(document, maxPairs)) : all, budget);

  const omitted = new Map<Document, number>();
  const pairs: PairExample[] = [];
  for (const document of documents) {
    const count = pairCount(document.entities.length);
    const candidates = isLazy && count > maxPairs ? nearestPairs(document.entities, bounds).pairs : undefined;
    const ofDocument = makePairs(document, schema, notices, candidates);
    for (const pair of ofDocument) pairs.push(pair);
    if (ofDocument.length < count) omitted.set(document, count - ofDocument.length);
  }
  return { examples: pairs, omitted };
}
