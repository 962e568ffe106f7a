import type { Document } from "../../corpus/document.ts";

/** Lists the types of the entities, sorted; spans without a type add none. */
export const entityTypesOf = (documents: readonly Document[]): string[] =>
  [...new Set(documents.flatMap(({ entities }) => entities.map(({ type }) => type)))]
    .filter((type) => type !== "")
    .sort();
