import type { Document } from "./document.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";

/** Metadata keys that name the text which a sentence comes from, in lower case, letters only. */
const sourceKeys =
  /^(?:(?:orig|source)?(?:doc|document|article|paper|page|book|file|thread|email|report)(?:id|key|name|no|nr|title|url)?|title|pmid|pmcid|url|source)$/;

/**
 * The id of the source text: `PMID-7` for `PMID-7.s2`, its sentence 2. An id without such an ending is its own source.
 */
export const sourceOfId = (id: string): string => /^(.+?)[-_.:#/ ]+(?:s|sent|sentence)[-_.:]?\d+$/i.exec(id)?.[1] ?? id;

/**
 * Counts the held-out documents whose source text, according to metadata or ids, also has parts in the training set,
 * and names the setting that keeps them together.
 */
export function reportPartedSources(train: readonly Document[], test: readonly Document[], notices: NoticeLog): void {
  const all = [...train, ...test];
  const keys = new Set(all.flatMap(({ metadata = {} }) => Object.keys(metadata)));
  const candidates = [...keys]
    .filter((key) => !key.includes(".") && sourceKeys.test(key.toLowerCase().replaceAll(/[^a-z]/g, "")))
    .map((key) => ({ groupBy: `metadata.${key}`, of: (document: Document) => textOf(document.metadata?.[key]) }));
  const byId = { groupBy: "id", of: ({ id }: Document) => (sourceOfId(id) === id ? undefined : sourceOfId(id)) };
  let worst: { groupBy: string; parted: { document: Document; value: string }[] } | undefined;
  for (const { groupBy, of } of [...candidates, byId]) {
    const trained = new Set(train.map(of));
    const values = new Set(all.map(of));
    values.delete(undefined);
    // A key with only a few values names collections, not texts.
    if (values.size < Math.max(2, all.length / 100)) continue;
    const parted = test.flatMap((document) => {
      const value = of(document);
      return value !== undefined && trained.has(value) ? [{ document, value }] : [];
    });
    if (parted.length > (worst?.parted.length ?? 0)) worst = { groupBy, parted };
  }
  if (!worst) return;
  notices.setTotal("source-parted", test.length);
  const message =
    "held-out documents of a source of which others are trained on, so that scores are too high; --group-by " +
    `${worst.groupBy} keeps them together`;
  for (const { document, value } of worst.parted)
    notices.add("source-parted", message, { ...(document.source ?? { file: document.id }), detail: quote(value, 30) });
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;
