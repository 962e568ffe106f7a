// Which type has a given span: from an annotation file to a folder, its scores, and types written into documents.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJsonLines, relata, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
const examples = fileURLToPath(new URL("../../examples/annotations.jsonlines", import.meta.url));
const model = place.path("model");
const tiny = [
  "--model",
  "luke-mini",
  "--train-documents",
  "60",
  "--max-steps",
  "60",
  "--min-steps",
  "1",
  "--threads",
  "1",
];
const types = ["OBJ", "PLACE", "SUBJ", "TIME", "VERB"];

let trained: Awaited<ReturnType<typeof relata>>;
beforeAll(async () => {
  trained = await relata(["train", examples, "--task", "entity-typing", "--output", model, ...tiny, "--json"]);
});
afterAll(() => place.remove());

interface Scored {
  readonly scores: { readonly unit: string; readonly accuracy: number; readonly count: number };
  readonly baselines: readonly { readonly name: string; readonly scores: { readonly accuracy: number } }[];
}

test("trains, and beats the majority", () => {
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(
    /learns from \d+ training entities; scored on all \d+ validation entities and \d+ test entities[^]*types, training \+ validation \+ test: OBJ \d+\+\d+\+\d+/,
  );
  const { scores, baselines } = JSON.parse(trained.stdout) as Scored;
  expect(scores.unit).toBe("entities");
  expect(baselines.map(({ name }) => name)).toEqual(["majority"]);
  expect(scores.accuracy).toBeGreaterThan(baselines[0]!.scores.accuracy);
});

test("the folder is one of LukeForEntityClassification, and says what it is", async () => {
  const config = JSON.parse(readFileSync(join(model, "config.json"), "utf8")) as Record<string, unknown>;
  expect(config).toMatchObject({ architectures: ["LukeForEntityClassification"], id2label: { 0: "OBJ", 4: "VERB" } });
  const manifest = JSON.parse(readFileSync(join(model, "relata.json"), "utf8")) as Record<string, unknown>;
  expect(manifest).toMatchObject({ version: 2, task: { name: "entity-typing" }, labels: { noRelationLabel: null } });
  expect(manifest["settings"]).not.toHaveProperty("encoding");
  expect(readFileSync(join(model, "README.md"), "utf8")).toContain("which type each of them has");
  const info = await relata(["model", "info", model]);
  expect(info.stdout).toMatch(/^task +entity-typing$/m);
});

test("is evaluated, and writes types into documents that chain", async () => {
  const evaluated = await relata(["evaluate", model, examples, "--json", "--threads", "1"]);
  expect(evaluated.code, evaluated.stderr).toBe(0);
  expect((JSON.parse(evaluated.stdout) as Scored).scores).toMatchObject({ unit: "entities" });
  const input = place.file("in.jsonl", '{"id": "a", "text": "Anna wrote", "entities": [[0, 4], [5, 10]]}\n');
  const { stdout } = await relata(["predict", model, input, "--threads", "1"]);
  const [answer] = parseJsonLines<{ entities: { type: string; label: string }[] }>(stdout);
  for (const { type, label } of answer!.entities) expect(types).toContain(type === label ? type : undefined);
  const written = place.path("out.jsonl");
  const to = await relata(["predict", model, input, "--to", "relata", "--output", written, "--threads", "1"]);
  expect(to.stderr).toContain("2 entities written to");
  expect(readFileSync(written, "utf8")).toContain(answer!.entities[0]!.type);
});

test("a setting of relations does nothing here, and says so", async () => {
  const run = await relata([
    "train",
    examples,
    "--task",
    "entity-typing",
    "--output",
    place.path("x"),
    "--markers",
    "typed",
  ]);
  expect(run).toMatchObject({ code: 64, stderr: expect.stringContaining("--markers is about relations") as string });
  const metric = ["--metric", "relation_macro_f1", "--output", place.path("x")];
  expect((await relata(["train", examples, "--task", "entity-typing", ...metric])).code).toBe(64);
});

test("spans without a type are left out and counted; without two types there is nothing to learn", async () => {
  const lines = Array.from({ length: 8 }, (_, i) => JSON.stringify({ text: `Anna ${i} wrote`, entities: [[0, 4, "A"], [7, 12]] })); // prettier-ignore
  const run = await relata(["train", place.file("one.jsonl", lines.join("\n")), "--task", "entity-typing", "--output", place.path("y")]); // prettier-ignore
  expect(run).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('all typed ones have the type "A"') as string,
  });
});
