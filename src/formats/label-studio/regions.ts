import type { Entity } from "../../corpus/document.ts";
import { DuplicateEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../corpus/quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { readSpans, type FileSpan } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { ResultEntry } from "./task.ts";

/** The entities of a result, with what relations need to find them. */
export interface Regions {
  readonly entities: Entity[];
  readonly surfaces: (string | undefined)[];
  /** Of the regions that are entities, by their ids. */
  readonly positions: ReadonlyMap<string, number>;
  /** Ids of all regions, of whatever kind. */
  readonly ids: ReadonlySet<string>;
}

interface Region extends FileSpan {
  readonly id: string | undefined;
  readonly objectName: string | undefined;
  readonly labels: Set<string>;
  /** Whether its offsets count the characters of a page as shown. */
  readonly ofPage: boolean;
}

const isOffsets = (value: { start?: unknown; end?: unknown }): value is { start: number; end: number } =>
  Number.isSafeInteger(value.start) && Number.isSafeInteger(value.end);

/** The entry as a region of text; undefined for one of anything else: a choice, a rating, part of an image or a sound. */
function textRegion({ id, type, to_name, value }: ResultEntry): Region | undefined {
  // A sound has a channel, and times for offsets.
  if (!value || (type !== "labels" && type !== "hypertextlabels") || "channel" in value) return undefined;
  const { text, globalOffsets } = value;
  const inText = isOffsets(value) ? value : undefined;
  const inPage = globalOffsets && isOffsets(globalOffsets) ? globalOffsets : undefined;
  const offsets = inText ?? inPage;
  if (!offsets) return undefined;
  const labels = value[type] ?? value["labels"];
  return {
    id: id ?? undefined,
    objectName: to_name ?? undefined,
    start: offsets.start,
    end: offsets.end,
    surface: typeof text === "string" ? text : undefined,
    labels: new Set(Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : []),
    ofPage: inText === undefined,
  };
}

/** Regions with those of one id made one, in their order; all other kinds are counted. */
function mergeById(entries: readonly ResultEntry[], at: SourceLocation, notices: NoticeLog): Region[] {
  const regions: Region[] = [];
  const byId = new Map<string, Region>();
  for (const entry of entries) {
    const region = textRegion(entry);
    if (!region) {
      notices.add("not-of-text", "results that are no spans of text (choices, images, sounds), left out", {
        ...at,
        detail: `type ${quote(entry.type ?? "")}`,
      });
      continue;
    }
    const same = region.id === undefined ? undefined : byId.get(region.id);
    if (!same) {
      regions.push(region);
      if (region.id !== undefined) byId.set(region.id, region);
    } else if (same.start === region.start && same.end === region.end) {
      for (const label of region.labels) same.labels.add(label);
    } else throw new DuplicateEntityError(quote(region.id!), at);
  }
  return regions;
}

/** What the regions of a result say of `text`, which stands under `key`. */
export function readRegions(
  { text, key, entries }: { text: string; key: string; entries: readonly ResultEntry[] },
  { settings, notices, at }: { settings: FormatSettings; notices: NoticeLog; at: SourceLocation },
): Regions {
  const all = mergeById(entries, at, notices);
  // The configuration is not in the file: of several text tags, the one named as the key is the text's, else the first.
  const named = all.flatMap(({ objectName }) => objectName ?? []);
  const objectName = named.includes(key) ? key : named[0];
  const onText = all.filter((region) => region.objectName === undefined || region.objectName === objectName);
  for (let i = onText.length; i < all.length; i++) {
    notices.add("other-object", "regions of a second text of the same task, left out", {
      ...at,
      detail: `the text read is that of ${quote(objectName ?? "")}`,
    });
  }

  const entities: Entity[] = [];
  const surfaces: (string | undefined)[] = [];
  const positions = new Map<string, number>();
  for (const [i, span] of readSpans(text, onText, "code-point", settings, notices, at).entries()) {
    const { id, surface, labels, ofPage } = onText[i]!;
    if (ofPage && surface !== undefined && text.slice(span.start, span.end) !== surface) {
      const detail = quote(surface, 30);
      notices.add("page-offsets", "regions of HTML that are elsewhere in its source than on the page, left out", {
        ...at,
        detail,
      });
      continue;
    }
    const [type = "", ...more] = labels;
    for (const label of more) {
      const detail = `${quote(label)}, after ${quote(type)}`;
      notices.add("second-type", "second and further labels of a region, left out", { ...at, detail });
    }
    if (id !== undefined) positions.set(id, entities.length);
    entities.push({ ...span, type });
    surfaces.push(surface);
  }
  return { entities, surfaces, positions, ids: new Set(entries.flatMap(({ id }) => id ?? [])) };
}
