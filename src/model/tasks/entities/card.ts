import { encoderWords, exampleText, type CardSubject, type CardText } from "../../../report/model-card.ts";
import type { EntitiesLearned } from "./learned.ts";

/** The words of a model card that are about finding entities. */
export function card({ decoder }: EntitiesLearned, subject: CardSubject): CardText {
  return decoder.name === "flat" ? ofTags(subject) : ofSpans(subject);
}

function ofSpans({ maxLength, encoder }: CardSubject): CardText {
  return {
    task: "Named entity recognition",
    tags: ["named-entity-recognition"],
    purpose:
      "Given a text, this model finds the entities in it and the type of each. It is\n" +
      `${encoderWords(encoder)} with a biaffine classifier of spans`,
    reading: `Every span of tokens gets a score for each type. A text of more than ${maxLength} tokens is read in windows that overlap by half.`,
    meaning: undefined,
    none: undefined,
    limits: [
      "Entities may nest and overlap, and one span may have several types.",
      "An entity begins and ends where a token does, and lies in one window as a whole.",
    ],
    elsewhere: "transformers opens the encoder, and has no class for its classifier.",
    spans: [],
    python: undefined,
  };
}

function ofTags({ folder, maxLength, encoder }: CardSubject): CardText {
  return {
    task: "Token classification",
    pipeline: "token-classification",
    tags: ["token-classification", "named-entity-recognition"],
    purpose:
      "Given a text, this model finds the entities in it and the type of each. It is\n" +
      `${encoderWords(encoder)} with a classifier of tokens`,
    reading: `Every token gets a tag (BIO). A text of more than ${maxLength} tokens is read in windows that overlap by half.`,
    meaning: undefined,
    none: undefined,
    limits: [
      "Entities do not overlap: of two annotated ones that do, the longer one was learnt.",
      "An entity begins and ends where a token does.",
    ],
    elsewhere:
      "transformers takes the most probable tag of each token on its own; Relata decodes tags that fit together.",
    spans: [],
    python: {
      note: undefined,
      code: `import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

folder = ${folder}
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForTokenClassification.from_pretrained(folder)
inputs = tokenizer(${JSON.stringify(exampleText)}, return_tensors="pt")
with torch.no_grad():
    logits = model(**inputs).logits[0]
tokens = tokenizer.convert_ids_to_tokens(inputs.input_ids[0])
print([(token, model.config.id2label[tag]) for token, tag in zip(tokens, logits.argmax(-1).tolist())])`,
    },
  };
}
