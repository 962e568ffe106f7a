// A text with all of its pairs in one pass, on the command line: relata train --encoding document and what follows.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLines, relata, type CliResult } from "../support/run-cli.ts";
import {
  place,
  examples,
  tiny,
  train,
  manifestOf,
  storedOf,
  letter,
  type Prediction,
  predict,
} from "../support/document-model.ts";

const model = place.path("model");
let run: CliResult;
/** The predictions for all examples, and for the letter. */
let predictions: Prediction[];
let ofLetter: Prediction;
beforeAll(async () => {
  run = await train("model");
  place.file("letter.jsonl", jsonLines([letter]));
  predictions = await predict("model", examples);
  [ofLetter] = (await predict("model", place.path("letter.jsonl"))) as [Prediction];
});
afterAll(() => place.remove());

describe("a run", () => {
  test("says how many pairs it does not ask about, in both parts", () => {
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain(
      "learns from 5869 training pairs (of 12160: 6291 are not asked about); scored on all 3252 held-out pairs, at natural prevalence",
    );
    for (const [part, pairs] of [
      ["training", "6291 of 12160"],
      ["held out", "1609 of 3252"],
    ])
      expect(run.stderr).toMatch(
        new RegExp(
          `note: ${part}: ${pairs} pairs \\(\\d\\d\\.\\d %\\) are not asked about: no relation of the schema joins`,
        ),
      );
    expect(run.stdout.replaceAll(/\s+/g, " ")).toContain(
      "1609 pairs not shown to the model, for types, a bound or length, 0 of them with a relation: all count as predicted without one.",
    );
  });

  test("keeps encoding, schema and types in the folder", () => {
    const { entityTypes } = manifestOf("model");
    const { encoding, schema } = storedOf("model");
    expect({ encoding, entityTypes }).toEqual({
      encoding: "document",
      entityTypes: ["OBJ", "PLACE", "SUBJ", "TIME", "VERB"],
    });
    expect(schema).toMatchObject({ multiLabel: false, candidates: "schema", maxPairs: null, thresholds: {} });
    expect(schema!.relations["TIME_OF_WHAT"]).toEqual({
      count: 188,
      types: [["TIME", "OBJ", 188]],
      symmetric: false,
      inverse: null,
    });
    expect(JSON.parse(readFileSync(`${model}/entity_vocab.json`, "utf8"))).toMatchObject({
      "[MASK2]": 3,
      "[TYPE:OBJ]": 4,
      "[TYPE:VERB]": 8,
    });
    expect(JSON.parse(readFileSync(`${model}/config.json`, "utf8"))).toMatchObject({ entity_vocab_size: 9 });
  });

  test("names them in report and model card", () => {
    const card = readFileSync(`${model}/README.md`, "utf8");
    expect(card).toContain("- asked about: pairs of types that a relation joins\n");
    expect(card).toContain("| 6 | `TIME_OF_WHAT` | TIME → OBJ (188) |");
    const report = readFileSync(`${model}/report.html`, "utf8");
    expect(report).toContain("document: a text is read once, with all its entities");
    expect(report).toContain("held out: 1609 of 3252 pairs");
    expect(report).not.toContain("Nothing was left out");
  });

  test("of the same seed gives the same weights, byte by byte", async () => {
    expect(await train("again")).toMatchObject({ code: 0 });
    const [first, second] = ["model", "again"].map((name) => readFileSync(place.path(`${name}/model.safetensors`)));
    expect(first!.equals(second!)).toBe(true);
  });
});

describe("the folder", () => {
  test("is described and verified with its schema", async () => {
    const info = await relata(["model", "info", model]);
    expect(info.stdout).toMatch(/^encoding +document, up to 512 tokens; NO_REL means no relation$/m);
    expect(info.stdout).toMatch(/^relations +DO_WHAT: VERB → OBJ \(397\)\n +DO_WHEN: VERB → TIME \(202\)$/m);
    const verified = await relata(["model", "verify", model]);
    expect(verified).toMatchObject({ code: 0, stderr: "All 8 checks passed.\n" });
    expect(verified.stdout).toContain("document encoding, a schema of 7 relations");
  });

  test("without a schema, as it was before there were any, still opens", async () => {
    cpSync(model, place.path("former"), { recursive: true });
    // Version 1 had the task's part at the top.
    const { task: stored, ...manifest } = manifestOf("model");
    const { name: _, schema: __, calibration: ___, ...former } = stored;
    writeFileSync(place.path("former/relata.json"), JSON.stringify({ ...manifest, ...former, version: 1 }));
    const { code, stdout, stderr } = await relata(["evaluate", place.path("former"), examples, "--json"]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ scores: { count: 15412 }, unscored: 0, unscoredRelated: 0 });
  });

  test("is exported to ONNX, and to safetensors", async () => {
    const graph = await relata(["model", "export", model, place.path("onnx"), "--format", "onnx"]);
    expect(graph.code, graph.stderr).toBe(0);
    const facts = JSON.parse(readFileSync(place.path("onnx/model.onnx.json"), "utf8")) as Record<string, unknown>;
    expect(facts).toMatchObject({ answers: { encoding: "document", schema: storedOf("model").schema } });
    expect(Object.keys((facts["entities"] as { ofType: object }).ofType).sort()).toEqual(["", "OBJ", "PLACE", "SUBJ", "TIME", "VERB"]); // prettier-ignore
    const exported = place.path("exported");
    expect(await relata(["model", "export", model, exported, "--format", "safetensors"])).toMatchObject({ code: 0 });
    const { schema, encoding } = storedOf("exported");
    expect({ schema, encoding }).toEqual({ schema: storedOf("model").schema, encoding: "document" });
    expect(await predict("exported", place.path("letter.jsonl"))).toEqual([ofLetter]);
  });
});

