import { TryAgainError } from "../errors.ts";

/** Thrown if a process of a training by several ends, or is silent for too long: the others cannot go on without it. */
export class RankLostError extends TryAgainError {
  override readonly name = "RankLostError";
  /** The number of the rank that was lost. */
  readonly rank: number;
  constructor(rank: number, found: string) {
    super(
      `Training by several ranks ended: ${found}. No rank can go on without the others. Add --resume to go on from the ` +
        "newest checkpoint, with the same or another number of ranks.",
    );
    this.rank = rank;
  }
}
