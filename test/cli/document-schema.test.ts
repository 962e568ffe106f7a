// The relations that a model in document encoding may give: --schema, bounds on the pairs, and --multi-label.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trainConfig } from "../../src/config.ts";
import { InputMissingError, UsageError } from "../../src/errors.ts";
import { readLearningData } from "../../src/model/tasks/read-learning-data.ts";
import { relations as task } from "../../src/model/tasks/relations/relations.ts";
import { withModelDefaults } from "../../src/model/starting-settings.ts";
import { jsonLines, relata } from "../support/run-cli.ts";
import { place, examples, tiny, train, storedOf, letter, predict } from "../support/document-model.ts";

beforeAll(async () => {
  place.file("letter.jsonl", jsonLines([letter]));
  const { code, stderr } = await train("model");
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => place.remove());

test("--max-pairs and --max-distance say what they leave out, count it as missed, and hold for the folder", async () => {
  const { code, stdout, stderr } = await train("bounded", "--max-pairs", "10", "--max-distance", "20");
  expect(code, stderr).toBe(0);
  for (const line of [
    /note: training: \d+ of 12160 pairs \(\d+\.\d %\) are not asked about: farther apart than --max-distance/,
    /note: held out: \d+ of 3252 pairs \(\d\.\d %\) are not asked about: beyond the nearest --max-pairs of their document/,
    /note: held out: 74 pairs with a relation are never shown to the model/,
  ])
    expect(stderr).toMatch(line);
  expect(stdout).toMatch(/, 74 of\s+them with a relation: all\s+count as predicted without one\./);
  expect(storedOf("bounded").schema).toMatchObject({ maxPairs: 10, maxDistance: 20 });
  for (const { entities, relations } of await predict("bounded", examples)) {
    expect(relations.length).toBeLessThanOrEqual(10);
    for (const { head, tail } of relations) {
      const [a, b] = [entities[head]!, entities[tail]!];
      expect(Math.max(a.start - b.end, b.start - a.end)).toBeLessThanOrEqual(20);
    }
  }
});

describe("--schema", () => {
  const edited = (change: (relations: Record<string, object>) => void): string => {
    const { schema } = storedOf("model");
    const { multiLabel, relations } = structuredClone(schema!);
    change(relations);
    return place.file("schema.json", JSON.stringify({ multiLabel, relations }));
  };

  test("a symmetric relation is learnt in both directions and predicted once, alike from both", async () => {
    const schema = edited((relations) => Object.assign(relations["SAME_AS"]!, { symmetric: true }));
    const { code, stderr } = await train("symmetric", "--schema", schema);
    expect(code, stderr).toBe(0);
    const counts = (stderr.match(/SAME_AS (\d+)\+(\d+)/) ?? []).slice(1).map(Number);
    expect(counts).toEqual([2 * 115, 2 * 29]);
    expect(storedOf("symmetric").schema!.relations["SAME_AS"]).toMatchObject({ symmetric: true });

    let once = 0;
    for (const { entities, relations } of await predict("symmetric", examples)) {
      for (const { head, tail, label, probabilities } of relations) {
        const reverse = relations.find((other) => other.head === tail && other.tail === head);
        if (label === "SAME_AS") {
          once++;
          expect(reverse?.label).not.toBe("SAME_AS");
          if (!reverse) expect(entities[head]!.start).toBeLessThanOrEqual(entities[tail]!.start);
        } else if (reverse) expect(probabilities["SAME_AS"]).toBeCloseTo(reverse.probabilities["SAME_AS"]!, 6);
      }
    }
    expect(once).toBeGreaterThan(0);
  });

  test("relations that it does not allow are told with their lines, names that the data do not have too", async () => {
    const schema = edited((relations) => {
      Object.assign(relations["WHO_DO"]!, { types: [["SUBJ", "PLACE"]] });
      relations["SAME_AZ"] = { types: [], symmetric: true };
    });
    const { code, stderr } = await train("against", "--schema", schema);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /note: relations between types that the schema does not allow for them: 559 of \d+ \(\d+\.\d %\), at \S+annotations\.jsonlines:\d+ \("WHO_DO" from "SUBJ" to "VERB"\)/,
    );
    expect(stderr).toMatch(
      /note: names in the schema that are no relation of the documents, not used: 1, at schema\.json \("SAME_AZ"\)/,
    );
    expect(stderr).toMatch(/note: training: \d+ pairs with a relation are never shown to the model/);
  });

  test.each([
    ["is missing", undefined, /Cannot read the schema .*schema\.json: no such file/],
    ["is no JSON", "{", /Cannot read the schema .*schema\.json: .*JSON/],
    [
      "has a rule with another key",
      '{"relations": {"WHO_DO": {"types": [["SUBJ"]], "symetric": true}}}',
      /Cannot use the schema .*schema\.json:\n(.|\n)*symetric/,
    ],
    ["is a folder's, from before there were any", '{"version": 1, "schema": null}', /Cannot use the schema/],
  ])("that %s is a clear error", async (_, content, message) => {
    const schema = content === undefined ? place.path("no-schema.json") : place.file("schema.json", content);
    const config = withModelDefaults(trainConfig.parse({ output: "unused", schema }));
    const reading = readLearningData(task, [examples], config);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(content === undefined ? InputMissingError : UsageError);
  });
});

test("--multi-label learns, stores and predicts several relations of a pair", async () => {
  const lines = ["Anna", "Bert", "Cleo", "Dora", "Egon", "Fred"].map((name) => ({
    ...letter,
    text: letter.text.replace("Anna", name),
    relations: [
      { head: 0, tail: 1, label: "WHO_DO" },
      { head: 0, tail: 1, label: "FIRST_OF" },
      { head: 1, tail: 2, label: "DO_WHAT" },
    ],
  }));
  const data = place.file("several.jsonl", jsonLines(lines));
  const flags = [
    "--multi-label",
    "--max-steps",
    "60",
    "--epochs",
    "60",
    "--eval-steps",
    "60",
    "--learning-rate",
    "0.003",
  ];
  const { code, stdout, stderr } = await relata(["train", data, "--output", place.path("several"), ...tiny, ...flags]);
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain("that already has another label");
  expect(stdout).toMatch(/^FIRST_OF +1\.000 +1\.000/m);
  expect(JSON.parse(readFileSync(place.path("several/config.json"), "utf8"))).toMatchObject({
    problem_type: "multi_label_classification",
  });
  const { schema } = storedOf("several");
  expect(schema).toMatchObject({ multiLabel: true });
  expect(Object.keys(schema!.thresholds)).not.toContain("NO_REL");
  const [prediction] = await predict("several", place.path("letter.jsonl"));
  const [pair] = prediction!.relations;
  expect(pair!.labels!.toSorted()).toEqual(["FIRST_OF", "WHO_DO"]);
  expect(pair!.label).toBe(pair!.labels![0]);
  const byFlags = letter.entities.slice(0, 2).flatMap(({ start, end, type }) => ["--span", `${start}:${end}:${type}`]);
  const table = await relata(["predict", place.path("several"), "--text", letter.text, ...byFlags]);
  expect(table.stdout).toMatch(/^Anna → read: {2}\w+ 0\.\d{3}, \w+ 0\.\d{3} {3}\(/);
});
