import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { unclosed } from "../generators.ts";

/** Whether a model found a relation of the document. */
export const isPredicted = ({ relations }: Document): boolean =>
  relations.some(({ probability }) => probability !== undefined);

/** The most documents that are looked at, and held, for a first relation. */
const farthestAhead = 1000;

/**
 * Whether documents are predictions or annotations: as asked for, or with `auto` like the first that has a relation.
 * @returns the same documents with the answer
 */
export async function detectPredictions(
  documents: AsyncGenerator<Document>,
  asked: "auto" | "yes" | "no",
): Promise<{ documents: AsyncIterable<Document>; predictions: boolean }> {
  if (asked !== "auto") return { documents, predictions: asked === "yes" };
  const ahead: Document[] = [];
  for await (const document of unclosed(documents)) {
    ahead.push(document);
    if (document.relations.length > 0 || ahead.length === farthestAhead) break;
  }
  const first = ahead.at(-1);
  const rest = ahead.values();
  const all: AsyncIterator<Document, void> = {
    next: () => {
      const { value, done } = rest.next();
      return done ? documents.next() : Promise.resolve({ value });
    },
    return: () => documents.return(undefined),
  };
  return {
    documents: { [Symbol.asyncIterator]: () => all },
    predictions: first !== undefined && isPredicted(first),
  };
}

/**
 * Without the pairs that a model found to have no relation: `relata predict` answers for every pair, and a tool would show
 * each as a relation of that name. Annotated ones, which have no probability, stay.
 */
export function withoutPredictedNegatives(document: Document, noRelationLabel: string, notices: NoticeLog): Document {
  const { relations, source } = document;
  const kept = relations.filter(({ label, probability }) => label !== noRelationLabel || probability === undefined);
  notices.addToTotal("predicted-negative", relations.length);
  if (kept.length === relations.length) return document;
  for (let i = kept.length; i < relations.length; i++) {
    notices.lose(
      "predicted-negative",
      "pairs predicted to have no relation, left out; --keep-negatives keeps them",
      source,
      { relations: 1 },
    );
  }
  return { ...document, relations: kept };
}
