import { z } from "zod";
import type { SourceLocation } from "../../errors.ts";
import { DuplicateEntityError, RecordError } from "../../corpus/errors.ts";
import { parseJsonLine } from "../source/json-line.ts";

const featureStructure = z.looseObject({ "%ID": z.int(), "%TYPE": z.string() });
const declaredType = z.looseObject({ "%SUPER_TYPE": z.string().nullish() });
const view = z.object({ "%SOFA": z.int().nullish(), "%MEMBERS": z.array(z.int()).nullish() });
const casJson = z.object({
  "%TYPES": z.record(z.string(), declaredType).nullish(),
  "%FEATURE_STRUCTURES": z.array(featureStructure),
  "%VIEWS": z.record(z.string(), view).nullish(),
});
const declaredFeature = z.object({ "%RANGE": z.string(), "%ELEMENT_TYPE": z.string().optional() });

/** Whatever a CAS holds: a span, a relation, a list. Keys with "@" hold the id of another one. */
export type FeatureStructure = z.infer<typeof featureStructure>;

/** What a feature may hold: of a list the type of its elements. */
export interface Range {
  readonly type: string;
  readonly isList: boolean;
}

/** The feature structures of one document, with what their types declare. */
export interface Cas {
  /** In the order of the file. */
  readonly all: readonly FeatureStructure[];
  readonly types: readonly string[];
  /** Of the view that is read: `_InitialView`, or the first with a text. */
  readonly text: string;
  /** Texts of further views. */
  readonly otherTexts: number;
  get(id: unknown): FeatureStructure | undefined;
  /** Whether it belongs to the view that is read and, if it is an annotation, is in the index of it. */
  isIndexed(structure: FeatureStructure): boolean;
  isA(type: string, ancestor: string): boolean;
  /** The declared features of a type and its ancestors, by name. */
  featuresOf(type: string): ReadonlyMap<string, Range>;
}

const sofaType = "uima.cas.Sofa";
const initialView = "_InitialView";

/** @throws {NotJsonError} and KeyError for no CAS; RecordError for one without a text; DuplicateEntityError for an id twice. */
export function parseCas(json: string, at: SourceLocation): Cas {
  const cas = parseJsonLine(casJson, json, at, "Is it an export of INCEpTION in the format UIMA CAS JSON?");
  const all = cas["%FEATURE_STRUCTURES"];
  const declared = new Map(Object.entries(cas["%TYPES"] ?? {}));
  const byId = new Map<number, FeatureStructure>();
  for (const structure of all) {
    if (byId.has(structure["%ID"])) throw new DuplicateEntityError(String(structure["%ID"]), at);
    byId.set(structure["%ID"], structure);
  }

  const sofas = all.filter(
    (structure) => structure["%TYPE"] === sofaType && typeof structure["sofaString"] === "string",
  );
  const sofa = sofas.find((structure) => structure["sofaID"] === initialView) ?? sofas[0];
  if (!sofa) throw new RecordError("a text, the sofaString of a uima.cas.Sofa", "none", at);
  const sofaId = sofa["%ID"];
  const views = Object.values(cas["%VIEWS"] ?? {});
  const members = views.find((view) => view["%SOFA"] === sofaId)?.["%MEMBERS"];
  const indexed = members ? new Set(members) : undefined;

  const isA = (type: string, ancestor: string): boolean => {
    const seen = new Set<string>();
    for (
      let name: string | null | undefined = type;
      name && !seen.has(name);
      name = declared.get(name)?.["%SUPER_TYPE"]
    ) {
      if (name === ancestor) return true;
      seen.add(name);
    }
    return false;
  };
  const featuresByType = new Map<string, ReadonlyMap<string, Range>>();
  const featuresOf = (type: string): ReadonlyMap<string, Range> => {
    const known = featuresByType.get(type);
    if (known) return known;
    const features = new Map<string, Range>();
    // Set before the ancestors are asked, so that types in a circle end.
    featuresByType.set(type, features);
    const { "%SUPER_TYPE": parent, ...keys } = declared.get(type) ?? {};
    if (parent) for (const [name, range] of featuresOf(parent)) features.set(name, range);
    for (const [name, value] of Object.entries(keys)) {
      const feature = name.startsWith("%") ? undefined : declaredFeature.safeParse(value).data;
      if (feature) features.set(name, rangeOf(feature));
    }
    return features;
  };
  return {
    all,
    types: [...new Set([...declared.keys(), ...all.map((structure) => structure["%TYPE"])])],
    text: String(sofa["sofaString"]),
    otherTexts: sofas.length - 1,
    get: (id) => (typeof id === "number" ? byId.get(id) : undefined),
    isIndexed: (structure) =>
      structure["@sofa"] === undefined ||
      (structure["@sofa"] === sofaId && (indexed === undefined || indexed.has(structure["%ID"]))),
    isA,
    featuresOf,
  };
}

function rangeOf({ "%RANGE": type, "%ELEMENT_TYPE": element }: z.infer<typeof declaredFeature>): Range {
  if (type.endsWith("[]")) return { type: type.slice(0, -2), isList: true };
  return type === "uima.cas.FSArray" ? { type: element ?? "uima.cas.TOP", isList: true } : { type, isList: false };
}

/** The span of an annotation, in UTF-16 code units; undefined for what is no annotation. */
export function spanOf(structure: FeatureStructure): { start: number; end: number } | undefined {
  // "^" marks an anchor in files of older writers.
  const [start, end] = ["begin", "end"].map((name) => structure[name] ?? structure[`^${name}`]);
  return Number.isInteger(start) && Number.isInteger(end) ? { start: Number(start), end: Number(end) } : undefined;
}
