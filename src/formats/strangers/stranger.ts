import type { Probe } from "../source/probe.ts";

/** A known format that is not read. When a reader for it is added, remove it from the registry. */
export interface Stranger {
  /** Name as its users know it, to be read after "it looks like": `Label Studio's export JSON_MIN`. */
  readonly name: string;
  /** Why it is not read and what to do instead, in one or two sentences. */
  readonly advice: string;
  is(probe: Probe): boolean;
}

/** Advice for a format that holds entities with offsets and relations, and has no exporter to another format. */
export const asRelata =
  'Write it as JSON Lines with a short script, a text a line: {"text": …, "entities": [[start, end, "TYPE"], …], ' +
  '"relations": [{"head": 0, "tail": 1, "label": …}, …]} (docs/formats/relata.md).';

/** Advice for a format that names entities without their offsets. */
export const asTable =
  "It names entities and does not say where they stand. Write it as CSV with the columns text, head, tail and label, " +
  "a pair a row: the names are then looked for in the text (docs/formats/csv.md).";

/** Advice for a format without relations. */
export const noRelations = (what: string): string =>
  `${what} hold no relations, so there is nothing to learn or to score in them. If the relations are in another file, name ` +
  "that; if they are yet to be annotated, a tool for relations (Label Studio, doccano, brat, INCEpTION) imports entities.";
