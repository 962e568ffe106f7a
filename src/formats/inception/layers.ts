import { spanOf, type Cas, type FeatureStructure, type Range } from "./cas.ts";

/** Roles of `--fields`; "" lets the layers of the file decide. */
export interface LayerFields {
  /** Types of the entities, separated by bars. */
  readonly entity: string;
  /** Feature of an entity with its type. */
  readonly type: string;
  /** Types of the relations, or of the spans with links. */
  readonly relation: string;
  readonly label: string;
  readonly source: string;
  readonly target: string;
}

/** A layer of annotations that join two spans. */
interface RelationLayer {
  readonly kind: "relation";
  readonly type: string;
  readonly source: string;
  readonly target: string;
}

/** A layer of spans with a list of links, each with a role and a target. */
interface LinkLayer {
  readonly kind: "links";
  readonly type: string;
  readonly feature: string;
}

export type ArcLayer = RelationLayer | LinkLayer;

/** Decides which annotations of a file are entities, and which are relations. */
export interface Layers {
  readonly arcs: readonly ArcLayer[];
  /** The layer that makes a feature structure a relation, if any. */
  relationLayer(structure: FeatureStructure): RelationLayer | undefined;
  /** The layers by which a feature structure has links to others. */
  linkLayers(structure: FeatureStructure): readonly LinkLayer[];
  isEntity(structure: FeatureStructure): boolean;
  /** Whether it is an annotation of a layer that was not chosen, and is therefore not read. */
  isLeftOut(structure: FeatureStructure): boolean;
}

const namedEntity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
const anyAnnotation = "uima.tcas.Annotation";
/** Ranges too general to decide the layer of a source or target. */
export const anyType: ReadonlySet<string> = new Set([anyAnnotation, "uima.cas.AnnotationBase", "uima.cas.TOP"]);

/** Whether a type belongs to UIMA, DKPro or INCEpTION; all others are layers that a project defined. */
export const isBuiltIn = (type: string): boolean => /^(?:uima|de\.tudarmstadt\.ukp)\./.test(type);

export const sourceName: RegExp = /^(?:governor|source|from|head|arg1)$/i;
export const targetName: RegExp = /^(?:dependent|target|to|tail|arg2)$/i;

const named = (names: readonly string[], wanted: string, usual: RegExp): string | undefined =>
  names.find((name) => (wanted === "" ? usual.test(name) : name === wanted));

/** Groups feature structures by type, and knows types by their structures and declarations. */
class TypeFacts {
  readonly cas: Cas;
  readonly #instances = new Map<string, FeatureStructure[]>();

  constructor(cas: Cas) {
    this.cas = cas;
    for (const structure of cas.all) {
      const of = this.#instances.get(structure["%TYPE"]);
      if (of) of.push(structure);
      else this.#instances.set(structure["%TYPE"], [structure]);
    }
  }

  instances(type: string): readonly FeatureStructure[] {
    return this.#instances.get(type) ?? [];
  }

  /** Features that hold another feature structure. */
  references(type: string): string[] {
    const declared = [...this.cas.featuresOf(type)].filter(([, range]) => isReference(range)).map(([name]) => name);
    const held = this.instances(type).flatMap(referencesOf);
    return [...new Set([...declared, ...held])].filter((name) => name !== "sofa");
  }

  isLink(type: string): boolean {
    const features = this.cas.featuresOf(type);
    return features.has("role") && features.has("target");
  }

  /** Features that hold a list of links. */
  linkFeatures(type: string): string[] {
    const declared = [...this.cas.featuresOf(type)]
      .filter(([, range]) => range.isList && this.isLink(range.type))
      .map(([name]) => name);
    const held = this.instances(type).flatMap((structure) =>
      referencesOf(structure).filter((name) => linksOf(this.cas, structure, name).some(hasTarget)),
    );
    return [...new Set([...declared, ...held])];
  }
}

const isReference = ({ type, isList }: Range): boolean =>
  !isList && (!type.startsWith("uima.cas.") || anyType.has(type));

const referencesOf = (structure: FeatureStructure): string[] =>
  Object.keys(structure).flatMap((key) => (key.startsWith("@") ? [key.slice(1)] : []));

const hasTarget = (link: FeatureStructure): boolean => "@target" in link;

/** The elements of a list that a feature holds. */
export function linksOf(cas: Cas, structure: FeatureStructure, feature: string): FeatureStructure[] {
  const elements = cas.get(structure[`@${feature}`])?.["%ELEMENTS"];
  return Array.isArray(elements) ? elements.flatMap((id) => cas.get(id) ?? []) : [];
}

