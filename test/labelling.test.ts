// From no label to a first hundred: rules annotate texts, and a model says which texts to label next.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { drain } from "../src/generators.ts";
import { sampleConfig } from "../src/label-config.ts";
import type { DocumentPrediction } from "../src/model/tasks/prediction.ts";
import { openRules } from "../src/run/rules-answer.ts";
import { sampleData } from "../src/recipes/sample-data.ts";
import { jsonLines, parseJsonLines, relata, Workplace } from "./support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());

const rules = place.file(
  "rules.yaml",
  `entities:
  DOC:
    words: [attestation de paiement, facture]
  DATE:
    find: [dates]
relations:
  PERIOD_OF:
    types: [[DATE, DOC]]
    maxDistance: 40
`,
);
const texts = place.file(
  "texts.jsonl",
  jsonLines([
    { id: "a", text: "Je voudrais une attestation de paiement pour 2022." },
    { id: "b", text: "Bonjour." },
    { id: "c", text: "La facture de mars 2021, et celle du 3 mai 2022, merci." },
    { id: "d", text: "La facture de mars 2021, et celle du 4 mai 2022, merci." },
  ]),
);

interface Line {
  readonly id: string;
  readonly text: string;
  readonly entities: readonly { readonly start: number; readonly end: number; readonly type: string }[];
  readonly relations: readonly { readonly head: number; readonly tail: number; readonly label: string }[];
}
const read = (path: string): Line[] => parseJsonLines<Line>(readFileSync(path, "utf8"));

test("rules annotate texts for any annotation tool, and say nothing where nothing is found", async () => {
  const output = place.path("found.jsonl");
  const run = await relata(["annotate", rules, texts, "--to", "relata", "--output", output]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain("5 relations written to");
  expect(run.stderr).toContain("texts in which no entity was found: 1 of 4");
  const [first, second, third] = read(output);
  const surfaces = (line: Line): string[] => line.entities.map(({ start, end }) => line.text.slice(start, end));
  expect(surfaces(first!)).toEqual(["attestation de paiement", "2022"]);
  expect(first!.relations).toMatchObject([{ head: 1, tail: 0, label: "PERIOD_OF" }]);
  expect(second!.entities).toEqual([]);
  expect(surfaces(third!)).toEqual(["facture", "mars 2021", "3 mai 2022"]);

  const tasks = place.path("tasks.json");
  const studio = await relata(["annotate", rules, texts, "--to", "label-studio", "--output", tasks]);
  expect(studio.code, studio.stderr).toBe(0);
  expect(JSON.stringify(JSON.parse(readFileSync(tasks, "utf8")))).toContain('"predictions"');

  const bare = place.file("bare.json", JSON.stringify([{ id: 1, data: { text: "La facture de mars 2021." } }]));
  const proposed = await relata(["annotate", rules, bare, "--to", "label-studio", "--output", place.path("proposed")]);
  expect(proposed.code, proposed.stderr).toBe(0);
  expect(readFileSync(place.path("proposed"), "utf8")).toContain('"text":"facture"');
});

test.each([
  ["{}", /entities/],
  ['{"entities": {"A": {}}}', /expected "words", "patterns" or "find"/],
  ['{"entities": {"A": {"patterns": ["("]}}}', /expected a regular expression/],
  [
    '{"entities": {"A": {"words": ["a"]}}, "relations": {"R": {"types": [["A", "B"]]}}}',
    /B is no type under "entities"/,
  ],
  ["[]", /expected a JSON object/],
])("rules %s are refused, with the field", async (content, message) => {
  const config = sampleConfig.parse({ to: "relata", output: "x" });
  await expect(openRules(place.file("bad.json", content), config)).rejects.toThrow(message);
});

test("settings of models are refused with rules", async () => {
  const config = sampleConfig.parse({ to: "relata", output: "x", maxPairs: 3 });
  await expect(openRules(rules, config)).rejects.toThrow(/--max-pairs is about models and does nothing with the rules/);
});

test("what to label next: doubts, rare labels, nothing like what is labelled; written best first", async () => {
  const labelled = place.file(
    "labelled.jsonl",
    jsonLines([
      { id: "z", text: "La facture de mars 2021, et celle du 3 mai 2022, merci.", entities: [], relations: [] },
    ]),
  );
  const doubts = new Map([
    ["a", 0.9],
    ["b", 0.6],
    ["c", 0.5],
    ["d", 0.5],
  ]);
  const answer = (probability: number, text: string): DocumentPrediction => ({
    text,
    entities: [{ start: 0, end: 2, type: "DOC", text: text.slice(0, 2), probability }],
    relations: [],
  });
  const model = {
    name: "stub",
    kind: "pair",
    finds: true,
    noRelationLabel: "NO_REL",
    shownTypes: undefined,
    answer: async (inputs: readonly { id?: string | undefined; text: string }[]) =>
      inputs.map(({ id, text }) => answer(doubts.get(id!)!, text)),
    annotate: (document: Line, { entities }: DocumentPrediction) => ({ ...document, entities }),
  } as const;
  const output = place.path("next.jsonl");
  const config = sampleConfig.parse({ count: 3, rare: 0, labelled, to: "relata", output });
  const result = await drain(sampleData(texts, config, model as never));
  // The third text is labelled already, and the fourth is nearly the same.
  expect(result.chosen.map(({ id }) => id)).toEqual(["b", "a", "d"]);
  expect(result).toMatchObject({ texts: 4, labelled: 1 });
  expect(read(output).map(({ id }) => id)).toEqual(["b", "a", "d"]);
});

test("the command prints the choice, also by rules alone, and replaces nothing", async () => {
  const output = place.path("chosen.jsonl");
  const flags = ["data", "sample", rules, texts, "--count", "2", "--to", "relata", "--output", output];
  const { code, stdout, stderr } = await relata([...flags, "--json"]);
  expect(code, stderr).toBe(0);
  const { chosen } = JSON.parse(stdout) as { chosen: { id: string; reason: string }[] };
  expect(chosen.length).toBe(2);
  expect(existsSync(output)).toBe(true);
  const again = await relata(flags);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain("--overwrite");
});
