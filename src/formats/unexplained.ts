import { amountsOf, minus, plus, type Amounts } from "../corpus/amounts.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import type { SourceLocation } from "../errors.ts";
import type { RawDocument } from "./format.ts";

const kinds = ["entities", "relations", "annotations"] as const;

/** Whether a document has as many entities and relations as its record, which holds no other annotations. */
const isWhole = ({ entities, relations }: RawDocument, met: Partial<Amounts>): boolean =>
  (met.entities ?? 0) <= entities.length && (met.relations ?? 0) <= relations.length && !met.annotations;

/**
 * Compares the amounts in a record with the document made from it, and reports what is missing although no reader
 * reported it. So no annotation is lost silently, even if a reader forgets to report it.
 * @returns a function that counts the amounts in the record, those in its document plus those lost; few records need it
 */
export function countMet(parsed: RawDocument | undefined, notices: NoticeLog, at: SourceLocation): () => Amounts {
  // Nearly all documents are whole, and sums of amounts would take longer than all other checks.
  if (parsed?.met && !isWhole(parsed, parsed.met)) {
    const kept = amountsOf(parsed);
    const missing = minus(minus({ ...kept, ...parsed.met }, kept), notices.lost);
    for (const kind of kinds) {
      if (missing[kind] <= 0) continue;
      const message = `${kind} that stand in the file and are not in what was read, for a reason that is not known`;
      notices.lose(`unexplained-${kind}`, message, { ...at, detail: `${missing[kind]}` }, { [kind]: missing[kind] });
    }
  }
  return () => plus(notices.lost, parsed ? amountsOf(parsed) : {});
}
