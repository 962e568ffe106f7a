import { UsageError } from "../errors.ts";
import type { Task } from "../model/tasks/task.ts";
import type { RankPlace } from "../ranks/place.ts";
import { physicalCores } from "../runtime/physical-cores.ts";

/**
 * The weights depend on the number of threads, so the one that is used is stored, and used again. Ranks on one machine
 * share its cores.
 */
export function threadsOf(
  place: RankPlace | undefined,
  former: { readonly threads: number; readonly ranks?: number | undefined } | undefined,
): number {
  if (former && (former.ranks ?? 1) === (place?.size ?? 1)) return former.threads;
  return place?.kind === "local" ? Math.max(1, Math.floor(physicalCores() / place.size)) : physicalCores();
}

/** @throws UsageError for a place or a task of which this recipe is not rank 0 */
export function requireRoot(place: RankPlace | undefined, task: Task | undefined): void {
  if (place?.kind === "remote" && place.rank > 0)
    throw new UsageError(`Rank ${place.rank} joins the training of rank 0: call joinTraining, as relata train does.`);
  if (place && task)
    throw new UsageError(
      "A task that is given as an object cannot be sent to other processes: train it by one process.",
    );
}
