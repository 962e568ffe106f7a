import type { Document } from "../../corpus/document.ts";

/** Documents in Relata's own format, which holds all of them. */
export const relataLines = (documents: readonly Document[]): string =>
  documents
    .map(
      ({ id, text, entities, relations, metadata }) =>
        `${JSON.stringify({ id, text, entities, relations, metadata })}\n`,
    )
    .join("");
