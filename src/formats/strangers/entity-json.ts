import { isList, isObject, someRecord } from "../source/probe.ts";
import { noRelations, type Stranger } from "./stranger.ts";

// JSON of tools and models that have entities but no relations.

export const gliner: Stranger = {
  name: "training data of GLiNER",
  advice: noRelations("Such files"),
  is: (probe) =>
    someRecord(
      probe,
      ({ tokenized_text, ner, relations }) => isList(tokenized_text) && isList(ner) && relations === undefined,
    ),
};

/**
 * Tuples such as `[["text", {"entities": [[0, 4, "ORG"]]}], …]`, at the top level or under "annotations" beside
 * "classes".
 */
export const spacyTuples: Stranger = {
  name: 'training data of spaCy 2, a list of ["text", {"entities": […]}]',
  advice: noRelations("Such lists"),
  is: ({ records }) => {
    const isTuple = (value: unknown): boolean =>
      isList(value) && typeof value[0] === "string" && isObject(value[1]) && "entities" in value[1];
    return records.some(
      (record) =>
        isTuple(record) || (isObject(record) && isList(record["annotations"]) && record["annotations"].some(isTuple)),
    );
  },
};

export const spacyTraining: Stranger = {
  name: "training data of spaCy 2 in JSON, paragraphs of sentences of tokens",
  advice: noRelations("Such files"),
  is: (probe) =>
    someRecord(
      probe,
      ({ paragraphs }) => isList(paragraphs) && paragraphs.some((part) => isObject(part) && "sentences" in part),
    ),
};

/** Words with a tag for each, as the data sets of named entities on the hub have them. */
export const taggedWords: Stranger = {
  name: "words with a tag for each (tokens, ner_tags), as data sets of named entities on the Hugging Face hub are",
  advice: noRelations("Such files"),
  is: (probe) =>
    someRecord(probe, (record) => {
      const words = record["tokens"] ?? record["words"];
      const tags = record["ner_tags"] ?? record["tags"] ?? record["ner"] ?? record["labels"];
      const isTag = (tag: unknown): boolean => typeof tag === "number" || typeof tag === "string";
      const isAligned = isList(words) && isList(tags) && words.length === tags.length;
      return isAligned && tags.every(isTag) && record["relations"] === undefined;
    }),
};

/** SQuAD, as records or as an object with "data". */
export const squad: Stranger = {
  name: "questions and answers on texts in the shape of SQuAD",
  advice: noRelations("Such files"),
  is: (probe) =>
    someRecord(probe, ({ data, context, question }) => {
      const isArticle = (value: unknown): boolean => isObject(value) && isList(value["paragraphs"]);
      return (isList(data) && data.some(isArticle)) || (typeof context === "string" && typeof question === "string");
    }),
};
