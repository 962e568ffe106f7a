import { surface, type Document, type Relation } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { allFeatures } from "../features.ts";
import { parseFields } from "../fields.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";

/** Names in the labelling configuration: the control, the object tag, and the key of the data that holds the text. */
type Names = Record<"from" | "to" | "text", string>;

const regionId = (position: number): string => `e${position + 1}`;

function regionsOf(document: Document, { from, to }: Names): object[] {
  const toCodePoints = offsetsFromUtf16(document.text, "code-point");
  return document.entities.map((entity, i) => ({
    id: regionId(i),
    from_name: from,
    to_name: to,
    type: "labels",
    value: {
      start: toCodePoints(entity.start),
      end: toCodePoints(entity.end),
      text: surface(document, entity),
      labels: entity.type === "" ? [] : [entity.type],
    },
  }));
}

interface Arrow {
  readonly head: number;
  readonly tail: number;
  readonly labels: Set<string>;
  readonly probabilities: number[];
  direction: "right" | "bi";
}

/**
 * Groups relations into arrows, since the tool has one entry per ordered pair; relations in both directions become one
 * arrow `bi`.
 */
function arrowsOf(relations: readonly Relation[], symmetricLabels: ReadonlySet<string>): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { head, tail, label, probability } of relations) {
    const key = `${head} ${tail}`;
    let arrow = arrows.get(key);
    if (!arrow) arrows.set(key, (arrow = { head, tail, labels: new Set(), probabilities: [], direction: "right" }));
    arrow.labels.add(label);
    if (probability !== undefined) arrow.probabilities.push(probability);
  }
  for (const arrow of arrows.values()) {
    const backKey = `${arrow.tail} ${arrow.head}`;
    const back = arrows.get(backKey);
    if (!back || back === arrow || back.labels.size !== arrow.labels.size) continue;
    if (![...arrow.labels].every((label) => symmetricLabels.has(label) && back.labels.has(label))) continue;
    arrow.direction = "bi";
    arrow.probabilities.push(...back.probabilities);
    arrows.delete(backKey);
  }
  return [...arrows.values()];
}

function relationsOf({ id, relations, source }: Document, { symmetricLabels, notices }: WriteContext): object[] {
  return arrowsOf(relations, symmetricLabels).map(({ head, tail, labels, probabilities, direction }) => {
    const at = source && { ...source, detail: `document ${quote(id, 30)}` };
    const least = Math.min(...probabilities);
    for (const probability of probabilities) {
      if (probability === least) continue;
      const message =
        "probabilities of relations that share an arrow with a less probable one, whose probability is written";
      notices.lose("one-score", message, at, { other: 1 });
    }
    if (labels.size > 1) {
      const message = "relations of one pair, written as the labels of one arrow and read one after the other";
      for (const _ of labels) notices.add("shared-arrow", message, at);
    }
    if (direction === "bi") {
      const message = "relations in both directions, written as one arrow for the two";
      for (const _ of labels) notices.add("two-way-arrow", message, at);
    }
    return {
      type: "relation",
      from_id: regionId(head),
      to_id: regionId(tail),
      direction,
      labels: [...labels],
      ...(probabilities.length > 0 ? { score: least } : {}),
    };
  });
}

/** The remaining data of the document; the name of the text is reserved. */
function metadataOf({ id, metadata = {}, source }: Document, name: string, { notices }: WriteContext): object {
  if (!Object.hasOwn(metadata, name)) return metadata;
  const detail = `${quote(name)} of document ${quote(id, 30)}`;
  const message = "metadata of the same name as the text, left out";
  notices.lose("metadata-name", message, source && { ...source, detail }, { other: 1 });
  const { [name]: _, ...others } = metadata;
  return others;
}

function taskOf(document: Document, names: Names, context: WriteContext): object {
  const { id, text, relations } = document;
  const result = [...regionsOf(document, names), ...relationsOf(document, context)];
  const probabilities = relations.flatMap(({ probability }) => probability ?? []);
  // A task needs review as much as its least certain relation.
  const score = probabilities.length > 0 && probabilities.length === relations.length && Math.min(...probabilities);
  return {
    data: { [names.text]: text, ...metadataOf(document, names.text, context) },
    // The tool gives tasks its own ids, but keeps this one.
    meta: { document_id: id },
    ...(context.predictions
      ? { predictions: [{ model_version: context.modelVersion, ...(score === false ? {} : { score }), result }] }
      : // Without these keys the tool would treat imported annotations as the ground truth.
        { annotations: [{ was_cancelled: false, ground_truth: false, result }] }),
  };
}

/** Writes a list of tasks to import, with predictions or annotations. */
export const labelStudioWriter: FormatWriter = {
  layout: "file",
  extension: ".json",
  usesFields: true,
  holds: new Set(allFeatures),
  async *write(documents: AsyncIterable<Document>, context: WriteContext): AsyncGenerator<OutputPiece> {
    const names = parseFields("label-studio", context.fields, { from: "label", to: "text", text: "text" });
    let written = 0;
    for await (const document of documents) {
      yield { text: `${written++ === 0 ? "[\n" : ",\n"}${JSON.stringify(taskOf(document, names, context))}` };
    }
    yield { text: written === 0 ? "[]\n" : "\n]\n" };
  },
};
