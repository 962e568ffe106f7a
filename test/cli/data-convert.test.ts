// Annotation files in another format: what stays equal, what is told to be lost, and what never happens to a folder.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { jsonLines, parseJsonLines, relata, Workplace, type CliResult } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());
const data = place.examples("annotations.jsonlines", 6);
const convert = (...args: string[]): Promise<CliResult> => relata(["data", "convert", ...args], { cwd: place.folder });
const binary = fileURLToPath(new URL("../../bin/relata.js", import.meta.url));
const read = (name: string): string => readFileSync(place.path(name), "utf8");

const text = "Le colis part lundi.";
const entities = [
  { start: 3, end: 8, type: "OBJECT" },
  { start: 9, end: 13, type: "ACTION" },
  { start: 14, end: 19, type: "TIME" },
];
const document = (change: object = {}): object => ({
  id: "d1",
  text,
  entities,
  relations: [{ head: 1, tail: 2, label: "DO_WHEN" }],
  ...change,
});

describe("there and back", () => {
  test("by way of another format nothing is lost; gzip is read and written", async () => {
    const there = await convert(data, "out.jsonl", "--to", "relata");
    expect(there).toMatchObject({ code: 0, stdout: "" });
    expect(there.stderr).toContain(
      "annotations.jsonlines: annotto, 6 documents\n" +
        "Nothing was lost: 26 entities and 19 relations read, and as many written.\n6 documents to out.jsonl: relata, ",
    );
    expect(await convert("out.jsonl", "back.jsonlines.gz", "--to", "annotto")).toMatchObject({ code: 0 });
    expect(await convert("back.jsonlines.gz", "again.jsonl", "--to", "relata")).toMatchObject({ code: 0 });
    expect(read("again.jsonl")).toBe(read("out.jsonl"));
    expect(
      gunzipSync(readFileSync(place.path("back.jsonlines.gz")))
        .toString()
        .split("\n"),
    ).toHaveLength(7);
    expect(readdirSync(place.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("texts under one id stay, and are named: of numbers and strings, in small files and in large ones", async () => {
    const lines = [document({ id: 7 }), document({ id: "7", text: `${text} Oui.` }), document({ id: "x" })];
    const message = 'documents with the id of an earlier one and another text (1 and "1" are one id), all kept; ';
    writeFileSync(place.path("shared.jsonl"), jsonLines(lines));
    // A packed file may be large, and its documents are not held.
    writeFileSync(place.path("shared.jsonl.gz"), gzipSync(jsonLines(lines)));
    for (const name of ["shared.jsonl", "shared.jsonl.gz"]) {
      const { code, stderr } = await convert(name, "shared-out.jsonl", "--to", "relata", "--overwrite");
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(message);
      expect(stderr).toContain(`: 1, at ${name}:2`);
      expect(parseJsonLines<{ id: string }>(read("shared-out.jsonl")).map(({ id }) => id)).toEqual(["7", "7", "x"]);
    }
  });

  test("several inputs, a folder among them, on standard output", async () => {
    mkdirSync(place.path("in"));
    writeFileSync(place.path("in/a.jsonl"), jsonLines([document()]));
    writeFileSync(place.path("in/b.jsonl.gz"), gzipSync(jsonLines([document({ id: "d2" })])));
    const { code, stdout, stderr } = await convert("in", data, "-", "--to", "relata");
    expect(code, stderr).toBe(0);
    expect(
      parseJsonLines<{ id: string }>(stdout)
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(["d1", "d2"]);
    expect(parseJsonLines(stdout)).toHaveLength(8);
    expect(stderr).toContain("in: relata, 2 documents\n");
    expect(stderr).toContain("8 documents to standard output: relata");
  });

  test("the same file twice is an error, or written once", async () => {
    const { code, stderr } = await convert(data, data, "-", "--to", "relata");
    expect(code).toBe(65);
    expect(stderr).toContain("Was a file given twice?");
    const { stdout } = await convert(data, data, "-", "--to", "relata", "--skip-invalid");
    expect(parseJsonLines(stdout)).toHaveLength(6);
  });
});

describe("what is not held", () => {
  test("is listed with counts and places, and in the JSON", async () => {
    const lines = [document({ metadata: { thread: 1 } }), document({ id: "d2", metadata: { thread: 2 } })];
    const input = place.file("rich.jsonl", jsonLines(lines));
    const { code, stdout, stderr } = await convert(input, "rich.json", "--to", "docred", "--json");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`Not held by docred\n  documents with metadata, which is left out: 2, at ${input}:1`);
    const result = JSON.parse(stdout) as { losses: { code: string; count: number }[] };
    expect(result).toMatchObject({ output: "rich.json", to: "docred", documents: 2, files: 1, predictions: false });
    expect(result.losses.map(({ code, count }) => [code, count])).toContainEqual(["lost-metadata", 2]);
    const amounts = { documents: 2, entities: 6, relations: 2 };
    expect(result).toMatchObject({ met: amounts, written: amounts });
  });

  test("what a file holds beside spans and relations is counted, and nothing is said to be kept whole", async () => {
    const line = { text, ents: [{ start: 3, end: 8, label: "OBJECT" }], rels: [], tokens: [{ start: 3, end: 8 }] };
    const input = place.file("docs.json", JSON.stringify([{ ...line, spans: { sc: [{}, {}] }, cats: { MAIL: 1 } }]));
    const { code, stdout, stderr } = await convert(input, "docs.jsonl", "--to", "relata", "--json");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Written: 1 of 1 entity, 0 of 0 relations, none of 3 other annotations.\n");
    expect(stderr).not.toContain("Nothing was lost");
    expect(JSON.parse(stdout)).toMatchObject({ met: { annotations: 3 }, written: { annotations: 0, entities: 1 } });
    const checked = await relata(["data", "check", input, "--strict"], { cwd: place.folder });
    expect(checked).toMatchObject({ code: 65 });
    expect(checked.stdout).toContain("read-span-group");
  });

  test("predictions are told by their probabilities, and other documents beside them", async () => {
    const predicted = document({ relations: [{ head: 1, tail: 2, label: "DO_WHEN", probability: 0.75 }] });
    const input = place.file(
      "predicted.jsonl",
      jsonLines([document({ id: "d0", relations: [] }), predicted, document({ id: "d2" })]),
    );
    const { code, stdout, stderr } = await convert(input, "-", "--to", "label-studio", "--model-version", "mine");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      "documents with relations but no probability, written as predictions like the first: 1, at",
    );
    expect(stderr).toContain("label-studio, as predictions, ");
    const tasks = JSON.parse(stdout) as { predictions?: { model_version: string }[] }[];
    expect(tasks.map(({ predictions }) => predictions?.[0]?.model_version)).toContain("mine");
    const annotated = await convert(input, "-", "--to", "label-studio", "--predictions", "no");
    expect(annotated.stdout).not.toContain("model_version");
    expect(annotated.stderr).not.toContain("like the first");
  });
});

test("pairs predicted to have no relation are no relations, unless they are to be kept; annotated ones always are", async () => {
  const relations = [
    { head: 1, tail: 2, label: "DO_WHEN", probability: 0.75 },
    { head: 2, tail: 1, label: "NO_REL", probability: 0.9 },
    { head: 0, tail: 1, label: "NO_REL" },
  ];
  const input = place.file("every-pair.jsonl", jsonLines([document({ relations })]));
  const { stdout, stderr } = await convert(input, "-", "--to", "relata");
  expect(stderr).toContain(
    "pairs predicted to have no relation, left out; --keep-negatives keeps them: 1 of 3 (33.3 %)",
  );
  expect(parseJsonLines(stdout)).toMatchObject([{ relations: [relations[0], relations[2]] }]);
  const kept = await convert(input, "-", "--to", "relata", "--keep-negatives");
  expect(kept.stderr).toContain("Nothing was lost: 3 entities and 3 relations read, and as many written.");
  expect(parseJsonLines(kept.stdout)).toMatchObject([{ relations }]);
});

describe("the output", () => {
  test("that is there already is kept, unless it may be replaced", async () => {
    place.file("kept.jsonl", "mine\n");
    expect(await convert(data, "kept.jsonl", "--to", "relata")).toMatchObject({
      code: 64,
      stderr:
        "relata: The output kept.jsonl is there already. Choose another name, or add --overwrite to replace it.\n",
    });
    expect(read("kept.jsonl")).toBe("mine\n");
    expect(await convert(data, "kept.jsonl", "--to", "relata", "--overwrite")).toMatchObject({ code: 0 });
    expect(parseJsonLines(read("kept.jsonl"))).toHaveLength(6);
  });

  test("may be the input", async () => {
    place.examples("self.jsonlines", 3);
    expect(await convert("self.jsonlines", "self.jsonlines", "--to", "relata", "--overwrite")).toMatchObject({
      code: 0,
    });
    expect(parseJsonLines<object>(read("self.jsonlines")).map((line) => Object.keys(line)[0])).toEqual([
      "id",
      "id",
      "id",
    ]);
  });

  test("is not touched by bad data", async () => {
    place.file("former.jsonl", "mine\n");
    const bad = place.examples(
      "bad.jsonlines",
      6,
      (lines) => (lines[4]!.annotation.ner.Entities.entities[0]!.end_char = 9999),
    );
    const { code, stderr } = await convert(bad, "former.jsonl", "--to", "relata", "--overwrite");
    expect(code).toBe(65);
    expect(stderr).toContain("bad.jsonlines:5: entity of type");
    expect(stderr).toContain("or leave such documents out with --skip-invalid");
    expect(read("former.jsonl")).toBe("mine\n");
    const skipped = await convert(bad, "former.jsonl", "--to", "relata", "--overwrite", "--skip-invalid");
    expect(skipped.stderr).toContain("Noticed while reading\n  invalid documents, left out: 1 of 6 (16.7 %), at");
    expect(parseJsonLines(read("former.jsonl"))).toHaveLength(5);
    expect(readdirSync(place.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("of a format of many files is a folder, and stays in it", async () => {
    const ids = ["../../escaped", "/etc/passwd", "a/b", "..", "con", "d"];
    const input = place.file("ids.jsonl", jsonLines(ids.map((id) => document({ id }))));
    mkdirSync(place.path("deep"));
    const { code, stderr } = await convert(input, "deep/brat", "--to", "brat");
    expect(code, stderr).toBe(0);
    expect(readdirSync(place.path("deep"))).toEqual(["brat"]);
    expect(readdirSync(place.path("deep/brat")).filter((name) => name.endsWith(".ann"))).toHaveLength(ids.length);
    const back = await convert("deep/brat", "-", "--to", "relata");
    expect(
      parseJsonLines<{ id: string }>(back.stdout)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
    expect(await convert(input, "-", "--to", "brat")).toMatchObject({
      code: 64,
      stderr: "relata: brat is a folder of files: name a folder for the output.\n",
    });
  });

  test("is gone when Ctrl-C ends the reading of a pipe", async () => {
    mkdirSync(place.path("stopped"));
    expect(spawnSync("mkfifo", [place.path("pipe")]).status).toBe(0);
    const args = [binary, "data", "convert", "pipe", "stopped/out.jsonl", "--to", "relata"];
    const child = spawn(process.execPath, args, { cwd: place.folder, stdio: "ignore" });
    const ended = once(child, "close");
    const pipe = await open(place.path("pipe"), "w");
    const lines = jsonLines([document({ text: text.padEnd(400_000) })]).repeat(4);
    const writing = pipe.write(lines).catch(() => {}); // what is not read any more
    const isThere = (): boolean => readdirSync(place.path("stopped")).length > 0;
    for (let i = 0; i < 200 && !isThere(); i++) await setTimeout(50);
    expect(isThere()).toBe(true);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    await writing;
    await pipe.close();
    expect(readdirSync(place.path("stopped"))).toEqual([]);
  });
});

test.each([
  ["no output", [data, "--to", "relata"], "Name what to read and, last, where to write"],
  ["no format", [data, "out"], "--to is missing (Format to write)"],
  ["an unknown format", [data, "out", "--to", "xml"], "--to: expected annotto, "],
  ["two results on standard output", [data, "-", "--to", "relata", "--json"], "would both go to standard output"],
])("%s", async (_, args, message) => {
  const { code, stdout, stderr } = await convert(...args);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(message);
});
