import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import { declaredFeatures, makeCas } from "../inception/cas.ts";
import type { Cas, CasView, DeclaredType, FeatureStructure, Range } from "../inception/cas.ts";
import { anyType, sourceName, targetName, type LayerFields } from "../inception/layers.ts";
import { parseXml, type XmlElement } from "../xml/read-xml.ts";

const xmiNamespace = "http://www.omg.org/XMI";

/** A feature structure as in the file, before its values are interpreted. */
interface Element {
  readonly id: number;
  readonly type: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The type of an element: `de.x.type.NamedEntity` for `NamedEntity` in the namespace `http:///de/x/type.ecore`. */
function typeOf({ uri, local }: XmlElement): string {
  const folder = uri.replace(/^https?:\/+/, "").replace(/\.ecore$/, "");
  return folder === "" || folder === "uima/noNamespace" ? local : `${folder.replaceAll("/", ".")}.${local}`;
}

/**
 * Parses a CAS in XMI. The type system decides whether an attribute holds a text or the id of another structure; if it
 * lacks the type, the names and values of the features decide.
 * @throws {NotXmlError}; RecordError if an id is no number; otherwise as makeCas
 */
export function parseXmi(
  text: string,
  types: ReadonlyMap<string, DeclaredType>,
  fields: LayerFields,
  at: SourceLocation,
): Cas {
  const elements: Element[] = [];
  const views: CasView[] = [];
  let depth = 0;
  const reading = parseXml(text, at, {
    open(element) {
      // A deeper element belongs to a list of texts, which is never a label.
      if (++depth !== 2) return;
      const type = typeOf(element);
      const values = new Map(element.attributes.flatMap(({ name, uri, value }) => (uri === "" ? [[name, value]] : [])));
      if (type === "uima.cas.View") {
        views.push({ sofa: Number(values.get("sofa")), members: idsOf(values.get("members") ?? "") });
      } else if (type !== "uima.cas.NULL") {
        const id = element.attributes.find(({ uri, local }) => uri === xmiNamespace && local === "id")?.value ?? "";
        if (!/^\d{1,15}$/.test(id)) {
          throw new RecordError(`a number as xmi:id of ${type}`, quote(id), { file: at.file, line: element.line });
        }
        elements.push({ id: Number(id), type, values });
      }
    },
    close: () => depth--,
  });
  while (!reading.next().done);
  return makeCas({ all: new Structures(elements, types, fields).all(), types, views }, at);
}

const idsOf = (value: string): number[] =>
  value.split(/\s+/).flatMap((id) => (/^\d{1,15}$/.test(id) ? [Number(id)] : []));

/** Parses a number or a boolean; they never become labels. */
const primitive = (value: string): unknown => (/^(?:true|false)$/.test(value) ? value === "true" : Number(value));

/** Makes the feature structures of a file from its elements. */
class Structures {
  readonly #elements: readonly Element[];
  readonly #byId: ReadonlyMap<number, Element>;
  readonly #featuresOf: (type: string) => ReadonlyMap<string, Range>;
  readonly #fields: LayerFields;
  /** Lists that are written inside a feature; their ids are below those of the file. */
  readonly #lists: FeatureStructure[] = [];

  constructor(elements: readonly Element[], types: ReadonlyMap<string, DeclaredType>, fields: LayerFields) {
    this.#elements = elements;
    this.#byId = new Map(elements.map((element) => [element.id, element]));
    this.#featuresOf = declaredFeatures(types);
    this.#fields = fields;
  }

  all(): FeatureStructure[] {
    return [...this.#elements.map((element) => this.#structure(element)), ...this.#lists];
  }

  #structure({ id, type, values }: Element): FeatureStructure {
    const structure: Record<string, unknown> & FeatureStructure = { "%ID": id, "%TYPE": type };
    const features = this.#featuresOf(type);
    for (const [name, value] of values) {
      if (name === "sofa") structure["@sofa"] = Number(value);
      else if (name === "begin" || name === "end") structure[name] = Number(value);
      else if (name === "elements" && type.endsWith("Array")) structure["%ELEMENTS"] = idsOf(value);
      else if (type === "uima.cas.Sofa") structure[name] = value;
      else this.#setFeature(structure, name, value, features);
    }
    return structure;
  }

  #setFeature(
    structure: Record<string, unknown>,
    name: string,
    value: string,
    features: ReadonlyMap<string, Range>,
  ): void {
    const range = features.get(name);
    const ids = idsOf(value);
    const isReference = range
      ? !range.type.startsWith("uima.cas.") || anyType.has(range.type)
      : this.#looksLikeReference(name, ids);
    if (!isReference) {
      structure[name] = !range || range.type === "uima.cas.String" ? value : primitive(value);
      return;
    }
    const held = ids.filter((id) => id !== 0);
    const [first] = held;
    if (first === undefined) return;
    const isList = range ? range.isList : this.#areLinks(held);
    if (!isList || this.#byId.get(first)?.values.has("elements")) structure[`@${name}`] = first;
    else {
      const id = -1 - this.#lists.length;
      this.#lists.push({ "%ID": id, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": held });
      structure[`@${name}`] = id;
    }
  }

  /** Whether a feature of an undeclared type looks like a source, a target, or links. */
  #looksLikeReference(name: string, ids: readonly number[]): boolean {
    if (ids.length === 0 || !ids.every((id) => this.#byId.has(id))) return false;
    const { source, target } = this.#fields;
    const isEnd = name === source || name === target || sourceName.test(name) || targetName.test(name);
    return (ids.length === 1 && isEnd) || this.#areLinks(ids);
  }

  /** Whether all are structures with a target and no span, or one is a list of such. */
  #areLinks(ids: readonly number[]): boolean {
    const lists = ids.map((id) => this.#byId.get(id)?.values.get("elements"));
    const [list] = lists;
    const links = ids.length === 1 && list !== undefined ? idsOf(list) : ids;
    return links.every((id) => {
      const values = this.#byId.get(id)?.values;
      return values !== undefined && values.has("target") && !values.has("begin");
    });
  }
}
