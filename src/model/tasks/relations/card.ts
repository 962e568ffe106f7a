import {
  encoderWords,
  exampleSpans,
  exampleText,
  needsSpans,
  spanFlags,
  type CardSubject,
  type CardText,
} from "../../../report/model-card.ts";
import type { RelationSchema } from "../../../corpus/schema.ts";
import { showTypes } from "../../../tokenization/inputs/typed-markers.ts";
import type { MarkerTokens } from "../../../tokenization/inputs/input-tokenizer.ts";
import type { RelationsLearned } from "./learned.ts";

const reading = {
  pair: "Each pair is read on its own, head and tail marked in the text.",
  document: "A text is read once with all its entities, and its pairs are classified from that reading.",
} as const;

/** The words of a model card that are about relations. */
export function card(
  { encoding, markers, schema }: Pick<RelationsLearned, "encoding" | "markers" | "schema">,
  { folder, entityTypes, maxLength, encoder }: CardSubject,
): CardText {
  const types = exampleTypes(schema, entityTypes);
  return {
    task: "Relation classification",
    tags: ["relation-classification", "relation-extraction"],
    purpose:
      "Given a text and the spans of its entities, this model finds which directed relation holds from one entity (the head) to\n" +
      `another (the tail). It is ${encoderWords(encoder)} with a classifier of entity pairs`,
    reading: reading[encoding],
    meaning: "joins, in the training texts",
    none: "no relation",
    limits: [needsSpans, `A relation between entities more than ${maxLength} tokens apart cannot be found.`],
    elsewhere:
      encoding === "document"
        ? "transformers opens the weights but reads one pair at a time, which this model was not trained for."
        : undefined,
    spans: spanFlags(exampleSpans, types),
    // transformers reads no text in document encoding.
    python: encoding === "document" ? undefined : python({ folder, types, encoder }, markers),
  };
}

/**
 * The types of head and tail in the examples: those that relations joined most often in training, so that the model is asked
 * about the pair. Empty if entities have no types.
 */
function exampleTypes({ rules }: RelationSchema, entityTypes: readonly string[]): readonly string[] {
  const joined = [...rules.values()]
    .flatMap(({ types }) => types ?? [])
    .filter(([head, tail]) => entityTypes.includes(head) && entityTypes.includes(tail))
    .sort(([, , a], [, , b]) => b - a)[0];
  return joined ? joined.slice(0, 2).map(String) : entityTypes.slice(0, 2);
}

/** The example for `transformers`: the text that it is to be given, with the types that markers show. */
function python(
  { folder, types, encoder }: Pick<CardSubject, "folder" | "encoder"> & { readonly types: readonly string[] },
  markers: RelationsLearned["markers"],
): CardText["python"] {
  const [first, second] = exampleSpans;
  const [headType, tailType = headType] = types;
  const { text, head, tail } =
    markers !== "typed"
      ? { text: exampleText, head: first, tail: second }
      : showTypes(exampleText, { ...first, type: headType }, { ...second, type: tailType });
  const [headPlace, tailPlace] = [head, tail].map(({ start, end }) => `(${start}, ${end})`) as [string, string];
  return {
    note:
      text === exampleText
        ? undefined
        : "In `transformers` the words of the types are written into the text, each type before its mention and in its span:",
    code: encoder.markers
      ? bareEncoder(folder, JSON.stringify(text), headPlace, tailPlace, around(encoder, markers))
      : `from transformers import AutoTokenizer, LukeForEntityPairClassification

folder = ${folder}
tokenizer = AutoTokenizer.from_pretrained(folder, task="entity_pair_classification")
model = LukeForEntityPairClassification.from_pretrained(folder)
inputs = tokenizer(${JSON.stringify(text)}, entity_spans=[${headPlace}, ${tailPlace}], return_tensors="pt")
print(model.config.id2label[model(**inputs).logits.argmax(-1).item()])`,
  };
}

/** Ids of the tokens before and after head and tail. */
function around({ markers, markerTokens }: CardSubject["encoder"], kind: RelationsLearned["markers"]): MarkerTokens {
  const [head, tail] = markers!;
  return kind === "tokens" && markerTokens ? markerTokens : { head: [head, head], tail: [tail, tail] };
}

/** Markers are put around the tokens of each mention; the classifier reads the states of the two that open. */
const bareEncoder = (folder: string, text: string, head: string, tail: string, markers: MarkerTokens): string =>
  `import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

folder = ${folder}
tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
classifier = load_file(f"{folder}/model.safetensors")["classifier.weight"]
text, head, tail = ${text}, ${head}, ${tail}  # mentions that do not overlap
ids, opened, read = [tokenizer.cls_token_id], [0, 0], 0
for (start, end), side, opening, closing in sorted([(head, 0, ${markers.head.join(", ")}), (tail, 1, ${markers.tail.join(", ")})]):
    start -= text[:start].endswith(" ")  # a blank belongs to the word that follows
    ids += tokenizer.encode(text[read:start], add_special_tokens=False)
    opened[side], read = len(ids), end
    ids += [opening, *tokenizer.encode(text[start:end], add_special_tokens=False), closing]
ids += [*tokenizer.encode(text[read:], add_special_tokens=False), tokenizer.sep_token_id]
with torch.no_grad():
    states = model(input_ids=torch.tensor([ids])).last_hidden_state[0]
logits = classifier @ states[opened].flatten()
print(model.config.id2label[logits.argmax().item()])`;
