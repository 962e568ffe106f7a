import type { Document } from "../document.ts";
import { amountsOf, minus, nothing, plus } from "../amounts.ts";
import type { NoticeLog, NoticeLocation } from "../notices.ts";
import { agreedDocument } from "./agreed.ts";

/** The copy of a text by one annotator. */
export interface Copy {
  readonly annotator: string;
  readonly document: Document;
}

/** Copies of one text that are collected, to be compared or merged into one document. */
export interface CopyGroup {
  readonly size: number;
  /** Id of the document that the copies are merged into; undefined if each copy stays a document. */
  readonly agreedId: string | undefined;
}

/** The outcome for one document. */
export type Fate =
  | { readonly kind: "keep"; readonly id?: string | undefined; readonly annotator?: string | undefined }
  | { readonly kind: "drop"; readonly code: string; readonly message: string; readonly detail?: string };

export interface Planned {
  readonly fate: Fate;
  /** The group that this copy belongs to, and the copy's annotator. */
  readonly group?: CopyGroup | undefined;
  readonly annotator?: string | undefined;
}

const notAgreed = "entities and relations that no more than half of a text's annotators have, left out";
const madeOne = "copies of texts beside the one document that is made of them by agreement";

/** Applies the plan to documents, which must come in the order in which they were indexed. */
export class CopyPlan {
  readonly #planned: ReadonlyMap<number, Planned>;
  readonly #notices: NoticeLog;
  readonly #symmetricLabels: ReadonlySet<string>;
  readonly #pending = new Map<CopyGroup, Copy[]>();
  /** Called with all copies of a text that has several, once the last copy has come. */
  onCopies: (copies: readonly Copy[]) => void = () => {};
  #next = 0;

  constructor(planned: ReadonlyMap<number, Planned>, notices: NoticeLog, symmetricLabels: ReadonlySet<string>) {
    this.#planned = planned;
    this.#notices = notices;
    this.#symmetricLabels = symmetricLabels;
  }

  /** Takes the next document and returns the documents that replace it. */
  take(document: Document): Document[] {
    const planned = this.#planned.get(this.#next++);
    if (!planned) return [document];
    const { fate, group, annotator = "" } = planned;
    const made = group && this.#gather(group, { annotator, document });
    if (made) return [made];
    if (group?.agreedId !== undefined) return [];
    if (fate.kind === "keep") return [changed(document, fate)];
    const { code, message, detail } = fate;
    this.#notices.lose(code, message, placeOf(document, detail), amountsOf(document));
    return [];
  }

  /** Adds a copy to its group; returns the merged document at the last copy. */
  #gather(group: CopyGroup, copy: Copy): Document | undefined {
    const copies = [...(this.#pending.get(group) ?? []), copy];
    this.#pending.set(group, copies);
    if (copies.length < group.size) return undefined;
    this.#pending.delete(group);
    this.onCopies(copies);
    return group.agreedId === undefined ? undefined : this.#agree(copies, group.agreedId);
  }

  #agree(copies: readonly Copy[], id: string): Document {
    const documents = copies.map(({ document }) => document);
    const { document, others } = agreedDocument(documents, this.#symmetricLabels);
    const at = placeOf(document);
    for (let i = 0; i < others.entities; i++) this.#notices.lose("not-agreed", notAgreed, at, { entities: 1 });
    for (let i = 0; i < others.relations; i++) this.#notices.lose("not-agreed", notAgreed, at, { relations: 1 });
    const all = documents.reduce((sum, one) => plus(sum, amountsOf(one)), nothing);
    const rest = minus(minus(all, amountsOf(document)), others);
    for (const [i, other] of documents.slice(1).entries()) {
      this.#notices.lose("made-one", madeOne, placeOf(other), i === 0 ? rest : nothing);
    }
    const { annotator: _, ...agreed } = document;
    return { ...agreed, id };
  }
}

const changed = (document: Document, { id, annotator }: Extract<Fate, { kind: "keep" }>): Document => ({
  ...document,
  ...(id === undefined ? {} : { id }),
  ...(annotator === undefined ? {} : { annotator }),
});

const placeOf = ({ source }: Document, detail?: string): NoticeLocation | undefined =>
  source && (detail === undefined ? source : { ...source, detail });
