import type { Document } from "../document.ts";
import type { NoticeLog } from "../notices.ts";
import { CopyPlan } from "./copy-plan.ts";
import { entryOf, type CopyEntry } from "./entry.ts";
import { Planner, type CopyChoice } from "./planner.ts";

/** Index of documents that finds texts that occur more than once and ids that several texts share. */
export class CopyIndex {
  readonly #entries: CopyEntry[] = [];

  add(document: Document): void {
    this.#entries.push(entryOf(document));
  }

  /**
   * Plans the treatment of the documents when they are read again in the same order. Copies without annotations are set
   * aside if another copy has annotations; `choice` decides which of the others is read.
   * @param symmetricLabels labels that hold in both directions; may be filled until the documents are read again
   * @throws SeveralAnnotatorsError if no choice is given and copies differ; DuplicateDocumentError for a document read
   * twice; UsageError for a choice that fits no document.
   */
  plan(choice: CopyChoice, notices: NoticeLog, symmetricLabels: ReadonlySet<string> = new Set()): CopyPlan {
    return new CopyPlan(new Planner(this.#entries, choice, notices).planned, notices, symmetricLabels);
  }
}

/** Reduces the documents to one for each text. @throws as CopyIndex.plan */
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
