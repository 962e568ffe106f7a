import { isNamedByFile, partsOf, type CopyEntry } from "./entry.ts";

const startOf = (lists: readonly (readonly string[])[]): number => {
  const [first = [], ...others] = lists;
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length++;
  return length;
};

/**
 * Names documents by their place: by the folders if the document is a whole file, else by folders and file. The
 * beginning and end that all places share are left out. This name stands for the annotator where nothing else names
 * one.
 */
export function placeNames(entries: readonly CopyEntry[]): (entry: CopyEntry) => string {
  const placeOf = (entry: CopyEntry): string[] => {
    if (!entry.at) return [];
    const parts = partsOf(entry.at);
    return isNamedByFile(entry) ? parts.slice(0, -1) : parts;
  };
  const places = new Map<string, string[]>();
  for (const entry of entries) places.set(placeOf(entry).join("/"), placeOf(entry));
  const start = startOf([...places.values()]);
  const owns = [...places.values()].map((place) => place.slice(start));
  const same = startOf(owns.map((own) => own.toReversed()));
  const end = owns.every(({ length }) => length > same) ? same : 0;
  return (entry) => {
    const place = placeOf(entry);
    const own = place.slice(start, place.length - end);
    return own.length > 0 ? own.join("/") : (place.at(-1) ?? "");
  };
}

/** The parts between slashes that several ids have in common: `a/x` for `a/anna/x` and `a/bert/x`. */
export function commonId(ids: readonly string[]): string {
  const lists = ids.map((id) => id.split("/"));
  const shortest = Math.min(...lists.map(({ length }) => length));
  const start = Math.min(startOf(lists), shortest);
  const reversed = lists.map((list) => list.slice(start).toReversed());
  const end = startOf(reversed);
  const parts = [...lists[0]!.slice(0, start), ...reversed[0]!.slice(0, end).toReversed()];
  return parts.length > 0 ? parts.join("/") : ids[0]!;
}
