import { UsageError } from "../errors.ts";
import type { Document } from "./document.ts";
import type { NoticeLog } from "./notices.ts";
import { sourceOfId } from "./parted-sources.ts";
import { listed, quote } from "../quote.ts";

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Normalizes a text: two texts that differ only in white space and letter case become equal. */
const plainText = (text: string): string => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * Groups documents that must stay together in a split: those whose texts are equal but for white space and letter case,
 * and in addition those that `groupBy` names: with `id` the sentences whose ids differ only in the number of the
 * sentence, with a path into the metadata, such as `metadata.thread`, those with the same value there; `text` adds
 * nothing. The groups and the documents of each are sorted by id, whatever the order of the files.
 * @throws UsageError for a path of another form, and for one that no document has.
 */
export function groupDocuments(documents: readonly Document[], groupBy: string, notices: NoticeLog): Document[][] {
  const path = metadataPath(groupBy);
  const groups = new Groups();
  let found = 0;
  for (const document of documents) {
    groups.join(document, `text ${plainText(document.text)}`);
    if (groupBy === "id") groups.join(document, `id ${sourceOfId(document.id)}`);
    if (!path) continue;
    const value = valueAt(document.metadata, path);
    notices.addToTotal("no-group", 1);
    if (value === undefined || value === null) {
      notices.add("no-group", `documents without ${groupBy}, grouped by their text alone`, document.source);
    } else {
      groups.join(document, `value ${JSON.stringify(value)}`);
      found++;
    }
  }
  if (path && found === 0) throw new UsageError(nothingAt(groupBy, documents));
  return groups.list();
}

function metadataPath(groupBy: string): string[] | undefined {
  if (groupBy === "text" || groupBy === "id") return undefined;
  const [first, ...path] = groupBy.split(".");
  if (first === "metadata" && path.length > 0 && !path.includes("")) return path;
  throw new UsageError(
    `--group-by: expected text, id, or a path into the metadata as metadata.thread; found ${quote(groupBy)}.`,
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function nothingAt(groupBy: string, documents: readonly Document[]): string {
  const keys = new Set(documents.flatMap(({ metadata = {} }) => Object.keys(metadata)));
  const known = [...keys].sort().map((key) => quote(key));
  const has = known.length === 0 ? "They have no metadata." : `Their metadata has the keys ${listed(known)}.`;
  return `--group-by: no document has ${groupBy}. ${has}`;
}

/** Disjoint sets of documents (union-find with path halving): documents that share a key end up in one set. */
class Groups {
  readonly #parents = new Map<Document, Document>();
  readonly #firsts = new Map<string, Document>();

  join(document: Document, key: string): void {
    if (!this.#parents.has(document)) this.#parents.set(document, document);
    const first = this.#firsts.get(key);
    if (first) this.#parents.set(this.#root(document), this.#root(first));
    else this.#firsts.set(key, document);
  }

  list(): Document[][] {
    const groups = new Map<Document, Document[]>();
    for (const document of [...this.#parents.keys()].sort((a, b) => byCodeUnits(a.id, b.id))) {
      const root = this.#root(document);
      const group = groups.get(root);
      if (group) group.push(document);
      else groups.set(root, [document]);
    }
    return [...groups.values()];
  }

  #root(document: Document): Document {
    let at = document;
    for (let parent = this.#parents.get(at)!; parent !== at; parent = this.#parents.get(at)!) {
      this.#parents.set(at, this.#parents.get(parent)!);
      at = this.#parents.get(at)!;
    }
    return at;
  }
}
