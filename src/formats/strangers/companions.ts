import { isObject, someRecord } from "../source/probe.ts";
import type { Stranger } from "./stranger.ts";

// Files beside data and models that hold no texts.

const nameTheTexts = "Name the file with the annotated texts.";

export const modelConfig: Stranger = {
  name: "the config.json of a model",
  advice: `${nameTheTexts} The model's folder is the first argument of \`relata predict\` and \`evaluate\`.`,
  is: (probe) =>
    probe.layout !== "list" && someRecord(probe, (record) => "model_type" in record || "architectures" in record),
};

export const jsonSchema: Stranger = {
  name: "a JSON schema",
  advice: nameTheTexts,
  is: (probe) => someRecord(probe, (record) => "$schema" in record && ("properties" in record || "$defs" in record)),
};

export const spertTypes: Stranger = {
  name: "the types file of SpERT, which is read beside its data",
  advice: nameTheTexts,
  is: (probe) =>
    probe.layout !== "list" &&
    someRecord(probe, ({ entities, relations }) => isObject(entities) && isObject(relations)),
};

export const fewrelNames: Stranger = {
  name: "names of relations, as beside DocRED, FewRel and OpenNRE (rel2id.json, rel_info.json, pid2name.json)",
  advice: nameTheTexts,
  is: ({ path, records }) =>
    /(?:^|\/)(?:rel2id|rel_info|pid2name|ner2id|label2id|id2label)[^/]*\.json$/.test(path) && records.length > 0,
};

/** Objects such as `{'text': …}`, printed by Python instead of written with json.dumps. */
export const pythonLiteral: Stranger = {
  name: "objects as Python prints them, with single quotation marks, which is no JSON",
  advice: "Write them with json.dumps(…, ensure_ascii=False), or read them in Python with ast.literal_eval first.",
  is: ({ head }) => /^\uFEFF?\s*[[(]?\s*\{\s*'[^'\n]*'\s*:/.test(head),
};
