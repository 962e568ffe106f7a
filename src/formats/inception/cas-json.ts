import { z } from "zod";
import { checkRecord, type CheckedRecord } from "../source/json-line.ts";
import { makeCas, type Cas, type DeclaredType, type Range } from "./cas.ts";

const featureStructure = z.looseObject({ "%ID": z.int(), "%TYPE": z.string() });
const declaredType = z.looseObject({ "%SUPER_TYPE": z.string().nullish() });
const view = z.object({ "%SOFA": z.int().nullish(), "%MEMBERS": z.array(z.int()).nullish() });
const casJson = z.object({
  "%TYPES": z.record(z.string(), declaredType).nullish(),
  "%FEATURE_STRUCTURES": z.array(featureStructure),
  "%VIEWS": z.record(z.string(), view).nullish(),
});
const declaredFeature = z.object({ "%RANGE": z.string(), "%ELEMENT_TYPE": z.string().optional() });

/**
 * Parses a CAS in UIMA CAS JSON 0.4.
 * @throws {NotJsonError} and KeyError if it is no CAS; otherwise as makeCas.
 */
export function parseCasJson(record: CheckedRecord): Cas {
  const cas = checkRecord(casJson, record, "Is it an export of INCEpTION in the format UIMA CAS JSON?");
  const declared = Object.entries(cas["%TYPES"] ?? {});
  const views = Object.values(cas["%VIEWS"] ?? {}).map((view) => ({
    sofa: view["%SOFA"] ?? undefined,
    members: view["%MEMBERS"] ?? undefined,
  }));
  const types = new Map(declared.map(([name, type]) => [name, declarationOf(type)]));
  return makeCas({ all: cas["%FEATURE_STRUCTURES"], types, views }, record.at);
}

function declarationOf({ "%SUPER_TYPE": parent, ...keys }: z.infer<typeof declaredType>): DeclaredType {
  const features = new Map<string, Range>();
  for (const [name, value] of Object.entries(keys)) {
    const feature = name.startsWith("%") ? undefined : declaredFeature.safeParse(value).data;
    if (feature) features.set(name, rangeOf(feature));
  }
  return { parent: parent ?? undefined, features };
}

function rangeOf({ "%RANGE": type, "%ELEMENT_TYPE": element }: z.infer<typeof declaredFeature>): Range {
  if (type.endsWith("[]")) return { type: type.slice(0, -2), isList: true };
  return type === "uima.cas.FSArray" ? { type: element ?? "uima.cas.TOP", isList: true } : { type, isList: false };
}
