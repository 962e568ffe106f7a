import { amountsOf, minus, plus, type Amounts } from "../corpus/amounts.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import type { RawDocument } from "./format.ts";

const kinds = ["entities", "relations", "annotations"] as const;

/**
 * Compares what a record holds with what was made of it, and tells what is missing though no reader told of it: no
 * annotation is lost in silence, even by a reader that forgot to tell.
 * @returns what the record holds: what is in its document and what is lost
 */
export function countMet(parsed: RawDocument | undefined, notices: NoticeLog, at: SourceLocation): Amounts {
  const kept = parsed ? amountsOf(parsed) : undefined;
  if (kept && parsed?.met) {
    const missing = minus(minus({ ...kept, ...parsed.met }, kept), notices.lost);
    for (const kind of kinds) {
      if (missing[kind] <= 0) continue;
      const message = `${kind} that stand in the file and are not in what was read, for a reason that is not known`;
      notices.lose(`unexplained-${kind}`, message, { ...at, detail: `${missing[kind]}` }, { [kind]: missing[kind] });
    }
  }
  return plus(notices.lost, kept ?? {});
}
