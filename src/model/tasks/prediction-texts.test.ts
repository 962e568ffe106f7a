import { expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { drain } from "../../generators.ts";
import { formatSettings } from "../../formats/settings.ts";
import type { DocumentInput } from "./prediction-input.ts";
import { readPredictionTexts } from "./prediction-texts.ts";

const read = (content: string | Uint8Array, options: object = {}, finds = false): Promise<DocumentInput[]> =>
  withFile(content, async (path) => {
    const { texts, count } = await drain(readPredictionTexts(path, formatSettings.parse(options), finds));
    const inputs: DocumentInput[] = [];
    for await (const input of texts) inputs.push(input);
    expect(count).toBe(inputs.length);
    return inputs;
  });

const goes = { text: "I go", entities: [[0, 1], [2, 4]] }; // prettier-ignore
const line = JSON.stringify(goes);

test("texts without entities, for a model that finds them", async () => {
  const texts = ["I go", "I went"];
  const lines = texts.map((text) => JSON.stringify({ text })).join("\n");
  expect((await read(lines, {}, true)).map(({ text, entities }) => [text, entities])).toEqual(
    texts.map((text) => [text, []]),
  );
  await expect(read(lines)).rejects.toThrow(/entities/);
});

test("spans as objects, [start, end] or [start, end, type]; ids as texts; the pairs that are asked for", async () => {
  const spans = '[[0, 1, "S"], {"start": 2, "end": 4, "type": "V", "text": "go"}]';
  const inputs = await read(`\n{"id": 7, "text": "I go", "entities": ${spans}, "pairs": [[1, 0]]}\r\n\n${line}\n`);
  expect(inputs.map(({ id, text, entities, pairs }) => ({ id, text, entities, pairs }))).toEqual([
    {
      id: "7",
      text: "I go",
      entities: [
        { start: 0, end: 1, type: "S" },
        { start: 2, end: 4, type: "V" },
      ],
      pairs: [[1, 0]],
    },
    {
      id: "annotations-4",
      text: "I go",
      entities: [
        { start: 0, end: 1, type: "" },
        { start: 2, end: 4, type: "" },
      ],
    },
  ]);
});

test("the pairs of one line are not those of the next", async () => {
  const asking = JSON.stringify({ ...goes, pairs: [[1, 0]] });
  const bad = JSON.stringify({ ...goes, pairs: [[0, 9]] });
  const asObject = JSON.stringify({ ...goes, pairs: [{ head: 0, tail: 1 }] });
  const inputs = await read([asking, bad, line, asObject].join("\n"), { skipInvalid: true });
  expect(inputs.map(({ pairs }) => pairs)).toEqual([[[1, 0]], undefined, [[0, 1]]]);
});

const example =
  'A line looks like {"text": "I read it.", "entities": [[0, 1], [2, 6]]}: Relata says how given entities are related';

test.each([
  ["{nonsense", "expected one JSON object on this line"],
  ["[1, 2]", `the line: expected an object, found a list of 2. ${example}`],
  ['{"entities": []}', `key text: expected a string, found nothing. ${example}`],
  ['{"text": "I go"}', `key entities: expected a list, found nothing. ${example}`],
  ['{"text": "I go", "entities": [[0]]}', 'key entities[0]: expected {"start": 0, "end": 2, "type": "SUBJ"} or [0, 2'],
  ['{"text": "I go", "entities": [[0, 5]]}', 'entity: span [0, 5) "I go" lies outside the text'],
  ['{"text": "I go", "entities": [[1, 2]]}', "holds only white space"],
  [
    '{"text": "I go", "entities": [[0, 1]], "pairs": [0]}',
    'key pairs[0]: expected [0, 1] or {"head": 0, "tail": 1}, found the number 0',
  ],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0]]}', "found a list of 1"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 1, 2]]}', "found a list of 3"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, -1]]}', "pair [0, -1] names an entity that is not there"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 1]]}', "expected places from 0 to 0"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 0]]}', "pair [0, 0] is of an entity with itself"],
])("%s", async (bad, message) => {
  const failure = read(`${line}\n${bad}\n`);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toThrow("annotations.jsonlines:2: ");
  await expect(failure).rejects.toMatchObject({ exitCode: 65 });
  expect(await read(`${line}\n${bad}\n`, { skipInvalid: true })).toHaveLength(1);
});

test("bytes that are not UTF-8", async () => {
  await expect(read(Buffer.from('{"text": "d\u00e9j\u00e0", "entities": []}', "latin1"))).rejects.toThrow(
    "not valid UTF-8",
  );
});

test("lines without entities say what is missing, plain text that Relata finds none itself", async () => {
  const findsNone = /Relata says how given entities are related, and finds none itself/;
  await expect(read('{"text": "John Smith works at Acme."}\n')).rejects.toThrow(findsNone);
  await expect(read("John Smith works at Acme Corporation in New York.\n")).rejects.toThrow(findsNone);
  await expect(read("<html><p>John Smith works at Acme.</p></html>\n")).rejects.toThrow("not in a format that is read");
});

test("tasks of Label Studio that nobody annotated, for a model that finds entities; another says what does", async () => {
  const tasks = JSON.stringify([1, 2].map((id) => ({ id, data: { text: "I go", thread: "t" } })));
  const inputs = await read(tasks, {}, true);
  expect(inputs.map(({ id, text, entities }) => [id, text, entities])).toEqual([
    ["1", "I go", []],
    ["2", "I go", []],
  ]);
  await expect(read(tasks)).rejects.toThrow(/finds none itself\. Name one of --task entities with --entities DIR/);
});

test.each([
  [
    { tokenEnds: "inclusive" },
    "--token-ends does nothing here: it is about files of tacred, and what was read is relata",
  ],
  [{ discontinuous: "first" }, "--discontinuous does nothing here"],
  [{ fields: "text=body" }, "--fields does nothing here"],
])("a setting that no reader looks at is an error: %j", async (options, message) => {
  await expect(read(line, options)).rejects.toThrow(message);
  await expect(read(line, options)).rejects.toMatchObject({ exitCode: 64 });
});

test("texts under one id are all answered, and reported", async () => {
  const given = [1, "1", 1, 2].map((id, i) => JSON.stringify({ ...goes, id, text: i === 1 ? "I am" : "I go" }));
  await withFile(given.join("\n"), async (path) => {
    const { texts, notices } = await drain(readPredictionTexts(path, formatSettings.parse({}), false));
    const ids: (string | undefined)[] = [];
    for await (const { id } of texts) ids.push(id);
    expect(ids).toEqual(["1", "1", "1", "2"]);
    const reported = notices.list().map(({ code, count, locations }) => [code, count, locations[0]?.line]);
    expect(reported).toEqual([
      ["shared-id", 1, 2],
      ["repeated-text", 1, 3],
    ]);
  });
});
