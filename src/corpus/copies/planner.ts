import { UsageError } from "../../errors.ts";
import { DuplicateDocumentError } from "../errors.ts";
import type { NoticeLog } from "../notices.ts";
import { listed, quote } from "../../quote.ts";
import { commonId, placeNames } from "./annotators.ts";
import type { CopyGroup, Fate, Planned } from "./copy-plan.ts";
import { sharedId, type CopyEntry } from "./entry.ts";
import { SeveralAnnotatorsError } from "./errors.ts";

export interface CopyChoice {
  /** Name of an annotator, `first`, `agreement`, or undefined for an error where annotators differ. */
  readonly annotator?: string | undefined;
  /** Whether a document that occurs twice is left out and counted; otherwise it is an error. */
  readonly skipInvalid: boolean;
  /**
   * Whether all copies of a text are collected for a comparison; without a choice of annotator each copy stays a
   * document.
   */
  readonly compares?: boolean;
  /**
   * Whether documents of one file may share an id, where ids need not distinguish documents: different texts keep it, and
   * the same text is one with several copies, though one annotator, or nobody that is named, made them.
   */
  readonly mayShareIds?: boolean;
}

const emptyCopy: Fate = {
  kind: "drop",
  code: "empty-copy",
  message: "copies without annotations of texts that another copy annotates, set aside",
};
const alikeCopy: Fate = { kind: "drop", code: "alike-copy", message: "copies that are annotated alike, read once" };
const otherCopy: Fate = {
  kind: "drop",
  code: "other-copy",
  message: "other copies of texts, left out by --annotator",
};
const otherAnnotator: Fate = {
  kind: "drop",
  code: "other-annotator",
  message: "documents that the annotator of --annotator did not annotate, left out",
};
const duplicate = "documents with an id already read, left out";

/** Copies of a text by several annotators, without the empty ones. */
interface Group {
  readonly members: readonly number[];
  readonly isAlike: boolean;
}

/**
 * Plans the outcome of each document, by its position in their order. Documents missing from `planned` stay as they
 * are.
 */
export class Planner {
  readonly planned = new Map<number, Planned>();
  readonly #entries: readonly CopyEntry[];
  readonly #choice: CopyChoice;
  readonly #notices: NoticeLog;
  readonly #placeName: (entry: CopyEntry) => string;
  #hasCopies = false;

  constructor(entries: readonly CopyEntry[], choice: CopyChoice, notices: NoticeLog) {
    this.#entries = entries;
    this.#choice = choice;
    this.#notices = notices;
    this.#placeName = placeNames(entries);
    const groups = this.#groups();
    if (!choice.compares || choice.annotator !== undefined) this.#choose(groups);
    if (choice.compares) for (const { members } of groups) this.#compare(members);
    if (choice.mayShareIds) this.#reportSharedIds();
    else this.#qualifyIds();
  }

