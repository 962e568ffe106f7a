import {
  encoderWords,
  exampleSpans,
  exampleText,
  needsSpans,
  spanFlags,
  type CardSubject,
  type CardText,
} from "../../../report/model-card.ts";

/** The words of a model card that are about entity typing. */
export function card(_learned: unknown, { folder, maxLength, encoder }: CardSubject): CardText {
  const [{ start, end }] = exampleSpans;
  return {
    task: "Entity typing",
    tags: ["entity-typing"],
    purpose:
      "Given a text and the spans of its entities, this model finds which type each of them has. It is\n" +
      `${encoderWords(encoder)} with a classifier of single entities`,
    reading: "Each span is read on its own, between markers in its text.",
    meaning: undefined,
    none: undefined,
    limits: [
      needsSpans,
      `A span of more than ${maxLength - 4} tokens cannot be read; of a longer text, the part around the span is.`,
    ],
    elsewhere: encoder.markers && "transformers opens the encoder, and has no class for its classifier.",
    spans: spanFlags([{ start, end }], []),
    python: encoder.markers
      ? undefined
      : {
          note: undefined,
          code: `from transformers import AutoTokenizer, LukeForEntityClassification

folder = ${folder}
tokenizer = AutoTokenizer.from_pretrained(folder, task="entity_classification")
model = LukeForEntityClassification.from_pretrained(folder)
inputs = tokenizer(${JSON.stringify(exampleText)}, entity_spans=[(${start}, ${end})], return_tensors="pt")
print(model.config.id2label[model(**inputs).logits.argmax(-1).item()])`,
        },
  };
}
