import { NoticeLog } from "../../corpus/notices.ts";
import { XmlTexts } from "../../formats/xml/write-xml.ts";
import type { DocumentPrediction, PairPredictionResult } from "../../model/tasks/prediction.ts";
import { source, target } from "./layer-features.ts";
import type { CasReading } from "./predict-request.ts";

/** An annotation is suspect if the model gives its label at most so much, and another one at least the other figure. */
const suspect = { label: 0.1, other: 0.8 };
const explained = 3;

type Attributes = Record<string, string | number | boolean>;

/** Adds the suggestions of a model to a CAS; every other character of it stays as it is. */
export function withSuggestions(
  reading: CasReading,
  prediction: DocumentPrediction,
  noRelationLabel: string | undefined,
): string {
  const { xmi, places, sofa, layer, declared } = reading;
  const given = reading.isRelation
    ? relationSuggestions(reading, prediction, noRelationLabel)
    : spanSuggestions(reading, prediction);
  const texts = new XmlTexts(/^<\?xml[^>]*version=["']1\.1/.test(xmi) ? "1.1" : "1.0", new NoticeLog(), undefined);
  const dot = layer.lastIndexOf(".");
  const folder = dot < 0 ? "uima/noNamespace" : layer.slice(0, dot).replaceAll(".", "/");
  // A prefix of its own, which whatever prefixes the file declares leave alone.
  const name = `relata:${layer.slice(dot + 1)}`;
  const open = `<${name} xmlns:relata="http:///${folder}.ecore"`;
  const ids = given.map((_, i) => places.nextId + i);
  const allowed = new Set([...declared, "begin", "end"]);
  const elements = given.map((attributes, i) => {
    const parts = Object.entries(attributes)
      .filter(([key]) => allowed.has(key))
      .map(([key, value]) => ` ${key}="${typeof value === "string" ? texts.write(value) : value}"`);
    return `${open} xmi:id="${ids[i]}" sofa="${sofa}"${parts.join("")}/>`;
  });
  const members = places.members.get(sofa);
  const { elements: at } = places;
  const before = xmi.slice(0, at) + elements.join("");
  if (members === undefined) return before + xmi.slice(at);
  return before + xmi.slice(at, members) + ids.map((id) => ` ${id}`).join("") + xmi.slice(members);
}

function labelled(
  label: string,
  probability: number,
  all: Readonly<Record<string, number>>,
  feature: string,
): Attributes {
  const best = Object.entries(all).toSorted((a, b) => b[1] - a[1]);
  const explanation = best.slice(0, explained).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return {
    [feature]: label,
    [`${feature}_score`]: probability,
    [`${feature}_score_explanation`]: `Relata: ${explanation.join(", ") || probability.toFixed(2)}`,
    inception_internal_predicted: true,
  };
}

const isTag = ({ tags }: CasReading, label: string): boolean => tags === undefined || tags.includes(label);

function relationSuggestions(
  reading: CasReading,
  { relations }: DocumentPrediction,
  noRelationLabel: string | undefined,
): Attributes[] {
  const { entities, ids, feature } = reading;
  return relations.flatMap((relation): Attributes[] => {
    const { head, tail, label, labels = [label], probabilities, unscored } = relation;
    if (unscored !== undefined) return [];
    return labels
      .filter((one) => one !== noRelationLabel && isTag(reading, one))
      .map((one) => ({
        begin: entities[tail]!.start,
        end: entities[tail]!.end,
        [source]: ids[head]!,
        [target]: ids[tail]!,
        ...labelled(one, probabilities[one] ?? relation.probability, probabilities, feature),
        ...correctionOf(reading, relation, one),
      }));
  });
}

/** Marks a suggestion for a pair whose annotation the model finds improbable. */
function correctionOf(
  reading: CasReading,
  { head, tail, probabilities }: PairPredictionResult,
  label: string,
): Attributes {
  const { annotated, feature } = reading;
  const other = annotated.find((one) => one.head === head && one.tail === tail && one.label !== label);
  if (!other || annotated.some((one) => one.head === head && one.tail === tail && one.label === label)) return {};
  const [old, better] = [probabilities[other.label] ?? 0, probabilities[label] ?? 0];
  if (old > suspect.label || better < suspect.other) return {};
  return {
    [`${feature}_correction`]: true,
    [`${feature}_correction_explanation`]: `Annotated as ${other.label}, which the model gives ${old.toFixed(2)}; it gives ${label} ${better.toFixed(2)}.`,
  };
}

function spanSuggestions(reading: CasReading, { entities }: DocumentPrediction): Attributes[] {
  const { feature, range } = reading;
  return entities.flatMap(({ start, end, label, type, probability = 1, probabilities = {} }): Attributes[] => {
    const name = label ?? type;
    if (name === "" || !isTag(reading, name) || (range && (start >= range.end || end <= range.begin))) return [];
    return [{ begin: start, end, ...labelled(name, probability, probabilities, feature) }];
  });
}
