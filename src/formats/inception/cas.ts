import type { SourceLocation } from "../../errors.ts";
import { DuplicateEntityError, RecordError } from "../../corpus/errors.ts";

/** Any object of a CAS: a span, a relation or a list. Keys with "@" hold the id of another feature structure. */
export interface FeatureStructure {
  readonly "%ID": number;
  readonly "%TYPE": string;
  readonly [feature: string]: unknown;
}

/** The type of a feature's value; for a list, the type of its elements. */
export interface Range {
  readonly type: string;
  readonly isList: boolean;
}

/** The declaration of a type. */
export interface DeclaredType {
  readonly parent?: string | undefined;
  readonly features: ReadonlyMap<string, Range>;
}

/** The feature structures that are in the index of a text. */
export interface CasView {
  readonly sofa?: number | undefined;
  readonly members?: readonly number[] | undefined;
}

/** The content of a file in any of UIMA's formats. */
export interface CasParts {
  readonly all: readonly FeatureStructure[];
  readonly types: ReadonlyMap<string, DeclaredType>;
  readonly views: readonly CasView[];
}

/** The feature structures of one document, with the declarations of their types. */
export interface Cas {
  /** All feature structures, in file order. */
  readonly all: readonly FeatureStructure[];
  readonly types: readonly string[];
  /** The text of the view that is read: `_InitialView`, or the first view with a text. */
  readonly text: string;
  /** The id of the text. */
  readonly sofa: number;
  /** Number of texts in further views. */
  readonly otherTexts: number;
  get(id: unknown): FeatureStructure | undefined;
  /** Whether the structure belongs to the view that is read and, if it is an annotation, is in the view's index. */
  isIndexed(structure: FeatureStructure): boolean;
  isA(type: string, ancestor: string): boolean;
  /** The declared features of a type and its ancestors, by name. */
  featuresOf(type: string): ReadonlyMap<string, Range>;
}

const sofaType = "uima.cas.Sofa";
const initialView = "_InitialView";

/** @throws {RecordError} for a CAS without a text; DuplicateEntityError for a repeated id. */
export function makeCas({ all, types, views }: CasParts, at: SourceLocation): Cas {
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
  const members = views.find((view) => view.sofa === sofaId)?.members;
  const indexed = members ? new Set(members) : undefined;

  const isA = (type: string, ancestor: string): boolean => lineage(types, type).includes(ancestor);
  return {
    all,
    types: [...new Set([...types.keys(), ...all.map((structure) => structure["%TYPE"])])],
    text: String(sofa["sofaString"]),
    sofa: sofaId,
    otherTexts: sofas.length - 1,
    get: (id) => (typeof id === "number" ? byId.get(id) : undefined),
    isIndexed: (structure) =>
      structure["@sofa"] === undefined ||
      (structure["@sofa"] === sofaId && (indexed === undefined || indexed.has(structure["%ID"]))),
    isA,
    featuresOf: declaredFeatures(types),
  };
}

/** Maximal depth of the type hierarchy; real type systems are far from it. */
const deepest = 50;

/** A type and its ancestors; in a cycle each type occurs once. */
function lineage(types: ReadonlyMap<string, DeclaredType>, type: string): string[] {
  const names = new Set<string>();
  for (let name: string | undefined = type; name && !names.has(name); name = types.get(name)?.parent) {
    names.add(name);
    if (names.size > deepest) break;
  }
  return [...names];
}

/** By type, the features that it and its ancestors declare. */
export function declaredFeatures(
  types: ReadonlyMap<string, DeclaredType>,
): (type: string) => ReadonlyMap<string, Range> {
  const byType = new Map<string, ReadonlyMap<string, Range>>();
  return (type) => {
    let features = byType.get(type);
    if (!features) {
      const declared = lineage(types, type).toReversed();
      features = new Map(declared.flatMap((name) => [...(types.get(name)?.features ?? [])]));
      byType.set(type, features);
    }
    return features;
  };
}

/** `Rel` of `webanno.custom.Rel`. */
export const shortName = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

/** The span of an annotation, in UTF-16 code units; undefined for other structures. */
export function spanOf(structure: FeatureStructure): { start: number; end: number } | undefined {
  // "^" marks an anchor in files of older writers.
  const [start, end] = ["begin", "end"].map((name) => structure[name] ?? structure[`^${name}`]);
  return Number.isInteger(start) && Number.isInteger(end) ? { start: Number(start), end: Number(end) } : undefined;
}
