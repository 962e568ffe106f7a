import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { facts, formatContract, readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import { KeyError, RecordError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";
import { prodigy } from "./index.ts";

formatContract(prodigy);

test("the example holds the documents of relata's, as the writer writes them", async () => {
  const example = (name: string): string =>
    fileURLToPath(new URL(`../../../examples/formats/${name}`, import.meta.url));
  const documents = await readBack(example("relata.jsonl"));
  expect((await readBack(example("prodigy.jsonl"))).map(facts)).toEqual(documents.map(facts));
  await withWritten(documents, prodigy, async (path) => {
    expect(readFileSync(path, "utf8")).toBe(readFileSync(example("prodigy.jsonl"), "utf8"));
  });
});

const read = (tasks: readonly unknown[], options?: ReadOptions): Promise<Corpus> =>
  withFile(tasks.map((task) => JSON.stringify(task)).join("\n"), (path) => readCorpus([path], options));

const text = "Le colis 📦 part lundi.";
const words = ["Le", "colis", "📦", "part", "lundi", "."];
const starts = [0, 3, 9, 11, 16, 21];
const tokens = words.map((word, id) => ({
  text: word,
  start: starts[id]!,
  end: starts[id]! + Array.from(word).length,
  id,
  ws: id < 4,
}));
const span = (first: number, last: number, label: string | null): object => ({
  start: tokens[first]!.start,
  end: tokens[last]!.end,
  token_start: first,
  token_end: last,
  label,
});
const colis = span(0, 1, "OBJECT");
const part = span(3, 3, "ACTION");
const lundi = span(4, 4, "TIME");
const whoDo = { head: 1, child: 3, head_span: colis, child_span: part, color: "#c5bdf4", label: "WHO_DO" };
const doWhen = { head: 3, child: 4, head_span: part, child_span: lundi, color: "#ffd882", label: "DO_WHEN" };
const task = {
  text,
  tokens,
  spans: [part, lundi, { ...colis, text: "Le colis", type: "span" }],
  relations: [doWhen, whoDo],
  answer: "accept",
  _input_hash: 1,
  _task_hash: -2,
  _session_id: "mails-anna",
  _view_id: "relations",
  _timestamp: 1700000000,
  meta: { source: "mails" },
};

test("an accepted task: code points, meta as metadata, of keys with an underscore the hash and the annotator", async () => {
  const { documents, notices } = await read([task]);
  const { source, ...document } = documents[0]!;
  expect(document).toEqual({
    id: "-2",
    annotator: "mails-anna",
    text,
    entities: [
      { start: 12, end: 16, type: "ACTION" },
      { start: 17, end: 22, type: "TIME" },
      { start: 0, end: 8, type: "OBJECT" },
    ],
    relations: [
      { head: 0, tail: 1, label: "DO_WHEN" },
      { head: 2, tail: 0, label: "WHO_DO" },
    ],
    metadata: { source: "mails" },
  });
  expect(source?.line).toBe(1);
  expect(notices).toEqual([]);
});

test("ids: of the task, else its hash, else its line", async () => {
  const { documents } = await read([task, { ...task, id: "mail-3" }, { ...task, _task_hash: undefined }]);
  expect(documents.map(({ id }) => id)).toEqual(["-2", "mail-3", "annotations-3"]);
});

test("only accepted answers, or tasks that nobody has answered yet", async () => {
  const answers = ["accept", "reject", "ignore", undefined];
  const { documents, notices } = await read(answers.map((answer, _task_hash) => ({ ...task, answer, _task_hash })));
  expect(documents.map(({ id }) => id)).toEqual(["0", "3"]);
  expect(notices).toMatchObject([
    {
      code: "not-accepted",
      count: 2,
      locations: [
        { line: 2, detail: '"reject"' },
        { line: 3, detail: '"ignore"' },
      ],
    },
  ]);
});

describe("arguments of relations", () => {
  const bare = ({ head, child, label }: typeof doWhen): object => ({ head, child, label });

  test("without their spans: the last token names the span", async () => {
    const { documents } = await read([{ ...task, relations: [bare(doWhen), bare(whoDo)] }]);
    expect(documents[0]!.relations.map(({ head, tail }) => [head, tail])).toEqual([
      [0, 1],
      [2, 0],
    ]);
  });

  test("in no span: an entity without a type, told", async () => {
    const parcel = { ...span(2, 2, null) };
    const relations = [
      { ...doWhen, head: 2, head_span: parcel },
      { ...doWhen, head: 2, head_span: parcel, label: "AGAIN" },
      { head: 5, child: 4, label: "END" },
    ];
    const { documents, notices } = await read([{ ...task, relations }]);
    expect(documents[0]!.entities.slice(3)).toEqual([
      { start: 9, end: 11, type: "" },
      { start: 22, end: 23, type: "" },
    ]);
    expect(documents[0]!.relations.map(({ head, tail }) => [head, tail])).toEqual([
      [3, 1],
      [3, 1],
      [4, 1],
    ]);
    expect(notices).toMatchObject([
      { code: "untyped-argument", count: 2, locations: [{ detail: '"📦" [9, 11)' }, {}] },
    ]);
  });

  test("with the first token of a span instead of the last", async () => {
    const failure = read([{ ...task, tokens: undefined, relations: [{ ...bare(whoDo), head: 0 }] }]);
    await expect(failure).rejects.toBeInstanceOf(RecordError);
    await expect(failure).rejects.toThrow(
      'expected the last token of a span as head of relation "WHO_DO": 3, 4, 1, found 0',
    );
  });

  test("several labels and repetitions on one pair are kept", async () => {
    const relations = ["Binds", "Neg-Reg", "Binds"].map((label) => ({ ...doWhen, label }));
    const { documents } = await read([{ ...task, relations }]);
    expect(documents[0]!.relations.map(({ label }) => label)).toEqual(["Binds", "Neg-Reg", "Binds"]);
  });
});

test("a relation without a label is an error with its place", async () => {
  const failure = read([task, { ...task, _task_hash: 5, relations: [{ ...doWhen, label: null }] }]);
  await expect(failure).rejects.toBeInstanceOf(KeyError);
  await expect(failure).rejects.toThrow(":2: key relations[0].label: expected a string, found null");
});

describe("written tasks", () => {
  const document = {
    id: "mail-1",
    text,
    entities: [
      { start: 12, end: 22, type: "ACTION" },
      { start: 0, end: 8, type: "" },
    ],
    relations: [{ head: 0, tail: 1, label: "X", probability: 0.5 }],
    metadata: { language: "fr" },
  };
  const written = (predictions: boolean): Promise<unknown> =>
    withWritten(
      [document],
      prodigy,
      async (path) => JSON.parse(readFileSync(path, "utf8")) as unknown,
      writeContext({ predictions }),
    );
  const head = { start: 11, end: 21, token_start: 3, token_end: 4, label: "ACTION" };
  const child = { start: 0, end: 8, token_start: 0, token_end: 1, label: null };

  test("annotations are answered: tokens inclusive, arguments by their last token", async () => {
    expect(await written(false)).toEqual({
      id: "mail-1",
      text,
      tokens,
      spans: [
        { ...head, text: "part lundi", type: "span" },
        { ...child, text: "Le colis", type: "span" },
      ],
      relations: [{ head: 4, child: 1, head_span: head, child_span: child, label: "X" }],
      meta: { language: "fr" },
      answer: "accept",
    });
  });

  test("predictions are not", async () => {
    expect(await written(true)).not.toHaveProperty("answer");
  });
});

const data = new URL("../../../../shared/data/", import.meta.url);
test.skipIf(!existsSync(data))("the annotations of spaCy's relation tutorial (needs ../shared/data)", async () => {
  const path = fileURLToPath(new URL("prodigy_rel/annotations.jsonl", data));
  const { documents, notices } = await readCorpus([path]);
  const entities = documents.flatMap(({ entities }) => entities);
  const labels = new Map<string, number>();
  for (const { label } of documents.flatMap(({ relations }) => relations)) {
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }
  expect(documents.length).toBe(149);
  expect(entities.length).toBe(466);
  expect(new Set(entities.map(({ type }) => type))).toEqual(new Set(["GGP"]));
  expect(Object.fromEntries(labels)).toEqual({ "Pos-Reg": 107, Reg: 49, "Neg-Reg": 42, Binds: 35, "No-rel": 34 });
  expect(notices.filter(({ code }) => code !== "span-cuts-word")).toEqual([]);

  const first = await readCorpus([fileURLToPath(new URL("fixtures/prodigy/rel_first5.jsonl", data))]);
  const bare = ({ text, entities, relations }: (typeof documents)[number]): unknown => ({ text, entities, relations });
  expect(first.documents.map(bare)).toEqual(documents.slice(0, 5).map(bare));
});
