import { DataError } from "../../errors.ts";
import type { Entity } from "../../corpus/document.ts";
import { spanOf, type Cas, type FeatureStructure, type Range } from "../../formats/inception/cas.ts";
import { LabelFeatures } from "../../formats/inception/labels.ts";
import { anyType, chooseLayers } from "../../formats/inception/layers.ts";
import { parseXmi } from "../../formats/xmi/parse.ts";
import { parseTypeSystem } from "../../formats/xmi/type-system.ts";
import { findPlaces, type Places } from "./places.ts";
import { source, target } from "./layer-features.ts";
import { parsePredictRequest, type PredictRequest } from "./wire.ts";

/** A relation that somebody has annotated. */
export interface Annotated {
  readonly head: number;
  readonly tail: number;
  readonly label: string;
}

/** The readable content of a request for suggestions. */
export interface CasReading {
  readonly xmi: string;
  readonly places: Places;
  readonly text: string;
  readonly sofa: number;
  readonly layer: string;
  readonly feature: string;
  /** The features that the layer declares: no others are written. */
  readonly declared: readonly string[];
  /** Whether the layer joins two spans. */
  readonly isRelation: boolean;
  /** The spans that a relation of the layer may join, with the ids of their annotations; empty for a layer of spans. */
  readonly entities: readonly Entity[];
  readonly ids: readonly number[];
  /** The (head, tail) positions that are asked for. */
  readonly pairs: readonly (readonly [head: number, tail: number])[];
  readonly annotated: readonly Annotated[];
  /** The labels that the layer's tag set has; undefined if any may be given. */
  readonly tags: readonly string[] | undefined;
  readonly range: { readonly begin: number; readonly end: number } | undefined;
}

const predicted = "inception_internal_predicted";
const sentenceType = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence";
const noFields = { entity: "", type: "", relation: "", label: "", source: "", target: "" };

/** Reads a request for suggestions. @throws DataError for a body, an XML or a layer that cannot be read */
export function readPredictRequest(body: Uint8Array): CasReading {
  const request = parsePredictRequest(body);
  const { typeSystem, document, metadata } = request;
  const { layer, feature } = metadata;
  const types = parseTypeSystem(typeSystem, { file: "typeSystem" });
  const at = { file: "document.xmi" };
  const cas = parseXmi(document.xmi, types, noFields, at);
  const features = cas.featuresOf(layer);
  if (!features.has(feature))
    throw new DataError(`The type system has no layer ${layer} with a feature ${feature}, which metadata names.`);
  const isRelation = features.has(source) && features.has(target);
  const spans = isRelation ? joinable(cas, layer, features.get(source)!) : [];
  const labels = new LabelFeatures(cas, "entity", "");
  const entities = spans.map((one) => ({ ...spanOf(one)!, type: labels.labelOf(one) }));
  const ids = spans.map((one) => one["%ID"]);
  const positions = new Map(ids.map((id, i) => [id, i]));
  return {
    xmi: document.xmi,
    places: findPlaces(document.xmi, at),
    text: cas.text,
    sofa: cas.sofa,
    layer,
    feature,
    declared: [...features.keys()],
    isRelation,
    entities,
    ids,
    pairs: askedPairs(entities, cas, metadata),
    annotated: isRelation ? annotatedOf(cas, layer, feature, positions) : [],
    tags: tagsFor(request),
    range: metadata.range ?? undefined,
  };
}

const isHuman = (structure: FeatureStructure): boolean => structure[predicted] !== true;

/** The annotations of people that a relation of the layer may join. */
function joinable(cas: Cas, layer: string, { type }: Range): FeatureStructure[] {
  const layers = anyType.has(type) ? chooseLayers(cas, { ...noFields, relation: layer }) : undefined;
  const isEntity = (structure: FeatureStructure): boolean =>
    layers ? layers.isEntity(structure) : cas.isA(structure["%TYPE"], type);
  return cas.all.filter((structure) => {
    const span = spanOf(structure);
    return (
      span !== undefined &&
      span.start < span.end &&
      cas.isIndexed(structure) &&
      isHuman(structure) &&
      isEntity(structure)
    );
  });
}

function annotatedOf(cas: Cas, layer: string, feature: string, positions: ReadonlyMap<number, number>): Annotated[] {
  return cas.all.flatMap((structure) => {
    if (structure["%TYPE"] !== layer || !cas.isIndexed(structure) || !isHuman(structure)) return [];
    const head = positions.get(Number(structure[`@${source}`]));
    const tail = positions.get(Number(structure[`@${target}`]));
    const label = structure[feature];
    return head === undefined || tail === undefined || typeof label !== "string" ? [] : [{ head, tail, label }];
  });
}

/**
 * The pairs that the tool shows suggestions for: those whose target is on the screen and, unless relations cross
 * sentences, whose ends are in one.
 */
function askedPairs(
  entities: readonly Entity[],
  cas: Cas,
  { range, crossSentence }: PredictRequest["metadata"],
): (readonly [number, number])[] {
  const sentences = cas.all.flatMap((one) => (cas.isA(one["%TYPE"], sentenceType) ? (spanOf(one) ?? []) : []));
  const sentenceOf = entities.map(({ start }) => sentences.findIndex((one) => one.start <= start && start < one.end));
  const isBound = crossSentence === false && sentences.length > 0;
  const isShown = ({ start, end }: Entity): boolean => !range || (start < range.end && end > range.begin);
  return entities.flatMap((tail, j) =>
    isShown(tail)
      ? entities.flatMap((_, i) => (i === j || (isBound && sentenceOf[i] !== sentenceOf[j]) ? [] : [[i, j] as const]))
      : [],
  );
}

function tagsFor({ tagsets, metadata: { layer, feature } }: PredictRequest): string[] | undefined {
  const sets = (tagsets ?? []).filter(({ targets }) =>
    (targets ?? []).some((one) => one.type === layer && one.feature === feature),
  );
  return sets.length === 0 ? undefined : sets.flatMap(({ tags }) => tags.map(({ tag }) => tag));
}
