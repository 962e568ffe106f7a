// --markers typed from training to export: what is recorded, what is told, what is refused.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJsonLines, relata, trainModel, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
const typed = place.path("typed");
const plain = place.path("plain");

beforeAll(async () => {
  await trainModel(data, typed, ["--markers", "typed"]);
  await trainModel(data, plain);
});
afterAll(() => place.remove());

const storedMarkers = (folder: string): unknown =>
  JSON.parse(readFileSync(`${folder}/relata.json`, "utf8")).task.markers;

interface Answer {
  readonly relations: readonly { readonly probability: number }[];
}

async function predict(folder: string, types: readonly (string | undefined)[]): Promise<[string, string]> {
  const line = JSON.stringify({
    text: "Anna wrote a letter",
    entities: [
      { start: 0, end: 4, type: types[0] },
      { start: 5, end: 10, type: types[1] },
    ],
  });
  const { code, stdout, stderr } = await relata(["predict", folder, "-", "--threads", "1"], { input: line });
  expect(code, stderr).toBe(0);
  const [answer] = parseJsonLines<Answer>(stdout);
  return [answer!.relations.map(({ probability }) => probability.toFixed(7)).join(" "), stderr];
}

test("relata.json records it in the part of the task", () => {
  expect([typed, plain].map(storedMarkers)).toEqual(["typed", "plain"]);
});

test("the types decide the answers, those never seen too, and what is strange is told", async () => {
  const [known, quiet] = await predict(typed, ["SUBJ", "VERB"]);
  expect(quiet).not.toContain("note:");
  const [unseen, told] = await predict(typed, ["CAPTAIN", "VERB"]);
  expect(told).toMatch(
    /note: mentions of types that the model met in no training text, which had .*; .*: 1, at .*CAPTAIN/,
  );
  const [none, absent] = await predict(typed, [undefined, undefined]);
  expect(absent).toMatch(/note: mentions without a type, .*: 2/);
  expect(new Set([known, unseen, none]).size).toBe(3);
  expect((await predict(typed, ["subj", "Verb"]))[0]).toBe(known);
  const [ofPlain, silent] = await predict(plain, ["CAPTAIN", undefined]);
  expect(silent).not.toContain("note:");
  expect((await predict(plain, ["SUBJ", "VERB"]))[0]).toBe(ofPlain);
});

test("--text tells the same", async () => {
  const { stderr } = await relata(["predict", typed, "--text", "Anna ran", "--span", "0:4:SUBJ", "--span", "5:8:NEW"]);
  expect(stderr).toMatch(/met in no training text.*NEW/);
});

test("evaluate, info, verify and the model card follow it", async () => {
  expect((await relata(["evaluate", typed, data])).code).toBe(0);
  expect((await relata(["model", "info", typed])).stdout).toMatch(/^markers +typed: /m);
  expect((await relata(["model", "verify", typed])).stdout).toContain("pair encoding with typed markers");
  expect(readFileSync(`${typed}/README.md`, "utf8")).toMatch(/tokenizer\("\* \w+ \* Anna met/);
});

test("exports keep it: a folder in relata.json, with the same answers; a graph in a note", async () => {
  const again = place.path("again");
  expect((await relata(["model", "export", typed, again, "--format", "safetensors"])).code).toBe(0);
  expect((await predict(again, ["SUBJ", "VERB"]))[0]).toBe((await predict(typed, ["SUBJ", "VERB"]))[0]);
  const { code, stderr } = await relata(["model", "export", typed, place.path("graph"), "--format", "onnx"]);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("note: the model reads the types of head and tail in the text");
  const graph = await relata(["model", "export", plain, place.path("plain-graph"), "--format", "onnx"]);
  expect(graph.stderr).not.toContain("note:");
});

test("training on goes on with plain markers only after saying so", async () => {
  const run = ["train", data, "--model", typed, "--max-steps", "1", "--threads", "1", "--output"];
  const { stderr } = await relata([...run, place.path("on")]);
  expect(stderr).toContain("it was trained with typed markers and goes on with plain ones; --markers typed keeps them");
  expect((await relata([...run, place.path("on-typed"), "--markers", "typed"])).stderr).not.toContain("plain ones");
});

test("it is refused where it would show nothing", async () => {
  const run = ["train", data, "--model", "luke-mini", "--output", place.path("none"), "--markers", "typed"];
  const document = await relata([...run, "--encoding", "document"]);
  expect([document.code, document.stderr]).toEqual([
    64,
    expect.stringContaining("document encoding puts no markers into the text"),
  ]);
  const wordless = place.file(
    "wordless.jsonlines",
    readFileSync(data, "utf8").replaceAll(/"value":"\w+"/g, '"value":"--"'),
  );
  const untyped = await relata([
    "train",
    wordless,
    "--model",
    "luke-mini",
    "--output",
    place.path("none"),
    "--markers",
    "typed",
  ]);
  expect([untyped.code, untyped.stderr]).toEqual([
    64,
    expect.stringContaining("no entity of the training documents has a type with a name"),
  ]);
});

test("types that the markers show alike are told", async () => {
  const lines = readFileSync(data, "utf8").replaceAll(/"value":"SUBJ"(?=,"start_char":0,)/g, '"value":"Subj"');
  const file = place.file("alike.jsonlines", lines);
  const flags = ["--markers", "typed", "--max-steps", "1", "--threads", "1", "--vocab-size", "300"];
  const { stderr } = await relata(["train", file, "--model", "luke-mini", "--output", place.path("alike"), ...flags]);
  expect(stderr).toMatch(
    /types whose names have the same words, so that the markers show them alike: 2, at SUBJ, Subj/,
  );
});