function findArcLayers(facts: TypeFacts, fields: LayerFields): ArcLayer[] {
  return facts.cas.types.flatMap((type): ArcLayer[] => {
    const references = facts.references(type);
    const source = named(references, fields.source, sourceName);
    const target = named(references, fields.target, targetName);
    if (source !== undefined && target !== undefined) return [{ kind: "relation", type, source, target }];
    return facts.linkFeatures(type).map((feature) => ({ kind: "links", type, feature }));
  });
}

function chooseArcLayers(found: readonly ArcLayer[], facts: TypeFacts, { relation }: LayerFields): ArcLayer[] {
  if (relation !== "") {
    const wanted = relation.split("|");
    return found.filter(({ type }) => wanted.some((name) => facts.cas.isA(type, name)));
  }
  const ofProject = found.filter(({ type }) => !isBuiltIn(type));
  if (ofProject.length > 0) return ofProject;
  return found.filter(({ type }) => facts.instances(type).length > 0);
}

/** The types that the layers join; `isAny` if a layer joins any type. */
function joinedTypes(arcs: readonly ArcLayer[], facts: TypeFacts): { types: Set<string>; isAny: boolean } {
  const { cas } = facts;
  const types = new Set<string>();
  let isAny = false;
  const add = (type: string | undefined): void => {
    if (type !== undefined && anyType.has(type)) isAny = true;
    else if (type !== undefined) types.add(type);
  };
  const addHeld = (structure: FeatureStructure, feature: string): void => {
    const held = cas.get(structure[`@${feature}`]);
    if (held && spanOf(held)) types.add(held["%TYPE"]);
  };
  for (const layer of arcs) {
    const features = cas.featuresOf(layer.type);
    if (layer.kind === "relation") {
      for (const name of [layer.source, layer.target]) {
        add(features.get(name)?.type);
        for (const structure of facts.instances(layer.type)) addHeld(structure, name);
      }
    } else {
      types.add(layer.type);
      const link = features.get(layer.feature);
      if (link) add(cas.featuresOf(link.type).get("target")?.type);
      for (const structure of facts.instances(layer.type)) {
        for (const held of linksOf(cas, structure, layer.feature)) addHeld(held, "target");
      }
    }
  }
  return { types, isAny };
}

/**
 * Chooses the layers to read. Relations come from all layers that have a source and a target, or links with roles;
 * layers of the project take precedence over built-in ones. Entities are the spans that these layers join. Without such
 * a layer, entities are the spans of all layers of the project and the built-in named entities; without those too, the
 * plain annotations of UIMA.
 */
export function chooseLayers(cas: Cas, fields: LayerFields): Layers {
  const facts = new TypeFacts(cas);
  const found = findArcLayers(facts, fields);
  const arcs = chooseArcLayers(found, facts, fields);
  const isRelation = (type: string): boolean => found.some((layer) => layer.kind === "relation" && layer.type === type);
  /** Whether annotations of the type mark a part of the text, as entities do. */
  const isMark = (type: string): boolean => !isRelation(type) && (!isBuiltIn(type) || cas.isA(type, namedEntity));
  const { types, isAny } = joinedTypes(arcs, facts);
  const wanted = fields.entity === "" ? [...types] : fields.entity.split("|");
  const takesMarks = fields.entity === "" && (isAny || types.size === 0);
  const hasMarks = cas.types.some((type) => isMark(type) && facts.instances(type).some(spanOf));

  const isEntity = (structure: FeatureStructure): boolean => {
    const type = structure["%TYPE"];
    if (!spanOf(structure) || cas.isA(type, "uima.tcas.DocumentAnnotation")) return false;
    if (wanted.some((name) => cas.isA(type, name))) return true;
    return takesMarks && (hasMarks ? isMark(type) : type === anyAnnotation);
  };
  return {
    arcs,
    relationLayer: ({ "%TYPE": type }) =>
      arcs.find((layer): layer is RelationLayer => layer.kind === "relation" && layer.type === type),
    linkLayers: ({ "%TYPE": type }) =>
      arcs.filter((layer): layer is LinkLayer => layer.kind === "links" && layer.type === type),
    isEntity,
    isLeftOut: (structure) => {
      const type = structure["%TYPE"];
      if (spanOf(structure) === undefined || isEntity(structure)) return false;
      return found.some((layer) => layer.type === type) ? !arcs.some((layer) => layer.type === type) : isMark(type);
    },
  };
}