  /** Texts of one file under one id stay as they are, and are reported. */
  #reportSharedIds(): void {
    const texts = new Map<string, string>();
    for (const { id, textKey, at } of this.#entries) {
      const first = texts.get(id);
      if (first === undefined) texts.set(id, textKey);
      else if (first !== textKey) this.#notices.add(sharedId.code, sharedId.message, at);
    }
  }

  #annotatorOf(i: number): string {
    const entry = this.#entries[i]!;
    return entry.annotator ?? this.#placeName(entry);
  }

  /** Texts with several copies, after duplicates and empty copies were set aside. */
  #groups(): Group[] {
    const byText = new Map<string, number[]>();
    for (const [i, { textKey }] of this.#entries.entries()) {
      const known = byText.get(textKey);
      if (known) known.push(i);
      else byText.set(textKey, [i]);
    }
    const groups: Group[] = [];
    for (const members of byText.values()) {
      if (members.length === 1) continue;
      const copies = this.#withoutDuplicates(members);
      if (copies.length === 1) continue;
      this.#hasCopies = true;
      const annotated = copies.filter((i) => !this.#entries[i]!.isEmpty);
      const kept = annotated.length > 0 ? annotated : copies.slice(0, 1);
      for (const i of copies) if (!kept.includes(i)) this.planned.set(i, { fate: emptyCopy });
      if (kept.length === 1) {
        const [only] = kept;
        // If all copies of a text are empty, nobody annotated it.
        const fate = { ...this.#keep(only!, copies), ...(annotated.length > 0 ? {} : { annotator: undefined }) };
        if (!this.#choice.compares) this.planned.set(only!, { fate });
        continue;
      }
      const isAlike = new Set(kept.map((i) => this.#entries[i]!.annotationKey)).size === 1;
      groups.push({ members: kept, isAlike });
    }
    return groups;
  }

  /**
   * One document of each annotator; a second one is left out or an error (see `skipInvalid`). If ids may be shared, a
   * second one is a further copy if it differs, and else set aside.
   */
  #withoutDuplicates(members: readonly number[]): number[] {
    if (this.#choice.mayShareIds) return this.#withoutAlike(members);
    const byAnnotator = new Map<string, number>();
    for (const i of members) {
      const first = byAnnotator.get(this.#annotatorOf(i));
      if (first === undefined) byAnnotator.set(this.#annotatorOf(i), i);
      else this.#duplicate(i, first);
    }
    return [...byAnnotator.values()];
  }

  #withoutAlike(members: readonly number[]): number[] {
    this.#hasCopies = true;
    const known = new Set<string>();
    return members.filter((i) => {
      const key = JSON.stringify([this.#annotatorOf(i), this.#entries[i]!.annotationKey]);
      const isNew = !known.has(key);
      if (!isNew) this.planned.set(i, { fate: alikeCopy });
      known.add(key);
      return isNew;
    });
  }

  #duplicate(i: number, firstIndex: number): void {
    const [entry, first] = [this.#entries[i]!, this.#entries[firstIndex]!];
    const at = entry.at ?? { file: "the documents" };
    const isSameText = entry.textKey === first.textKey;
    const how = !isSameText
      ? "other-text"
      : entry.annotationKey === first.annotationKey
        ? "alike"
        : "other-annotations";
    const error = new DuplicateDocumentError(entry.id, first.at ?? at, at, how);
    if (!this.#choice.skipInvalid) throw error;
    const detail = error.detail;
    this.planned.set(i, { fate: { kind: "drop", code: "duplicate-document", message: duplicate, detail } });
  }

  #choose(groups: readonly Group[]): void {
    const { annotator } = this.#choice;
    if (annotator === undefined) this.#requireAlike(groups);
    else if (annotator === "first" || annotator === "agreement") {
      if (!this.#hasCopies) {
        throw new UsageError(`--annotator ${annotator}: no text is there more than once. Leave the flag out.`);
      }
    } else {
      this.#onlyOf(annotator, groups);
      return;
    }
    for (const { members, isAlike } of groups) {
      const [first, ...others] = members;
      if (annotator === "agreement" && !isAlike) {
        const group = { size: members.length, agreedId: this.#idOf(members) };
        for (const i of members)
          this.planned.set(i, { fate: { kind: "keep" }, group, annotator: this.#annotatorOf(i) });
        continue;
      }
      this.planned.set(first!, { fate: this.#keep(first!, members) });
      for (const i of others) {
        if (!this.planned.has(i)) this.planned.set(i, { fate: isAlike ? alikeCopy : otherCopy });
      }
    }
  }

  #idOf(members: readonly number[]): string {
    return commonId(members.map((i) => this.#entries[i]!.id));
  }

  /** A copy that stands for all copies gets their common id. */
  #keep(i: number, members: readonly number[]): Extract<Fate, { kind: "keep" }> {
    return { kind: "keep", id: this.#idOf(members), annotator: this.#annotatorOf(i) };
  }

  #compare(members: readonly number[]): void {
    const group: CopyGroup = { size: members.length, agreedId: undefined };
    for (const i of members) {
      const annotator = this.#annotatorOf(i);
      const { fate, group: known = group } = this.planned.get(i) ?? { fate: { kind: "keep", annotator } };
      this.planned.set(i, { fate, group: known, annotator });
    }
  }

  #requireAlike(groups: readonly Group[]): void {
    const [different] = groups.filter(({ isAlike }) => !isAlike);
    if (different) {
      const places = different.members.flatMap((i) => this.#entries[i]!.at ?? []);
      const id = this.#idOf(different.members);
      const texts = groups.filter(({ isAlike }) => !isAlike).length;
      throw new SeveralAnnotatorsError(texts, this.#annotatorsOf(groups), { id, places });
    }
    // If no annotator is named and nothing differs, the file was more likely given twice than annotated twice.
    for (const { members } of groups) {
      const [first, ...others] = members;
      if (members.some((i) => this.#entries[i]!.annotator !== undefined)) continue;
      for (const i of others) this.#duplicate(i, first!);
    }
  }

  #annotatorsOf(groups: readonly Group[]): Map<string, number> {
    const annotators = new Map<string, number>();
    for (const { members } of groups) {
      for (const i of members) annotators.set(this.#annotatorOf(i), (annotators.get(this.#annotatorOf(i)) ?? 0) + 1);
    }
    return annotators;
  }

  #onlyOf(annotator: string, groups: readonly Group[]): void {
    const known = this.#annotatorsOf(groups);
    for (const { annotator: one } of this.#entries) if (one !== undefined && !known.has(one)) known.set(one, 0);
    // If any text has copies, the places of all documents serve as names of annotators.
    const places = this.#hasCopies ? [...this.#entries.keys()].map((i) => this.#annotatorOf(i)) : [];
    for (const place of places) if (!known.has(place)) known.set(place, 0);
    if (!known.has(annotator)) throw new UsageError(unknownAnnotator(annotator, [...known.keys()]));
    const groupOf = new Map(groups.flatMap((group) => group.members.map((i) => [i, group] as const)));
    const read = new Set<Group>();
    for (const i of this.#entries.keys()) {
      if (this.planned.get(i)?.fate.kind === "drop") continue;
      const group = groupOf.get(i);
      if (this.#annotatorOf(i) === annotator) {
        if (!group) continue;
        this.planned.set(i, { fate: read.has(group) ? otherCopy : this.#keep(i, group.members) });
        read.add(group);
      } else {
        const isCopied = group?.members.some((one) => this.#annotatorOf(one) === annotator) ?? false;
        this.planned.set(i, { fate: isCopied ? otherCopy : otherAnnotator });
      }
    }
  }

  /**
   * Prefixes the id of different texts that share one with the place of their file; within one file they are an error,
   * or left out.
   */
  #qualifyIds(): void {
    const byId = new Map<string, number[]>();
    for (const [i, entry] of this.#entries.entries()) {
      const { fate, group } = this.planned.get(i) ?? {};
      // Copies that all stay are only counted, and need no ids of their own.
      if (fate?.kind === "drop" || (group && group.agreedId === undefined)) continue;
      const id = group?.agreedId ?? fate?.id ?? entry.id;
      const known = byId.get(id);
      if (!known) byId.set(id, [i]);
      else if (!group || group !== this.planned.get(known[0]!)?.group) known.push(i);
    }
    for (const [id, members] of byId) {
      if (members.length === 1) continue;
      const byPlace = new Map<string, number>();
      for (const i of members) {
        const place = this.#placeName(this.#entries[i]!);
        const first = byPlace.get(place);
        if (first !== undefined) this.#duplicate(i, first);
        else byPlace.set(place, i);
      }
      if (byPlace.size > 1) for (const [place, i] of byPlace) this.#qualify(i, `${place}/${id}`);
    }
  }

  #qualify(i: number, id: string): void {
    const planned = this.planned.get(i);
    const at = this.#entries[i]!.at;
    const message = "documents whose id another text has too, told apart by the folder or file before it";
    this.#notices.add("id-qualified", message, at && { ...at, detail: quote(id, 60) });
    if (planned?.group) return;
    const annotator = planned?.fate.kind === "keep" ? planned.fate.annotator : undefined;
    this.planned.set(i, { ...planned, fate: { kind: "keep", id, annotator } });
  }
}

function unknownAnnotator(name: string, known: readonly string[]): string {
  const found =
    known.length === 0
      ? "nothing says who annotated the documents, and no text is there more than once"
      : `annotators are ${listed(known.map((one) => quote(one, 40)))}`;
  return `--annotator ${name}: nobody of this name annotated the documents; ${found}.`;
}
