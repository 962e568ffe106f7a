import type { SetScores } from "./label-counts.ts";
import { missCauses, type Misses } from "./misses.ts";
import { relationScores, type Annotations, type RelationScoring } from "./relation-scores.ts";

/** One text: its annotations, the relations found between the annotated entities, and all that was found in the bare text. */
export interface EndToEndAnswer {
  readonly gold: Annotations;
  /** Its relations point into `gold.entities`. Absent if the model was not asked. */
  readonly withGold?: Annotations["relations"] | undefined;
  readonly found: Annotations;
}

/** The scores of relations with annotated and with found entities, side by side. */
export interface EndToEndScores {
  readonly texts: number;
  /** With annotated entities; absent if the model was not asked. */
  readonly withGold?: SetScores;
  readonly strict: SetScores;
  readonly boundaries: SetScores;
  /** Why annotated relations were not found, strictly. */
  readonly misses: Misses;
}

/** Scores relations from the bare text, beside those between annotated entities. Equal relations of one text count once. */
export function endToEndScores(answers: readonly EndToEndAnswer[], options: RelationScoring = {}): EndToEndScores {
  const given = answers.filter((answer) => answer.withGold !== undefined);
  const pairs = answers.map(({ gold, found }) => ({ gold, found }));
  return {
    texts: answers.length,
    ...(given.length < answers.length || answers.length === 0
      ? {}
      : {
          withGold: relationScores(
            given.map(({ gold, withGold }) => ({
              gold,
              found: { entities: gold.entities, relations: withGold! },
            })),
            "strict",
            options,
          ),
        }),
    strict: relationScores(pairs, "strict", options),
    boundaries: relationScores(pairs, "boundaries", options),
    misses: missCauses(pairs, options),
  };
}
