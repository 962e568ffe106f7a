import { hash } from "node:crypto";
import type { SourceLocation } from "../../errors.ts";
import type { Document } from "../document.ts";
import { hash53 } from "../text-hash.ts";

/** The facts of a document by which its copies are found; kept small, since the corpus may be large. */
export interface CopyEntry {
  readonly id: string;
  /** The id without its folder, if it has one: copies of a text in several folders share one name. */
  readonly name: string;
  readonly at: SourceLocation | undefined;
  readonly annotator: string | undefined;
  readonly isEmpty: boolean;
  /** Equal for documents of one name and text. */
  readonly textKey: string;
  /** Equal for documents that are annotated alike, whatever the order of entities and relations. */
  readonly annotationKey: string;
}

// A Hash object for each document would cost more time in garbage collection than all the rest of reading.
const keyOf = (text: string): string => hash("sha256", text, "base64").slice(0, 16);

/** Equal for equal strings, and otherwise almost never. */
export const textNumber = (text: string): number => hash53(text);

/** The code and the message for texts under one id. */
export const sharedId = {
  code: "shared-id",
  message:
    'documents with the id of an earlier one and another text (1 and "1" are one id), all kept; training and evaluation ' +
    "refuse them, so give each its own",
} as const;

export function entryOf(document: Document): CopyEntry {
  const { id, text, entities, relations, source, annotator } = document;
  const spans = entities.map(({ start, end, type }) => JSON.stringify([start, end, type]));
  const joined = relations.map(({ head, tail, label }) => `${spans[head]} ${spans[tail]} ${label}`);
  const name = nameOf(document);
  return {
    id,
    name,
    at: source,
    annotator,
    isEmpty: entities.length === 0,
    textKey: keyOf(`${name}\n${text}`),
    annotationKey: keyOf([...spans].sort().concat(joined.sort()).join("\n")),
  };
}

/** Equal for documents of one id, text and annotator that are annotated alike: of these, one says all that there is. */
export function documentKey(document: Document): string {
  const { id, annotator, textKey, annotationKey } = entryOf(document);
  return keyOf(JSON.stringify([id, annotator ?? null, textKey, annotationKey]));
}

/** The parts of a path: the folders and the file name without its extension. */
export const partsOf = ({ file }: SourceLocation): string[] =>
  file
    .replace(/(?:\.gz)$/i, "")
    .replace(/(?<=[^/\\])\.[^./\\]*$/, "")
    .split(/[/\\]+/)
    .filter((part) => part !== "" && part !== ".");

function decoded(stem: string): string {
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}

/** Whether the document is a whole file and is named after it. */
export const isNamedByFile = ({ name, at }: Pick<CopyEntry, "name" | "at">): boolean => {
  const stem = at && partsOf(at).at(-1);
  return stem !== undefined && (stem === name || decoded(stem) === name);
};

/**
 * The part of an id that does not depend on the place of the file: the last part of an id that is the file's path, or
 * the number of an id made of the file's name and a number. Copies of a text in several places share it.
 */
function nameOf({ id, source }: Document): string {
  const stem = source && partsOf(source).at(-1);
  if (stem === undefined) return id;
  for (const name of [stem, decoded(stem)]) if (id.endsWith(`/${name}`)) return name;
  return id.startsWith(`${stem}-`) && /^\d+$/.test(id.slice(stem.length + 1)) ? id.slice(stem.length) : id;
}
