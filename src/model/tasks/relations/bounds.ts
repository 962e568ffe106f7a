import type { CandidateBounds } from "../../../corpus/candidates.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";

/** The bounds that leave pairs out: the types of the schema if it chooses candidates, a distance, a number of pairs. */
export const boundsOf = (
  schema: RelationSchema,
  candidates: "all" | "schema",
  { maxDistance, maxPairs }: Pick<CandidateBounds, "maxDistance" | "maxPairs">,
): CandidateBounds => ({ schema: candidates === "schema" ? schema : undefined, maxDistance, maxPairs });
