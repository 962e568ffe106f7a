import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openSchema } from "../corpus/schema.ts";
import { card } from "../model/tasks/relations/card.ts";
import { isModelCard, modelCard } from "./model-card.ts";
import type { ModelCardFacts } from "./model-card.ts";

const schema = openSchema({ noRelationLabel: "NO_REL", id2label: ["NO_REL", "WHO_DO"] });
const facts: ModelCardFacts = {
  name: "/home/jane doe/models/who-does-what",
  baseModel: "studio-ousia/luke-base",
  text: (subject) => card({ encoding: "pair", markers: "plain", schema }, subject),
  decisions: [{ name: "asked about", value: "all pairs" }],
  meanings: [{ name: "WHO_DO", value: "WHO → DO (40)" }],
  labels: { noRelationLabel: "NO_REL", id2label: ["NO_REL", "WHO_DO", "odd|`label`\n"] },
  entityTypes: ["WHO", "DO"],
  maxLength: 128,
  encoder: { name: "luke", markers: undefined },
  data: [{ path: "C:\\Users\\jane\\annotations.jsonlines", sha256: "0".repeat(64), documents: 12 }],
  seed: 7,
  settings: {
    learningRate: 0.00001,
    output: "/home/jane doe/models/who-does-what",
    data: ["~/jane/a.jsonl"],
    patience: undefined,
  },
  command: ["relata", "train", "/home/jane doe/annotations.jsonlines", "--output=/srv/jane/out", "--note", "it's"],
  protocol: "micro precision / recall / F1 over all pairs, NO_REL not counted",
  scores: [
    { type: "f1", name: "micro F1", value: 0.123456, baselines: { "majority label": 0.00001, "type pairs": NaN } },
    { type: "recall", name: "micro recall", value: NaN, baselines: { "majority label": 1 } },
  ],
  createdWith: { relata: "0.1.0", onnxruntime: "1.30.0" },
};
const written = modelCard(facts);

describe("modelCard", () => {
  it("begins with what the hub reads", () => {
    expect(written.slice(0, written.indexOf("\n---\n", 4))).toBe(`---
library_name: relata
pipeline_tag: text-classification
base_model: "studio-ousia/luke-base"
tags:
- luke
- relation-classification
- relation-extraction
metrics:
- "f1"
model-index:
- name: "who-does-what"
  results:
  - task:
      type: text-classification
      name: Relation classification
    dataset:
      type: custom
      name: "annotations.jsonlines"
    metrics:
    - type: "f1"
      name: "micro F1"
      value: 0.1235`);
  });

  it("has the owner's facts, and the part and file that the scores are from", () => {
    const owner = { license: "cc-by-4.0", language: "fr,no", datasets: "org/mails,org/reports" };
    const test = { path: "official.jsonl", sha256: "1".repeat(64), documents: 3, part: "test" };
    const given = modelCard({ ...facts, owner, part: "test", data: [...facts.data, test] });
    const read = parse(given.slice(4, given.indexOf("\n---\n", 4))) as Record<string, unknown>;
    expect(read).toMatchObject({
      license: "cc-by-4.0",
      language: ["fr", "no"],
      datasets: ["org/mails", "org/reports"],
      "model-index": [{ results: [{ dataset: { type: "custom", name: "official.jsonl", split: "test" } }] }],
    });
    const drawn = modelCard({ ...facts, part: "validation" });
    expect(drawn).toContain('      name: "annotations.jsonlines"\n      split: validation\n');
  });

  it("names no folder of anybody's", () => {
    expect(written).not.toMatch(/jane|home|Users|srv|~/);
    expect(written).toContain("relata train annotations.jsonlines --output=out --note 'it'\\''s'");
    expect(written).toContain('| `data` | `["a.jsonl"]` |');
  });

  it("keeps every label in its cell", () => {
    expect(written).toContain("| 0 | `NO_REL` | no relation |");
    expect(written).toContain("| 1 | `WHO_DO` | WHO → DO (40) |");
    expect(written).toContain("| 2 | `` odd\\|`label` `` |  |");
  });

  it("shows scores beside baselines with how they were made", () => {
    expect(written).toContain("|  | this model | majority label | type pairs |");
    expect(written).toContain("| micro F1 | 0.1235 | 0.0000 | – |");
    expect(written).toContain("| micro recall | – | 1.0000 | – |");
    expect(written).toContain(facts.protocol);
  });

  it("tells how to use the model, in transformers only where that means the same", () => {
    expect(written).toContain("npx relata predict who-does-what");
    expect(written).toContain("name this model's folder, `who-does-what`. Run them in the folder in which it lies");
    expect(written).toContain("LukeForEntityPairClassification");
    expect(
      modelCard({ ...facts, text: (subject) => card({ encoding: "document", markers: "plain", schema }, subject) }),
    ).not.toContain("LukeForEntityPairClassification");
  });

  it("writes the types into the text for transformers where the markers are typed", () => {
    expect(written).toContain('tokenizer("Anna met Ben.", entity_spans=[(0, 4), (9, 12)]');
    const text = "* who * Anna met * do * Ben.";
    const typed = modelCard({
      ...facts,
      text: (subject) => card({ encoding: "pair", markers: "typed", schema }, subject),
    });
    expect(typed).toContain(`tokenizer("${text}", entity_spans=[(0, 12), (17, 27)]`);
    expect(typed).toContain("the words of the types are written into the text");
  });

  it("says nothing of scores or a base model that there are not", () => {
    const { baseModel: _, ...rest } = facts;
    const bare = modelCard({ ...rest, scores: [] });
    expect(bare).not.toMatch(/model-index|base_model/);
    expect(bare).toContain("no example was held out");
    expect(modelCard({ ...facts, baseModel: "/home/jane/luke" })).not.toMatch(/base_model|jane/);
  });

  it("is known as ours, also with a licence added", () => {
    expect(isModelCard(written)).toBe(true);
    expect(isModelCard(written.replace("---\n", "---\r\nlicense: mit\r\n"))).toBe(true);
    expect(isModelCard("# Notes\n\nlibrary_name: relata\n")).toBe(false);
    expect(isModelCard("---\ntitle: x\n---\nlibrary_name: relata\n---\n")).toBe(false);
  });
});
