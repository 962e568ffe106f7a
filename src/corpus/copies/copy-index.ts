import type { Document } from "../document.ts";
import type { NoticeLog } from "../notices.ts";
import { CopyPlan } from "./copy-plan.ts";
import { entryOf, type CopyEntry } from "./entry.ts";
import { Planner, type CopyChoice } from "./planner.ts";

/** Remembers documents, to find texts that are there more than once and ids that several texts have. */
export class CopyIndex {
  readonly #entries: CopyEntry[] = [];

  add(document: Document): void {
    this.#entries.push(entryOf(document));
  }

  /**
   * Plans the treatment of the documents when they come again in the same order. Copies without annotations are set
   * aside where another copy has some; of the others the choice says which is read.
   * @param symmetricLabels labels that hold in both directions, as far as they are known when documents come again
   * @throws SeveralAnnotatorsError where there is no choice and copies differ; DuplicateDocumentError for a document read
   * twice; UsageError for a choice that fits none.
   */
  plan(choice: CopyChoice, notices: NoticeLog, symmetricLabels: ReadonlySet<string> = new Set()): CopyPlan {
    return new CopyPlan(new Planner(this.#entries, choice, notices).planned, notices, symmetricLabels);
  }
}

/** All documents, with one for each text. @throws as CopyIndex.plan */
export function chooseCopies(
  documents: readonly Document[],
  choice: CopyChoice,
  notices: NoticeLog,
  symmetricLabels: ReadonlySet<string>,
): Document[] {
  const index = new CopyIndex();
  for (const document of documents) index.add(document);
  const plan = index.plan(choice, notices, symmetricLabels);
  return documents.flatMap((document) => plan.take(document));
}
