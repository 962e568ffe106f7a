import type { Entity } from "../../corpus/document.ts";
import { offsetsFromUtf16 } from "../../formats/offsets.ts";
import type { DocumentPrediction } from "../../model/tasks/prediction.ts";
import type { LabelingConfig, LabelsControl, TextObject } from "./config.ts";
import type { PredictReading } from "./predict-request.ts";
import type { TaskReading } from "./task-reading.ts";

/** A prediction as Label Studio takes it from an ML backend. */
export interface TaskResult {
  /** Regions, and the relations between them by their ids. */
  readonly result: readonly object[];
  /** The certainty of the least certain answer; the tool shows the tasks of the lowest score first. */
  readonly score: number;
  /** Reasons why answers were left out. */
  readonly notes: readonly string[];
}

interface Found extends Entity {
  readonly text: string;
}

/** Makes the prediction of a task. @param noRelationLabel the label that draws no arrow */
export function labelStudioResult(
  reading: TaskReading,
  { entities, relations }: DocumentPrediction,
  { config, object }: Pick<PredictReading, "config" | "object">,
  noRelationLabel: string | undefined,
): TaskResult {
  const notes = new Set<string>();
  const isGiven = reading.entities !== undefined;
  const labels = entities.map(({ label, type }) => label ?? type);
  const ids = isGiven ? reading.ids : entities.map((_, i) => `e${i + 1}`);
  const given = new Map(reading.ids.map((id, i) => [id, entities[i]?.label]));
  const regions = isGiven
    ? reading.regions.map((entry) => relabelled(entry, given))
    : foundRegions(
        reading.text,
        entities.map((entity, i) => ({ ...entity, type: labels[i]! })),
        config,
        object,
        notes,
      );
  const drawn = new Set(regions.map(({ id }) => String(id)));
  const arrows = relations.flatMap(({ head, tail, label, labels = [label], probability, unscored }) => {
    const wanted = labels.filter((one) => one !== noRelationLabel);
    if (unscored !== undefined || wanted.length === 0) return [];
    const known = config.relations?.length ? wanted.filter((one) => config.relations!.includes(one)) : wanted;
    for (const one of wanted.filter((name) => !known.includes(name)))
      notes.add(`the configuration has no <Relation value="${one}"/>`);
    const [from_id, to_id] = [ids[head]!, ids[tail]!];
    if (known.length === 0 || !drawn.has(from_id) || !drawn.has(to_id)) return [];
    return [{ type: "relation", from_id, to_id, direction: "right", labels: known, score: probability }];
  });
  const certainties = [
    ...relations.flatMap(({ probability, unscored }) => (unscored === undefined ? [probability] : [])),
    ...entities.flatMap(({ probability }) => probability ?? []),
  ];
  return {
    result: [...regions, ...arrows],
    // Where there is nothing to decide, nothing is uncertain.
    score: Math.min(1, ...certainties),
    notes: [...notes],
  };
}

/** Ids are strings, or numbers of other programs. */
type Region = Readonly<Record<string, unknown>> & { readonly id: string | number };

/** A region as it came, with the label that a model of entity types gave it. */
function relabelled(entry: object, labels: ReadonlyMap<string, string | undefined>): Region {
  const region = entry as Region & { readonly type: string; readonly value: Readonly<Record<string, unknown>> };
  const label = labels.get(String(region.id));
  const { value, type } = region;
  if (label === undefined || !Array.isArray(value[type])) return region;
  return { ...region, value: { ...value, [type]: [label] } };
}

function foundRegions(
  text: string,
  entities: readonly Found[],
  { controls }: LabelingConfig,
  object: TextObject,
  notes: Set<string>,
): Region[] {
  if (object.kind !== "Text") {
    if (entities.length > 0)
      notes.add(
        `entities that were found cannot be placed in a <${object.kind}>: only in a <Text>, or mark them first`,
      );
    return [];
  }
  const ofObject = controls.filter(({ toName, type }) => toName === object.name && type === "labels");
  const toCodePoints = offsetsFromUtf16(text, "code-point");
  return entities.flatMap(({ start, end, type, ...entity }, i): Region[] => {
    const control: LabelsControl | undefined = ofObject.find(({ labels }) => labels.includes(type));
    if (!control) {
      notes.add(`no <Labels> of <Text name="${object.name}"> has the label ${type}`);
      return [];
    }
    const value = { start: toCodePoints(start), end: toCodePoints(end), text: entity.text, labels: [type] };
    return [{ id: `e${i + 1}`, from_name: control.name, to_name: object.name, type: "labels", value }];
  });
}
