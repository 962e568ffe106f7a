import type { Evaluation } from "./evaluation.ts";

/** The figures of an evaluation as one JSON object, without its mistakes. */
export const evaluationJson = ({
  scores,
  confusion,
  baselines,
  unbeaten,
  comparison,
  reliability,
  distances,
  unscored,
  unscoredRelated,
  official,
}: Evaluation): object => ({
  scores,
  confusion,
  baselines,
  unbeaten,
  comparison,
  ...(reliability ? { reliability } : {}),
  ...(distances && distances.length > 0 ? { distances } : {}),
  unscored,
  unscoredRelated,
  ...(official ? { official } : {}),
});
