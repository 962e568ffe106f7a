import { UsageError } from "../../errors.ts";
import type { Document } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { allBut } from "../features.ts";
import { parseFields } from "../fields.ts";
import { FileNames } from "../file-names.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import type { LayerFields } from "../inception/layers.ts";
import { defaultLayers, metadataType } from "../inception/write.ts";
import { xmlVersion, XmlTexts } from "../xml/write-xml.ts";

const typeName = /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)*$/;
const featureName = /^[A-Za-z]\w*$/;

/**
 * The layers to write, with names that UIMA accepts.
 * @throws UsageError for other names
 */
function layersOf(given: string | undefined): LayerFields {
  const fields = parseFields<keyof LayerFields>("xmi", given, defaultLayers);
  const one = { ...fields, entity: fields.entity.split("|")[0]!, relation: fields.relation.split("|")[0]! };
  for (const [role, name] of Object.entries(one)) {
    const isType = role === "entity" || role === "relation";
    if ((isType ? typeName : featureName).test(name)) continue;
    const kind = isType ? "a type, as webanno.custom.Person" : "a feature, as value";
    throw new UsageError(
      `--fields: ${role}=${quote(name)} is not the name of ${kind}, so XMI cannot be written with it.`,
    );
  }
  return one;
}

/** XMI prefixes by the packages of types. */
class Packages {
  readonly #prefixes = new Map<string, string>([
    ["uima.cas", "cas"],
    ["", "noNamespace"],
  ]);

  constructor(types: readonly string[]) {
    for (const type of types) {
      const folder = type.slice(0, Math.max(0, type.lastIndexOf(".")));
      if (this.#prefixes.has(folder)) continue;
      const wanted = folder.slice(folder.lastIndexOf(".") + 1);
      const taken = new Set(["xmi", "xml", "xmlns", ...this.#prefixes.values()]);
      let prefix = wanted;
      for (let i = 2; taken.has(prefix); i++) prefix = `${wanted}${i}`;
      this.#prefixes.set(folder, prefix);
    }
  }

  nameOf(type: string): string {
    const end = type.lastIndexOf(".");
    return `${this.#prefixes.get(type.slice(0, Math.max(0, end)))}:${type.slice(end + 1)}`;
  }

  declarations(): string {
    const places = [...this.#prefixes].map(([folder, prefix]) => {
      const path = folder === "" ? "uima/noNamespace" : folder.replaceAll(".", "/");
      return `xmlns:${prefix}="http:///${path}.ecore"`;
    });
    return ['xmlns:xmi="http://www.omg.org/XMI"', ...places].join(" ");
  }
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function xmiOf(document: Document, fields: LayerFields, { notices }: WriteContext): string {
  const { id, text, entities, relations, source } = document;
  const sofa = 1;
  const firstEntity = 3;
  const packages = new Packages([metadataType, fields.entity, fields.relation]);
  const labels = [...entities.map(({ type }) => type), ...relations.map(({ label }) => label)];
  const version = xmlVersion([id, text, ...labels]);
  const texts = new XmlTexts(version, notices, source);
  const element = (name: string, attributes: Attributes): string => {
    const parts = Object.entries(attributes).map(([key, value]) =>
      value === undefined ? "" : ` ${key}="${typeof value === "number" ? value : texts.write(value)}"`,
    );
    return `  <${name}${parts.join("")}/>\n`;
  };
  const metadata = { begin: 0, end: text.length, language: "x-unspecified", documentTitle: id, documentId: id };
  const lines = [element(packages.nameOf(metadataType), { "xmi:id": 2, sofa, ...metadata })];
  for (const [i, { start, end, type }] of entities.entries()) {
    const span = { "xmi:id": firstEntity + i, sofa, begin: start, end };
    lines.push(element(packages.nameOf(fields.entity), { ...span, [fields.type]: type === "" ? undefined : type }));
  }
  for (const [i, { head, tail, label }] of relations.entries()) {
    // INCEpTION gives a relation the span of its target.
    const { start, end } = entities[tail]!;
    const arc = { "xmi:id": firstEntity + entities.length + i, sofa, begin: start, end };
    const ends = { [fields.source]: firstEntity + head, [fields.target]: firstEntity + tail };
    lines.push(element(packages.nameOf(fields.relation), { ...arc, ...ends, [fields.label]: label }));
  }
  const members = lines.map((_, i) => i + 2).join(" ");
  const view = { sofaNum: 1, sofaID: "_InitialView", mimeType: "text", sofaString: text };
  return [
    `<?xml version="${version}" encoding="UTF-8"?>\n`,
    `<xmi:XMI ${packages.declarations()} xmi:version="2.0">\n`,
    element("cas:NULL", { "xmi:id": 0 }),
    ...lines,
    element("cas:Sofa", { "xmi:id": sofa, ...view }),
    element("cas:View", { sofa, members }),
    "</xmi:XMI>\n",
  ].join("");
}

function typeSystemOf({ entity, type, relation, label, source, target }: LayerFields): string {
  const string = "uima.cas.String";
  const feature = ([name, range]: readonly [string, string]): string =>
    `        <featureDescription>\n          <name>${name}</name>\n          <rangeTypeName>${range}</rangeTypeName>\n        </featureDescription>\n`;
  const declare = (name: string, parent: string, features: readonly (readonly [string, string])[]): string =>
    `    <typeDescription>\n      <name>${name}</name>\n      <supertypeName>${parent}</supertypeName>\n` +
    `      <features>\n${features.map(feature).join("")}      </features>\n    </typeDescription>\n`;
  const metadata = ["documentTitle", "documentId"].map((name) => [name, string] as const);
  const ends = [source, target].map((name) => [name, entity] as const);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n',
    "  <types>\n",
    declare(metadataType, "uima.tcas.DocumentAnnotation", metadata),
    declare(entity, "uima.tcas.Annotation", [[type, string]]),
    declare(relation, "uima.tcas.Annotation", [...ends, [label, string]]),
    "  </types>\n</typeSystemDescription>\n",
  ].join("");
}

/**
 * Writes `<id>.xmi` for each document, a CAS with the layers of `--fields`, and `TypeSystem.xml`, which declares them.
 */
export const xmiWriter: FormatWriter = {
  layout: "folder",
  extension: "",
  usesFields: true,
  holds: allBut("probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    const fields = layersOf(context.fields);
    const files = new FileNames();
    yield { file: "TypeSystem.xml", text: typeSystemOf(fields) };
    for await (const document of documents) {
      yield { file: `${files.nameOf(document.id).name}.xmi`, text: xmiOf(document, fields, context) };
    }
  },
};
