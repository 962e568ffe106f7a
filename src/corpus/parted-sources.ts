import type { Document } from "./document.ts";
import type { NoticeLog } from "./notices.ts";
import { quote } from "../quote.ts";

/** Names under which metadata say of what text a sentence is, in small letters without anything but letters. */
const sourceKeys =
  /^(?:(?:orig|source)?(?:doc|document|article|paper|page|book|file|thread|email|report)(?:id|key|name|no|nr|title|url)?|title|pmid|pmcid|url|source)$/;

/** `PMID-7.s2` is sentence 2 of `PMID-7`; an id without such an end is of a text of its own. */
export const sourceOfId = (id: string): string => /^(.+?)[-_.:#/ ]+(?:s|sent|sentence)[-_.:]?\d+$/i.exec(id)?.[1] ?? id;

/**
 * Counts the held-out documents of which a part of the same source text is trained on, by their metadata or
 * ids, and names the setting that keeps them together.
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
    // A handful of values are collections, not texts.
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
