import { shortName, type Cas, type FeatureStructure } from "./cas.ts";
import { isBuiltIn } from "./layers.ts";

const entityNames = ["value", "label", "type", "category", "class", "kind"];
const relationNames = ["label", "DependencyType", "value", "type", "relationType", "category", "kind"];
/** Names of features whose text is no label. */
const notLabels = /^(?:id|identifier|uri|order|comment|note|notes|remark)$/i;

/** The name in `--fields` that stands for the layer itself, for projects with one layer per type. */
const layerName = "layer";

/** Finds, for each type, the feature that holds the label of its annotations. */
export class LabelFeatures {
  readonly #cas: Cas;
  readonly #of: "entity" | "relation";
  readonly #usual: readonly string[];
  readonly #given: string;
  readonly #byType = new Map<string, string | undefined>();

  /**
   * @param given name of the feature, or `layer`; "" for the first usual name that a type has, or else its first
   * feature with text
   */
  constructor(cas: Cas, of: "entity" | "relation", given: string) {
    this.#cas = cas;
    this.#of = of;
    this.#usual = of === "entity" ? entityNames : relationNames;
    this.#given = given;
  }

  /** The label feature of a type; undefined if it has none. */
  featureOf(type: string): string | undefined {
    if (!this.#byType.has(type)) this.#byType.set(type, this.#choose(type));
    return this.#byType.get(type);
  }

  /** Whether annotations take the name of their layer as their label. UIMA's own types do so only on request. */
  isNamedByLayer(type: string): boolean {
    if (this.featureOf(type) !== undefined) return false;
    return this.#of === "relation" || this.#given !== "" || !isBuiltIn(type);
  }

  /** The label of an annotation; "" if it has none. */
  labelOf(structure: FeatureStructure): string {
    if (this.isNamedByLayer(structure["%TYPE"])) return shortName(structure["%TYPE"]);
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
    if (this.#given !== "") return this.#given === layerName && !names.has(layerName) ? undefined : this.#given;
    const usual = this.#usual.find((wanted) => [...names].some((name) => name.toLowerCase() === wanted.toLowerCase()));
    if (usual !== undefined) return [...names].find((name) => name.toLowerCase() === usual.toLowerCase());
    return [...names].find((name) => !notLabels.test(name));
  }
}
