// A body for each route of the server that takes one.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const text = "Ada met Bob.";
export const entities = [
  { start: 0, end: 3, type: "PERSON" },
  { start: 8, end: 11, type: "PERSON" },
];
const oracle = fileURLToPath(new URL("../oracle/inception-recommender/demo.json", import.meta.url));
const cas = JSON.parse(readFileSync(oracle, "utf8")) as Record<"document" | "metadata" | "typeSystem", unknown>;
const region = (id: string, start: number, end: number): object => ({
  id,
  from_name: "label",
  to_name: "text",
  type: "labels",
  value: { start, end, text: text.slice(start, end), labels: ["PERSON"] },
});
const labelConfig =
  '<View><Relations><Relation value="WHO_DO"/></Relations><Labels name="label" toName="text"><Label value="PERSON"/></Labels><Text name="text" value="$text"/></View>';
const mark = { annotator: "eve", client: "tab", first: 0, acts: [{ kind: "set-status", status: "done" }] };
export const acts = { ...mark, start: { marked: { entities: [], relations: [], status: "open" } } };

/** A body for each path that takes one, which it answers with success. */
export const bodies: Readonly<Record<string, unknown>> = {
  "/v1/relations": { documents: [{ text, entities }] },
  "/v1/explanations": { document: { text, entities }, head: 0, tail: 1 },
  "/infer": {
    inputs: [
      { name: "text", datatype: "BYTES", shape: [1], data: [text] },
      { name: "entities", datatype: "BYTES", shape: [1], data: [JSON.stringify(entities)] },
    ],
  },
  "/setup": { project: "3.1", schema: labelConfig },
  "/label-studio/predict": {
    tasks: [{ id: 1, data: { text }, annotations: [{ result: [region("a", 0, 3), region("b", 8, 11)] }] }],
    label_config: labelConfig,
  },
  "/webhook": { action: "ANNOTATION_CREATED", project: { id: 3 } },
  "/label-studio/train": { project: 3 },
  "/job_status": { job: "mine-1" },
  "/validate": {},
  "/duplicate_model": {},
  "/delete": {},
  "/inception/mine/predict": cas,
  "/inception/mine/train": { ...cas, documents: [cas.document] },
  "/page/read": `${JSON.stringify({ text })}\n`,
  "/page/write": { to: "relata", documents: [{ id: "1", text, entities, relations: [] }] },
  "/annotate/documents/0/acts": acts,
  "/annotate/training": { withFormer: false },
};
export const bodyOf = (path: string): unknown => {
  const plain = path.replace("/label-studio/mine/", "/label-studio/");
  return Object.entries(bodies).find(([end]) => plain.endsWith(end))?.[1];
};
