import type { SourceLocation } from "../../errors.ts";
import type { Amounts } from "../../corpus/amounts.ts";
import type { Entity, Relation } from "../../corpus/document.ts";
import { UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLocation, NoticeLog } from "../../corpus/notices.ts";
import { listed } from "../../quote.ts";
import type { RawDocument } from "../format.ts";
import { readSpans } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import { saysNothing } from "../source/unread-keys.ts";
import { shortName, spanOf, type Cas, type FeatureStructure } from "./cas.ts";
import { LabelFeatures } from "./labels.ts";
import { chooseLayers, linksOf, type LayerFields, type Layers } from "./layers.ts";

/** Reads the entities and relations of a CAS from its layers, whatever kind of file it came from. */
export function parseDocument(
  cas: Cas,
  fields: LayerFields,
  settings: Pick<FormatSettings, "offsetUnit">,
  id: string,
  notices: NoticeLog,
  at: SourceLocation,
): RawDocument {
  const layers = chooseLayers(cas, fields);
  const { entities, positions } = readEntities(cas, layers, fields, settings, notices, at);
  const relations = readRelations(cas, layers, fields, positions, notices, at);
  for (let i = 0; i < cas.otherTexts; i++) {
    notices.lose("other-view", "texts of further views of a CAS, left out", at, { other: 1 });
  }
  tellFeatures(cas, layers, fields, notices, at);
  for (const structure of cas.all) {
    const detail = structure["%TYPE"];
    const here = { ...at, detail };
    if (!cas.isIndexed(structure)) {
      const message = "annotations outside of the view that is read, left out";
      notices.lose("not-indexed", message, here, { annotations: 1 });
    } else if (layers.isLeftOut(structure)) {
      const way = Object.values(fields).every((name) => name === "") ? " (see --fields)" : "";
      const message = `annotations of layers that are not read${way}, left out`;
      notices.lose("other-layer", message, here, { annotations: 1 });
    }
  }
  return { id, text: cas.text, entities, relations, source: at, met: countAnnotations(cas, layers) };
}

/** The annotations of a CAS by the layers alone, whatever their spans, ends and labels. */
function countAnnotations(cas: Cas, layers: Layers): Partial<Amounts> {
  const met = { entities: 0, relations: 0, annotations: 0 };
  for (const structure of cas.all) {
    if (!cas.isIndexed(structure) || layers.isLeftOut(structure)) met.annotations++;
    if (!cas.isIndexed(structure)) continue;
    if (layers.isEntity(structure)) met.entities++;
    if (layers.relationLayer(structure)) met.relations++;
    for (const { feature } of layers.linkLayers(structure)) met.relations += linksOf(cas, structure, feature).length;
  }
  return met;
}

/** Tells of features of what is read that are not read: all but the one that holds its type or label. */
function tellFeatures(cas: Cas, layers: Layers, fields: LayerFields, notices: NoticeLog, at: SourceLocation): void {
  const types = new LabelFeatures(cas, "entity", fields.type);
  const labels = new LabelFeatures(cas, "relation", fields.label);
  for (const structure of cas.all) {
    if (!cas.isIndexed(structure)) continue;
    const isRelation = layers.relationLayer(structure) !== undefined;
    if (!isRelation && !layers.isEntity(structure)) continue;
    const read = new Set(["begin", "end", (isRelation ? labels : types).featureOf(structure["%TYPE"])]);
    // Keys with signs before them are those of the file format and references to other annotations.
    const unread = Object.keys(structure).filter(
      (name) => /^\w/.test(name) && !read.has(name) && !saysNothing(structure[name]),
    );
    if (unread.length === 0) continue;
    const detail = `${named(structure)}: ${listed(unread, 5)}`;
    const message = "annotations with features beside their type or label, which are not read";
    notices.lose("unread-features", message, { ...at, detail }, { other: unread.length });
  }
}

const named = (structure: FeatureStructure): string =>
  `${shortName(structure["%TYPE"])}, feature structure ${structure["%ID"]}`;

function readEntities(
  cas: Cas,
  layers: Layers,
  { type }: LayerFields,
  settings: Pick<FormatSettings, "offsetUnit">,
  notices: NoticeLog,
  at: SourceLocation,
): { entities: Entity[]; positions: Map<number, number> } {
  const all = cas.all.filter((structure) => cas.isIndexed(structure) && layers.isEntity(structure));
  const annotations: FeatureStructure[] = [];
  for (const annotation of all) {
    const { start, end } = spanOf(annotation)!;
    if (start !== end) annotations.push(annotation);
    else {
      const message = "annotations of no character, left out";
      notices.lose("empty-annotation", message, { ...at, detail: named(annotation) }, { entities: 1 });
    }
  }
  const types = new LabelFeatures(cas, "entity", type);
  const recorded = annotations.map((annotation) => spanOf(annotation)!);
  const spans = readSpans(cas.text, recorded, "utf-16", settings, notices, at);
  const entities = annotations.map((annotation, i) => ({ ...spans[i]!, type: types.labelOf(annotation) }));
  const names = [...new Set(annotations.map((annotation) => annotation["%TYPE"]))];
  if (names.length > 1) {
    const detail = listed(names.map(shortName), 5);
    notices.add("pooled-layers", "documents whose entities come from several layers", { ...at, detail });
  }
  notices.addToTotal("untyped-entity", entities.length);
  for (const [i, entity] of entities.entries()) {
    const detail = named(annotations[i]!);
    if (entity.type === "") {
      notices.add("untyped-entity", "annotations without a label, entities without a type", { ...at, detail });
    } else if (types.isNamedByLayer(annotations[i]!["%TYPE"]) && type === "") {
      const message = "annotations of a layer without a label feature, with the name of the layer as their type";
      notices.add("layer-as-type", message, { ...at, detail });
    }
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
  const lose = (code: string, message: string, here: NoticeLocation): void =>
    notices.lose(code, message, here, { relations: 1 });
  const add = (structure: FeatureStructure, label: string, head: unknown, tail: unknown): void => {
    const here = { ...at, detail: named(structure) };
    const ends = [head, tail];
    if (ends.some((id) => id === undefined || id === null)) {
      lose("unfilled-relation", "relations and links without a source or target, left out", here);
      return;
    }
    const unknown = ends.find((id) => !cas.get(id));
    if (unknown !== undefined) {
      throw new UnknownEntityError(label, JSON.stringify(unknown), [...positions.keys()].map(String), at);
    }
    const [from, to] = ends.map((id) => positions.get(Number(id)));
    if (from === undefined || to === undefined) {
      lose("relation-of-other-layer", "relations with an annotation that is not read, left out", here);
    } else if (label === "") {
      lose("unlabelled-relation", "relations without a label, left out", here);
    } else relations.push({ head: from, tail: to, label });
  };
  for (const structure of cas.all) {
    if (!cas.isIndexed(structure)) continue;
    const relation = layers.relationLayer(structure);
    if (relation) {
      const { source, target, type } = relation;
      if (labels.isNamedByLayer(type) && label === "") {
        const message = "relations of a layer without a label feature, with the name of the layer as their label";
        notices.add("layer-as-label", message, { ...at, detail: type });
      }
      add(structure, labels.labelOf(structure), structure[`@${source}`], structure[`@${target}`]);
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
