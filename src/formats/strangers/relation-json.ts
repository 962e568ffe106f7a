import { isList, isObject, listOf, someRecord, type JsonObject } from "../source/probe.ts";
import { asRelata, asTable, type Stranger } from "./stranger.ts";

// JSON of corpora, tools and models with relations in formats of their own.

const has = (list: unknown, is: (element: JsonObject) => boolean): boolean =>
  isList(list) && list.length > 0 && listOf(list, is);

export const rebel: Stranger = {
  name: "REBEL, Wikipedia texts with triples of Wikidata",
  advice: asRelata,
  is: (probe) =>
    someRecord(
      probe,
      ({ text, triples }) => typeof text === "string" && has(triples, (triple) => "predicate" in triple),
    ),
};

export const glirel: Stranger = {
  name: "training data of GLiREL",
  advice: asRelata,
  is: (probe) => someRecord(probe, ({ tokenized_text, relations }) => isList(tokenized_text) && isList(relations)),
};

export const tplinker: Stranger = {
  name: "data of TPLinker, with spans of characters",
  advice: asRelata,
  is: (probe) =>
    someRecord(
      probe,
      ({ relation_list, entity_list }) => isList(relation_list) || has(entity_list, (entity) => "char_span" in entity),
    ),
};

const string = (record: JsonObject, ...names: string[]): boolean =>
  names.some((name) => typeof record[name] === "string");

/** One pair of names per record: `{"sentence": …, "head": "Ana", "tail": "Bob", "relation": …}`. */
export const namedPairs: Stranger = {
  name: "pairs of named entities, one a record",
  advice: asTable,
  is: (probe) =>
    someRecord(
      probe,
      (record) =>
        string(record, "text", "sentence", "context", "sentText") &&
        string(record, "head", "subject", "subj", "e1", "entity1", "entity_1", "head_entity", "em1Text", "h") &&
        string(record, "tail", "object", "obj", "e2", "entity2", "entity_2", "tail_entity", "em2Text", "t"),
    ),
};

export const nytMentions: Stranger = {
  name: "the distantly supervised NYT, KBP or Wiki-KBP of CoType (sentText, relationMentions)",
  advice: asTable,
  is: (probe) => someRecord(probe, ({ relationMentions }) => isList(relationMentions)),
};

export const casrel: Stranger = {
  name: "texts with a list of triples in the shape of CasRel (triple_list)",
  advice: asTable,
  is: (probe) => someRecord(probe, ({ triple_list }) => isList(triple_list)),
};

export const duie: Stranger = {
  name: "texts with a list of triples in the shape of DuIE (spo_list)",
  advice: asTable,
  is: (probe) => someRecord(probe, ({ spo_list }) => isList(spo_list)),
};

export const instructions: Stranger = {
  name: "instructions and answers for a language model",
  advice: asTable,
  is: (probe) =>
    someRecord(
      probe,
      (record) =>
        isList(record["messages"]) ||
        isList(record["conversations"]) ||
        (("instruction" in record || "prompt" in record) &&
          ["output", "response", "completion"].some((key) => key in record)),
    ),
};

export const tagtog: Stranger = {
  name: "annotations of tagtog (ann.json), whose text is in another file",
  advice: asRelata,
  is: (probe) => someRecord(probe, ({ annotatable, entities }) => isObject(annotatable) && isList(entities)),
};

export const lightTag: Stranger = {
  name: "an export of LightTag",
  advice: asRelata,
  is: (probe) => someRecord(probe, ({ examples }) => has(examples, (example) => "content" in example)),
};
