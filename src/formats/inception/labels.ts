import type { Cas, FeatureStructure } from "./cas.ts";

const entityNames = ["value", "label", "type", "category", "class", "kind"];
const relationNames = ["label", "DependencyType", "value", "type", "relationType", "category", "kind"];
/** Features with text that is no label. */
const notLabels = /^(?:id|identifier|uri|order|comment|note|notes|remark)$/i;

/** By type the feature that holds the label of its annotations. */
export class LabelFeatures {
  readonly #cas: Cas;
  readonly #usual: readonly string[];
  readonly #given: string;
  readonly #byType = new Map<string, string | undefined>();

  /** @param given the name of the feature; "" for the first usual name that a type has, or its first feature with text */
  constructor(cas: Cas, of: "entity" | "relation", given: string) {
    this.#cas = cas;
    this.#usual = of === "entity" ? entityNames : relationNames;
    this.#given = given;
  }

  /** Undefined for a type without such a feature. */
  featureOf(type: string): string | undefined {
    if (!this.#byType.has(type)) this.#byType.set(type, this.#given || this.#choose(type));
    return this.#byType.get(type);
  }

  /** "" for an annotation without a label. */
  labelOf(structure: FeatureStructure): string {
    const label = structure[this.featureOf(structure["%TYPE"]) ?? ""];
    return typeof label === "string" ? label.trim() : "";
  }

  #choose(type: string): string | undefined {
    const names = new Set<string>();
    for (const [name, range] of this.#cas.featuresOf(type))
      if (range.type === "uima.cas.String" && !range.isList) names.add(name);
    for (const structure of this.#cas.all) {
      if (structure["%TYPE"] !== type) continue;
      for (const [key, value] of Object.entries(structure))
        if (typeof value === "string" && /^\w/.test(key)) names.add(key);
    }
    const usual = this.#usual.find((wanted) => [...names].some((name) => name.toLowerCase() === wanted.toLowerCase()));
    if (usual !== undefined) return [...names].find((name) => name.toLowerCase() === usual.toLowerCase());
    return [...names].find((name) => !notLabels.test(name));
  }
}