const pairsOf = ({ relations }: Prediction): string[] => relations.map(({ head, tail }) => `${head} ${tail}`);

describe("predict", () => {
  test("leaves out the pairs whose types no relation joins, and forbids labels by type", () => {
    // SAME_AS was annotated between OBJ and SUBJ too.
    expect(pairsOf(ofLetter)).toEqual(["0 1", "0 2", "1 2", "1 3", "2 0", "3 2"]);
    const { probabilities } = ofLetter.relations[0]!;
    expect(Object.keys(probabilities).filter((label) => probabilities[label]! > 0)).toEqual(["NO_REL", "WHO_DO"]);
  });

  test("takes a text by flags, its types too", async () => {
    const spans = letter.entities.flatMap(({ start, end, type }) => ["--span", `${start}:${end}:${type}`]);
    const [byFlags] = await predict("model", "--text", letter.text, ...spans, "--json");
    expect({ id: "letter-1", ...byFlags }).toEqual({ ...ofLetter, notices: [] });
    const untyped = letter.entities.flatMap(({ start, end }) => ["--span", `${start}:${end}`]);
    const [other] = await predict("model", "--text", letter.text, ...untyped, "--json");
    expect(pairsOf(other!)).toHaveLength(12);
    expect(other!.relations[0]!.probability).not.toBeCloseTo(byFlags!.relations[0]!.probability, 3);
  });

  test("--relations-only leaves out the pairs without a relation", async () => {
    const related = await predict("model", examples, "--relations-only");
    const expected = predictions.map(({ relations }) => relations.filter(({ label }) => label !== "NO_REL"));
    expect(related.map(({ relations }) => relations)).toEqual(expected);
    expect(expected.flat().length).toBeGreaterThan(0);
    expect(expected.flat().length).toBeLessThan(predictions.flatMap(({ relations }) => relations).length);
  });

  test("agrees with evaluate, which counts the pairs left out as without a relation", async () => {
    const { code, stdout, stderr } = await relata(["evaluate", model, examples, "--threads", "1", "--json"]);
    expect(code, stderr).toBe(0);
    const { scores, unscored, unscoredRelated } = JSON.parse(stdout) as {
      scores: { count: number; perLabel: { label: string; predicted: number }[] };
      unscored: number;
      unscoredRelated: number;
    };
    const answers = predictions.flatMap(({ relations }) => relations);
    expect({ pairs: scores.count, unscored, unscoredRelated }).toEqual({
      pairs: 15412,
      unscored: 15412 - answers.length,
      unscoredRelated: 0,
    });
    for (const { label, predicted } of scores.perLabel.slice(1))
      expect(answers.filter((answer) => answer.label === label)).toHaveLength(predicted);
  });
});

describe("entity types", () => {
  test("are not shown to the model with --typed-entities no", async () => {
    expect(await train("untyped", "--typed-entities", "no")).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(place.path("untyped/entity_vocab.json"), "utf8"))).toEqual({
      "[PAD]": 0,
      "[UNK]": 1,
      "[MASK]": 2,
      "[MASK2]": 3,
    });
    // They bound the pairs all the same.
    const [typed] = await predict("untyped", place.path("letter.jsonl"));
    expect(pairsOf(typed!)).toHaveLength(6);
  });

  test("cannot be shown in pair encoding or of data without any, nor hidden from a model that has seen them", async () => {
    const line = {
      text: "a b c",
      entities: [
        [0, 1],
        [2, 3],
      ],
      relations: [{ head: 0, tail: 1, label: "R" }],
    };
    const data = place.file("untyped.jsonl", jsonLines([1, 2, 3, 4, 5].map((i) => ({ ...line, text: `a b c ${i}` }))));
    const args = ["train", data, "--output", place.path("unused"), ...tiny, "--typed-entities", "yes"];
    expect(await relata(args)).toMatchObject({
      code: 64,
      stderr: expect.stringContaining("no entity of the training documents has a type") as string,
    });
    const inPairs = await train("unused", "--encoding", "pair", "--typed-entities", "yes");
    expect(inPairs).toMatchObject({ code: 64, stdout: "" });
    expect(inPairs.stderr).toContain("--typed-entities yes: pair encoding shows the model [MASK] and [MASK2] alone");
    const hidden = await train("unused", "--model", model, "--typed-entities", "no");
    expect(hidden).toMatchObject({ code: 64, stdout: "" });
    expect(hidden.stderr).toContain("was trained to see types, as OBJ, PLACE");
  });

  test("a model that is trained on keeps its own, and learns those of other data beside them", async () => {
    const line = { ...letter, relations: [{ head: 0, tail: 1, label: "WHO_DO" }] };
    const retyped = line.entities.map((entity) => ({ ...entity, type: entity.type === "TIME" ? "DATE" : entity.type }));
    const lines = [1, 2, 3, 4, 5].map((day) => ({
      ...line,
      text: `${letter.text} ${day}`,
      entities: retyped,
    }));
    const data = place.file("other.jsonl", jsonLines(lines));
    const args = ["train", data, "--output", place.path("onward"), ...tiny, "--model", model, "--vocab-size", "300"];
    const { code, stderr } = await relata(args);
    expect(code, stderr).toBe(0);
    const ids = JSON.parse(readFileSync(place.path("onward/entity_vocab.json"), "utf8")) as object;
    expect(ids).toMatchObject({ "[TYPE:TIME]": 7, "[TYPE:VERB]": 8, "[TYPE:DATE]": 9 });
  });
});
