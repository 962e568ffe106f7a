import { amountsOf, isNothing, minus, plus, type Amounts } from "../corpus/amounts.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import type { RawDocument } from "./format.ts";

const kinds = ["entities", "relations", "annotations"] as const;

/**
 * Compares the amounts in a record with the document made from it, and reports what is missing although no reader
 * reported it. So no annotation is lost silently, even if a reader forgets to report it.
 * @returns a function that counts the amounts in the record, those in its document plus those lost; few records need it
 */
export function countMet(parsed: RawDocument | undefined, notices: NoticeLog, at: SourceLocation): () => Amounts {
  if (parsed?.met) {
    const kept = amountsOf(parsed);
    const more = minus({ ...kept, ...parsed.met }, kept);
    if (isNothing(more)) return () => plus(notices.lost, kept);
    const missing = minus(more, notices.lost);
    for (const kind of kinds) {
      if (missing[kind] <= 0) continue;
      const message = `${kind} that stand in the file and are not in what was read, for a reason that is not known`;
      notices.lose(`unexplained-${kind}`, message, { ...at, detail: `${missing[kind]}` }, { [kind]: missing[kind] });
    }
  }
  return () => plus(notices.lost, parsed ? amountsOf(parsed) : {});
}
