import type { Entity, Span } from "../../corpus/document.ts";
import { DuplicateEntityError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import { isList, isObject, type JsonObject } from "../source/probe.ts";
import type { Content, PlaceContext } from "./content.ts";
import type { Region, Spot } from "./region.ts";
import type { ResultEntry } from "./task.ts";

/** The entries of a result that are no relations: regions of text, with entries of one id merged, and all others. */
export interface Sorted {
  readonly regions: readonly Region[];
  readonly others: readonly ResultEntry[];
}

/** The entities of a result, with the ids by which relations cite them. */
export interface Regions {
  readonly entities: Entity[];
  readonly surfaces: (string | undefined)[];
  /** Positions of the entities by the ids of their regions. */
  readonly positions: ReadonlyMap<string, number>;
  /** Ids of all regions of any kind. */
  readonly ids: ReadonlySet<string>;
}

/** Parses an offset; older exports and other programs write some as strings. */
function integerOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? Number(number) : undefined;
}

function spanOf({ start, end }: JsonObject): Span | undefined {
  const [from, to] = [integerOf(start), integerOf(end)];
  return from === undefined || to === undefined ? undefined : { start: from, end: to };
}

function spotOf(type: string, value: JsonObject): Spot | undefined {
  const { start, end, globalOffsets } = value;
  const inText = spanOf(value);
  const inNode = spanOf({ start: value["startOffset"], end: value["endOffset"] });
  if (inText && inNode && type === "paragraphlabels") {
    return { kind: "turns", first: inText.start, start: inNode.start, last: inText.end, end: inNode.end };
  }
  if (inText) return { kind: "offsets", ...inText };
  const global = isObject(globalOffsets) ? spanOf(globalOffsets) : undefined;
  const hasPath = typeof start === "string" && typeof end === "string" && inNode !== undefined;
  if (!hasPath && !global) return undefined;
  const path = hasPath
    ? { start: { path: start, offset: inNode.start }, end: { path: end, offset: inNode.end } }
    : undefined;
  return { kind: "page", path, global };
}

const textTypes: ReadonlySet<string> = new Set(["labels", "hypertextlabels", "paragraphlabels", "taxonomy"]);

/** Labels of a region; for a taxonomy, the paths from its root. */
function labelsOf(type: string, value: JsonObject): string[] {
  const labels = value[type] ?? value["labels"];
  if (!isList(labels)) return [];
  return labels.flatMap((label) => {
    if (typeof label === "string") return [label];
    return isList(label) && label.length > 0 && label.every((step) => typeof step === "string")
      ? [label.join("/")]
      : [];
  });
}

/**
 * The entry as a region of text; undefined for anything else, such as a choice, a rating, or a part of an image or
 * sound.
 */
function textRegion({ id, type, to_name, value }: ResultEntry): Region | undefined {
  // A region of a sound has a channel, and times as offsets.
  if (!value || !textTypes.has(type ?? "") || "channel" in value) return undefined;
  const spot = spotOf(type!, value);
  if (!spot) return undefined;
  const { text } = value;
  return {
    id: id ?? undefined,
    objectName: to_name ?? undefined,
    labels: new Set(labelsOf(type!, value)),
    surface: typeof text === "string" ? text : undefined,
    spot,
  };
}

const sameSpot = (a: Spot, b: Spot): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Separates regions from other entries, in order. A taxonomy is a region of its own, or adds labels to the region with
 * its id.
 * @throws {DuplicateEntityError} if two regions in different places share an id
 */
export function sortEntries(entries: readonly ResultEntry[], at: PlaceContext["at"]): Sorted {
  const labelled = new Set(entries.filter(({ type }) => type !== "taxonomy").flatMap(({ id }) => id ?? []));
  const regions: Region[] = [];
  const others: ResultEntry[] = [];
  const byId = new Map<string, Region>();
  for (const entry of entries) {
    const saysMore = entry.type === "taxonomy" && typeof entry.id === "string" && labelled.has(entry.id);
    const region = saysMore ? undefined : textRegion(entry);
    if (!region) {
      others.push(entry);
      continue;
    }
    const same = region.id === undefined ? undefined : byId.get(region.id);
    if (!same) {
      regions.push(region);
      if (region.id !== undefined) byId.set(region.id, region);
    } else if (sameSpot(same.spot, region.spot)) {
      for (const label of region.labels) same.labels.add(label);
    } else throw new DuplicateEntityError(quote(region.id!), at);
  }
  return { regions, others };
}

/** The tool's types of results that are no spans of text; any unknown type is reported as `other`. */
const knownTypes: ReadonlySet<string> = new Set(
  (
    "brush brushlabels choices datetime ellipse ellipselabels hypertextlabels keypoint keypointlabels labels magicwand " +
    "number pairwise paragraphlabels paragraphs polygon polygonlabels ranker rating rectangle rectanglelabels taxonomy " +
    "textarea timelinelabels timeserieslabels vector vectorlabels video videorectangle"
  ).split(" "),
);

/** Reads the entities from the regions of a text; `key` names the text in the task's data. */
export function readRegions(
  { regions, others }: Sorted,
  content: Content,
  key: string,
  context: PlaceContext,
): Omit<Regions, "ids"> {
  const { notices, at } = context;
  for (const { type } of others) {
    const name = knownTypes.has(type ?? "") ? type! : "other";
    const message = `results of the type ${name === "other" ? "of another control" : name} that are no spans of text, left out`;
    notices.lose(`result-${name}`, message, { ...at, detail: `type ${quote(type ?? "", 30)}` }, { annotations: 1 });
  }
  // The labelling configuration is not in the file: of several text tags, the one named like the key is taken, else the
  // first.
  const named = regions.flatMap(({ objectName }) => objectName ?? []);
  const objectName = named.includes(key) ? key : named[0];
  const onText = regions.filter((region) => region.objectName === undefined || region.objectName === objectName);
  for (let i = onText.length; i < regions.length; i++) {
    const detail = `the text read is that of ${quote(objectName ?? "")}`;
    const message = "regions of a second text of the same task, left out";
    notices.lose("other-object", message, { ...at, detail }, { entities: 1 });
  }

  const entities: Entity[] = [];
  const surfaces: (string | undefined)[] = [];
  const positions = new Map<string, number>();
  for (const [i, span] of content.place(onText, context).entries()) {
    const { id, surface, labels, spot } = onText[i]!;
    if (!span) {
      const detail = surface === undefined ? undefined : quote(surface, 30);
      const message =
        "regions that are not where their offsets lead, nor at one place only by their recorded text, left out";
      notices.lose("region-not-found", message, { ...at, detail }, { entities: 1 });
      continue;
    }
    const [type = "", ...more] = labels;
    for (const label of more) {
      const detail = `${quote(label)}, after ${quote(type)}`;
      const message = "second and further labels of a region, left out";
      notices.lose("second-type", message, { ...at, detail }, { annotations: 1 });
    }
    if (id !== undefined) positions.set(id, entities.length);
    entities.push({ ...span, type });
    // Text selected in a browser has other white space than the page or the turns.
    surfaces.push(spot.kind === "offsets" ? surface : undefined);
  }
  return { entities, surfaces, positions };
}
