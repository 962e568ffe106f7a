import type { SourceLocation } from "../../errors.ts";
import type { Document, Entity, Relation } from "../../corpus/document.ts";
import { UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed } from "../../corpus/quote.ts";
import { parseFields } from "../fields.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { readSpans } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { SourceFile } from "../source/source-file.ts";
import { parseCas, spanOf, type Cas, type FeatureStructure } from "./cas.ts";
import { LabelFeatures } from "./labels.ts";
import { isInitialCopy, placeInProject } from "./project.ts";
import { chooseLayers, linksOf, type LayerFields, type Layers } from "./layers.ts";

const roles: LayerFields = { entity: "", type: "", relation: "", label: "", source: "", target: "" };

/** The document of a file. */
export async function* readInception(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const fields = parseFields<keyof LayerFields>("inception", context.settings.fields, roles);
  const at = { file: file.path };
  const place = placeInProject(file.path);
  if (isInitialCopy(file.path)) {
    context.notices.add(
      "initial-copy",
      "INCEpTION's copies of texts before any annotation (INITIAL_CAS), left out",
      at,
    );
    return;
  }
  let json: string | undefined;
  let failure: unknown;
  try {
    json = await file.text();
  } catch (error) {
    failure = error;
  }
  const document = context.record(at, (notices) => {
    if (json === undefined) throw failure;
    const cas = parseCas(json, at);
    const name = place?.document ?? file.name.replace(/\.json$/i, "");
    const id = documentId(cas, place !== undefined) ?? name;
    const parsed = parseDocument(cas, fields, context.settings, id, notices, at);
    return place ? { ...parsed, annotator: place.annotator } : parsed;
  });
  if (document) yield document;
}

/** The name of the document. INCEpTION has the annotator's own in documentId, so the title goes first, and in a project nothing else. */
function documentId(cas: Cas, isInProject: boolean): string | undefined {
  const metadata = cas.all.filter(
    ({ "%TYPE": type }) => cas.isA(type, "uima.tcas.DocumentAnnotation") || type.endsWith(".DocumentMetaData"),
  );
  for (const name of isInProject ? ["documentTitle"] : ["documentTitle", "documentId"]) {
    for (const { [name]: id } of metadata) if (typeof id === "string" && id.trim() !== "") return id;
  }
  return undefined;
}

/** `Rel` of `webanno.custom.Rel`. */
const shortName = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

function parseDocument(
  cas: Cas,
  fields: LayerFields,
  settings: FormatSettings,
  id: string,
  notices: NoticeLog,
  at: SourceLocation,
): RawDocument {
  const layers = chooseLayers(cas, fields);
  const { entities, positions } = readEntities(cas, layers, fields, settings, notices, at);
  const relations = readRelations(cas, layers, fields, positions, notices, at);
  for (let i = 0; i < cas.otherTexts; i++) notices.add("other-view", "texts of further views of a CAS, left out", at);
  for (const structure of cas.all) {
    const detail = structure["%TYPE"];
    if (!cas.isIndexed(structure))
      notices.add("not-indexed", "annotations outside of the view that is read, left out", { ...at, detail });
    else if (layers.isLeftOut(structure)) {
      notices.add("other-layer", "annotations of layers that are not read (see --fields), left out", { ...at, detail });
    }
  }
  return { id, text: cas.text, entities, relations, source: at };
}

function readEntities(
  cas: Cas,
  layers: Layers,
  { type }: LayerFields,
  settings: FormatSettings,
  notices: NoticeLog,
  at: SourceLocation,
): { entities: Entity[]; positions: Map<number, number> } {
  const annotations = cas.all.filter((structure) => cas.isIndexed(structure) && layers.isEntity(structure));
  const types = new LabelFeatures(cas, "entity", type);
  const spans = readSpans(
    cas.text,
    annotations.map((annotation) => spanOf(annotation)!),
    "utf-16",
    settings,
    notices,
    at,
  );
  const entities = annotations.map((annotation, i) => ({ ...spans[i]!, type: types.labelOf(annotation) }));

  const names = [...new Set(annotations.map((annotation) => annotation["%TYPE"]))];
  if (names.length > 1) {
    const detail = listed(names.map(shortName), 5);
    notices.add("pooled-layers", "documents whose entities come from several layers", { ...at, detail });
  }
  notices.addToTotal("untyped-entity", entities.length);
  for (const [i, entity] of entities.entries()) {
    if (entity.type !== "") continue;
    const detail = `feature structure ${annotations[i]!["%ID"]}`;
    notices.add("untyped-entity", "annotations without a label, entities without a type", { ...at, detail });
  }
  return { entities, positions: new Map(annotations.map((annotation, i) => [annotation["%ID"], i])) };
}

function readRelations(
  cas: Cas,
  layers: Layers,
  { label }: LayerFields,
  positions: ReadonlyMap<number, number>,
  notices: NoticeLog,
  at: SourceLocation,
): Relation[] {
  const labels = new LabelFeatures(cas, "relation", label);
  const relations: Relation[] = [];
  const add = (structure: FeatureStructure, label: string, head: unknown, tail: unknown): void => {
    const here = { ...at, detail: `feature structure ${structure["%ID"]}` };
    const ends = [head, tail];
    if (ends.some((id) => id === undefined || id === null)) {
      notices.add("unfilled-relation", "relations and links without a source or target, left out", here);
      return;
    }
    const unknown = ends.find((id) => !cas.get(id));
    if (unknown !== undefined) {
      throw new UnknownEntityError(label, JSON.stringify(unknown), [...positions.keys()].map(String), at);
    }
    const [from, to] = ends.map((id) => positions.get(Number(id)));
    if (from === undefined || to === undefined) {
      notices.add("relation-of-other-layer", "relations with an annotation that is not read, left out", here);
    } else if (label === "") {
      notices.add("unlabelled-relation", "relations without a label, left out", here);
    } else relations.push({ head: from, tail: to, label });
  };
  for (const structure of cas.all) {
    if (!cas.isIndexed(structure)) continue;
    const relation = layers.relationLayer(structure);
    if (relation) {
      const { source, target, type } = relation;
      const isNamedByLayer = labels.featureOf(type) === undefined;
      if (isNamedByLayer) {
        const message = "relations of a layer without a label feature, with the name of the layer as their label";
        notices.add("layer-as-label", message, { ...at, detail: type });
      }
      const found = isNamedByLayer ? shortName(type) : labels.labelOf(structure);
      add(structure, found, structure[`@${source}`], structure[`@${target}`]);
    }
    for (const { feature } of layers.linkLayers(structure)) {
      for (const link of linksOf(cas, structure, feature)) {
        const role = typeof link["role"] === "string" ? link["role"].trim() : "";
        add(link, role, structure["%ID"], link["@target"]);
      }
    }
  }
  return relations;
}
