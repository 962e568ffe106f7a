import { exampleSpans, exampleText, spanFlags, type CardSubject, type CardText } from "../../../report/model-card.ts";
import { showTypes } from "../../../tokenization/inputs/typed-markers.ts";
import type { RelationsLearned } from "./learned.ts";

const reading = {
  pair: "Each pair is read on its own, head and tail marked in the text.",
  document: "A text is read once with all its entities, and its pairs are classified from that reading.",
} as const;

/** The words of a model card that are about relations. */
export function card(
  { encoding, markers }: Pick<RelationsLearned, "encoding" | "markers">,
  { folder, entityTypes, maxLength }: CardSubject,
): CardText {
  return {
    task: "Relation classification",
    tags: ["relation-classification", "relation-extraction"],
    purpose:
      "Given a text and the spans of its entities, this model finds which directed relation holds from one entity (the head) to\n" +
      "another (the tail). It is a LUKE encoder with a classifier of entity pairs",
    reading: reading[encoding],
    meaning: "joins, in the training texts",
    none: "no relation",
    limits: [`A relation between entities more than ${maxLength} tokens apart cannot be found.`],
    elsewhere:
      encoding === "document"
        ? "transformers opens the weights but reads one pair at a time, which this model was not trained for."
        : undefined,
    spans: spanFlags(exampleSpans, entityTypes),
    // transformers reads no text in document encoding.
    python: encoding === "document" ? undefined : python(folder, markers, entityTypes),
  };
}

/** The example for `transformers`: the text that it is to be given, with the types that markers show. */
function python(
  folder: string,
  markers: RelationsLearned["markers"],
  entityTypes: readonly string[],
): CardText["python"] {
  const [first, second] = exampleSpans;
  const [headType, tailType] = [entityTypes[0], entityTypes[1] ?? entityTypes[0]];
  const { text, head, tail } =
    markers === "plain"
      ? { text: exampleText, head: first, tail: second }
      : showTypes(exampleText, { ...first, type: headType }, { ...second, type: tailType });
  const places = [head, tail].map(({ start, end }) => `(${start}, ${end})`).join(", ");
  return {
    note:
      text === exampleText
        ? undefined
        : "In `transformers` the words of the types are written into the text, each type before its mention and in its span:",
    code: `from transformers import AutoTokenizer, LukeForEntityPairClassification

folder = ${folder}
tokenizer = AutoTokenizer.from_pretrained(folder, task="entity_pair_classification")
model = LukeForEntityPairClassification.from_pretrained(folder)
inputs = tokenizer(${JSON.stringify(text)}, entity_spans=[${places}], return_tensors="pt")
print(model.config.id2label[model(**inputs).logits.argmax(-1).item()])`,
  };
}
