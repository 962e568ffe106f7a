import { DataError, type SourceLocation } from "../errors.ts";
import type { Document } from "./document.ts";
import { formatNotice, type Notice } from "./notices.ts";
import { listed, quote } from "../quote.ts";

/** A corpus from which no relation can be learnt. */
export class NoRelationsError extends DataError {
  override readonly name = "NoRelationsError";
  /** @param reading the notices of reading the documents, of which those are named that may say where relations were lost */
  constructor(documents: readonly Document[], noRelationLabel: string, reading: readonly Notice[] = []) {
    const expected =
      `no relation in ${counted(documents)}: expected at least one between two different entities, with a label ` +
      `other than ${quote(noRelationLabel)}.`;
    const unread = reading.flatMap((notice) => {
      const advice = unreadAdvice.get(notice.code);
      return advice === undefined ? [] : [` Found: ${formatNotice(notice)}. ${advice}`];
    });
    super(`${expected}${unread.length > 0 ? unread.join("") : entitiesAlone}`, filesOf(documents));
  }
}

const entitiesAlone =
  " There is nothing to learn from entities alone, which is all that files of columns (CoNLL, BIO) hold. If the " +
  "relations are in another file, name that; if they are yet to be annotated, `relata data convert` takes the entities " +
  "to a tool for relations.";

const unreadKeyAdvice =
  "If one of them holds the relations, rename it to the key that the format has for them (docs/formats); in Relata's " +
  'JSON Lines that is "relations".';

/** Advice by the code of a notice of reading: the ways in which relations that a file holds stay unread. */
const unreadAdvice: ReadonlyMap<string, string> = new Map([
  ["unread-key", unreadKeyAdvice],
  ["other-key", unreadKeyAdvice],
]);

/** A corpus that cannot be split in two. */
export class UnsplittableCorpusError extends DataError {
  override readonly name = "UnsplittableCorpusError";
  constructor(documents: readonly Document[]) {
    const same = documents.length > 1 ? " with one and the same text" : "";
    super(
      "cannot split into texts to learn from and texts to be scored on: expected documents of at least two different " +
        `texts, found ${counted(documents)}${same}. Add annotated texts.`,
      filesOf(documents),
    );
  }
}

/** A corpus with fewer groups of documents that stay together than the parts that were asked for. */
export class TooFewGroupsError extends DataError {
  override readonly name = "TooFewGroupsError";
  constructor(groups: number, parts: number, documents: readonly Document[]) {
    super(
      `cannot split into ${parts} parts: expected at least as many groups of documents that stay together (equal texts, ` +
        `or one value of --group-by), found ${groups} in ${counted(documents)}.`,
      filesOf(documents),
    );
  }
}

const counted = ({ length }: readonly Document[]): string => (length === 1 ? "1 document" : `${length} documents`);

function filesOf(documents: readonly Document[]): SourceLocation | undefined {
  const files = [...new Set(documents.flatMap(({ source }) => (source ? [source.file] : [])))];
  return files.length > 0 ? { file: listed(files, 3) } : undefined;
}

/** A label that the schema, and therefore the model, does not have. */
export class UnknownLabelError extends DataError {
  override readonly name = "UnknownLabelError";
  readonly label: string;
  readonly known: readonly string[];
  /** The known label with the nearest spelling, if any is near. */
  readonly suggestion: string | undefined;
  constructor(label: string, known: readonly string[], suggestion: string | undefined, at: SourceLocation | undefined) {
    const hint = suggestion === undefined ? "" : ` Did you mean ${quote(suggestion)}?`;
    const knownLabels = listed(known.map((known) => quote(known)));
    super(`relation label ${quote(label)} is not known.${hint} Known labels: ${knownLabels}`, at);
    this.label = label;
    this.known = known;
    this.suggestion = suggestion;
  }
}
