import { checkDocument } from "../corpus/check.ts";
import type { Document } from "../corpus/document.ts";
import { NoticeLog } from "../corpus/notices.ts";
import { DataError } from "../errors.ts";
import type { RawDocument } from "../formats/format.ts";
import { inspectDocument } from "./inspection.ts";
import type { InspectedRecord } from "./reading.ts";
import type { Problem } from "./problem.ts";
import type { InspectionSettings } from "./settings.ts";

export interface Repaired {
  /** Absent if the record has a mistake without a certain repair, so that no reader would accept it. */
  readonly document: Document | undefined;
  /** The problems whose fixes were applied, in their order. */
  readonly fixed: readonly Problem[];
  /** Why there is no document; undefined if there is one. */
  readonly reason: string | undefined;
}

/** Enough for every known document; the bound ends two fixes that would undo each other. */
const mostRounds = 4;

/** Repairs everything in a record that has a certain repair, or returns the reason why it cannot be written. */
export function repairRecord({ document, problems }: InspectedRecord, settings: InspectionSettings): Repaired {
  if (!document) return { document: undefined, fixed: [], reason: problems[0]?.message };
  const fixed: Problem[] = [];
  let repaired: RawDocument = document;
  // A mistake may become visible only after another one is repaired.
  for (let round = 0; round < mostRounds; round++) {
    const found = [...(round === 0 ? problems : []), ...inspectDocument(repaired, settings)].filter(({ fix }) => fix);
    if (found.length === 0) break;
    for (const { fix } of found) repaired = fix!.apply(repaired);
    fixed.push(...found);
  }
  const { surfaces: _, isOnePair: __, saysNone: ___, ...kept } = repaired;
  try {
    return { document: checkDocument(kept, new NoticeLog()), fixed, reason: undefined };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { document: undefined, fixed: [], reason: error.message };
  }
}
