// Answers to INCEpTION's requests, as dkpro-cassis has read them (scripts/oracle/inception_recommender.py).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { DocumentPrediction } from "../../model/tasks/prediction.ts";
import { DataError } from "../../errors.ts";
import { readCorpus } from "../../formats/read.ts";
import { readPredictRequest, type CasReading } from "./predict-request.ts";
import { withSuggestions } from "./suggestions.ts";
import { writeTrainingFiles } from "./training-files.ts";

const support: string = new URL("../../../test/support/fixed-prediction.js", import.meta.url).href;
const { fixedPrediction } = (await import(support)) as { fixedPrediction: (reading: CasReading) => DocumentPrediction };
const folder = fileURLToPath(new URL("../../../test/oracle/inception-recommender/", import.meta.url));
interface Request {
  typeSystem: string;
  document: { xmi: string; documentId: number; userId: string };
  metadata: Record<string, unknown>;
  tagsets?: unknown[];
}
const requestOf = (name: string): Request => JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")) as Request;
const answers = JSON.parse(readFileSync(`${folder}answers.json`, "utf8")) as Record<string, { answer: string }>;
const bytes = (request: unknown): Uint8Array => Buffer.from(JSON.stringify(request));
const answerTo = (reading: CasReading): string => withSuggestions(reading, fixedPrediction(reading), "NONE");
const pairsOf = ({ pairs, entities, text }: CasReading): string[] =>
  pairs.map((pair) => pair.map((i) => text.slice(entities[i]!.start, entities[i]!.end)).join(" "));

test.each(["demo", "project"])("%s: the answer is the one that cassis has read", (name) => {
  expect(answerTo(readPredictRequest(bytes(requestOf(name))))).toBe(answers[name]!.answer);
});

describe("everything else of the file stays as it is", () => {
  const { xmi } = requestOf("project").document;
  const odd: [string, (text: string) => string][] = [
    [
      "comments that look like views",
      (text) => text.replace("<cas:Sofa", '<!-- <cas:View sofa="1" members="9"/> --><cas:Sofa'),
    ],
    [
      "line ends, tabs and single quotes",
      (text) => text.replaceAll("><", ">\r\n\t<").replace(/members="([^"]*)"/, "members='$1'"),
    ],
    [
      "elements and attributes that nobody knows",
      (text) =>
        text.replace(
          "<cas:Sofa",
          '<x:Odd xmlns:x="http:///x.ecore" xmi:id="90" y="&lt;&#x1F600;"><x:in>é</x:in></x:Odd><cas:Sofa',
        ),
    ],
    ["a byte order mark", (text) => `\uFEFF${text}`],
    ["other prefixes", (text) => text.replaceAll("custom:", "a:").replace("xmlns:custom", "xmlns:a")],
    ["no view", (text) => text.replace(/<cas:View[^>]*>/, "")],
    [
      "a file longer than what is parsed at once",
      (text) => text.replace("<cas:Sofa", `<!--${"📦\r\n".repeat(40_000)}--><cas:Sofa`),
    ],
  ];
  test.each(odd)("%s", (_, change) => {
    const given = change(xmi);
    const request = { ...requestOf("project"), document: { xmi: given } };
    const answer = answerTo(readPredictRequest(bytes(request)));
    const added = [...answer.matchAll(/<relata:Link [^>]*xmi:id="(\d+)"[^>]*\/>/g)];
    expect(added.length).toBe(4);
    const members = new RegExp(`(members=["'][^"']*?)(?: ${added.map(([, id]) => id).join(" ")})(?=["'])`);
    expect(answer.replace(/<relata:Link [^>]*\/>/g, "").replace(members, "$1")).toBe(given);
    expect(members.test(answer)).toBe(given.includes("members='") || /<cas:View sofa="1" members="2 /.test(given));
  });
});

describe("the pairs that are asked for", () => {
  const pairsWith = (change: Record<string, unknown>): string[] => {
    const request = requestOf("project");
    return pairsOf(readPredictRequest(bytes({ ...request, metadata: { ...request.metadata, ...change } })));
  };
  test("are in one sentence, unless relations cross sentences", () => {
    expect(pairsWith({}).filter((pair) => pair.includes("Zoé"))).toEqual([]);
    expect(pairsWith({ crossSentence: true }).filter((pair) => pair.includes("Zoé")).length).toBe(6);
  });
  test("have their target on the screen", () => {
    expect(pairsWith({ range: { begin: 11, end: 14 } })).toEqual(["Ana Bob", "Eve Bob"]);
  });
});

test("labels that the tag set lacks are not suggested; features that the layer lacks are not written", () => {
  const request = requestOf("project");
  const [all] = request.tagsets as [{ targets: unknown }];
  const narrow = { ...request, tagsets: [{ ...all, tags: [{ tag: "MET" }] }] };
  expect(answerTo(readPredictRequest(bytes(narrow)))).not.toContain('label="OWNS" label_score');
  expect(answerTo(readPredictRequest(bytes(request)))).toContain('label="OWNS" label_score');
  expect(answerTo(readPredictRequest(bytes(requestOf("demo"))))).not.toContain("score_explanation");
});

test("a layer of spans gets the entities that were found", () => {
  const request = requestOf("project");
  const metadata = { layer: "webanno.custom.Mention", feature: "value", range: { begin: 0, end: 10 } };
  const reading = readPredictRequest(bytes({ ...request, metadata }));
  expect([reading.isRelation, reading.pairs]).toEqual([false, []]);
  const entities = [
    { start: 3, end: 6, type: "PER", text: "Ana" },
    { start: 23, end: 26, type: "PER", text: "Zoé" },
  ];
  const answer = withSuggestions(reading, { text: reading.text, entities, relations: [] }, undefined);
  expect([...answer.matchAll(/<relata:Mention[^>]*>/g)].map(([element]) => element)).toEqual([
    '<relata:Mention xmlns:relata="http:///webanno/custom.ecore" xmi:id="11" sofa="1" begin="3" end="6" value="PER"/>',
  ]);
});

test.each([
  ["typeSystem", {}],
  ["no layer x.Y", { ...requestOf("demo"), metadata: { layer: "x.Y", feature: "value" } }],
  ["XML cannot be read", { ...requestOf("demo"), document: { xmi: "<xmi:XMI" } }],
  ["sofaString", { ...requestOf("demo"), document: { xmi: '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>' } }],
])("a request that cannot be read says why: %s", (message, request) => {
  expect(() => readPredictRequest(bytes(request))).toThrow(DataError);
  expect(() => readPredictRequest(bytes(request))).toThrow(message);
});

test("documents of a training become a project of files that is read with its settings", async () => {
  const { typeSystem, document, metadata } = requestOf("project");
  const root = mkdtempSync(join(tmpdir(), "relata-inception-"));
  try {
    const documents = [document, { ...document, documentId: "../mail 2.txt", userId: "b/ob" }];
    const { project, settings } = await writeTrainingFiles(
      bytes({ typeSystem, documents, metadata }),
      join(root, "data"),
    );
    expect(project).toBe("7");
    const { documents: read } = await readCorpus([join(root, "data")], settings);
    expect(read.map(({ entities }) => entities.length)).toEqual([4, 4]);
    expect(read[0]!.relations).toContainEqual({ head: 0, tail: 1, label: "OWNS" });
  } finally {
    rmSync(root, { recursive: true });
  }
});
