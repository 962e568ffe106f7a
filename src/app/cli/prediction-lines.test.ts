import { expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { readPredictionLines } from "./prediction-lines.ts";

const read = (content: string | Uint8Array): Promise<unknown[]> =>
  withFile(content, async (path) => {
    const inputs: unknown[] = [];
    for await (const input of readPredictionLines(path)) inputs.push(input);
    return inputs;
  });

test("spans as objects or [start, end]; blank lines and unknown keys mean nothing", async () => {
  const line =
    '{"id": "a", "text": "I go", "entities": [[0, 1], {"start": 2, "end": 4, "type": "V", "text": "go"}], "x": 1}';
  expect(await read(`\n${line}\r\n\n`)).toEqual([
    {
      id: "a",
      text: "I go",
      entities: [
        { start: 0, end: 1 },
        { start: 2, end: 4, type: "V" },
      ],
    },
  ]);
});

const example = 'A line looks like {"text": "I read it.", "entities": [[0, 1], [2, 6]]}.';

test.each([
  ["{nonsense", "expected one JSON object on this line"],
  ["[1, 2]", `the line: expected an object, found a list of 2. ${example}`],
  ['{"entities": []}', `key text: expected a string, found nothing. ${example}`],
  ['{"text": "I go"}', "key entities: expected a list, found nothing"],
  ['{"text": "I go", "entities": [[0]]}', 'key entities[0]: expected {"start": 0, "end": 2, "type": "SUBJ"} or [0, 2]'],
  ['{"text": "I go", "entities": [[0, 1.5]]}', "found a list of 2"],
  ['{"text": "I go", "entities": [[0, 5]]}', 'entity: span [0, 5) "I go" lies outside the text'],
  ['{"text": "I go", "entities": [[1, 2]]}', "holds only white space"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [0]}', "key pairs[0]: expected a list, found the number 0"],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0]]}', "key pairs[0]: expected a list of 2, found a list of 1"],
  [
    '{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 1, 2]]}',
    "key pairs[0]: expected a list of 2, found a list of 3",
  ],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, -1]]}', "key pairs[0][1]: expected an integer of at least 0"],
  [
    '{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 1]]}',
    "names an entity that is not there: expected places from 0 to 0",
  ],
  ['{"text": "I go", "entities": [[0, 1]], "pairs": [[0, 0]]}', "pair [0, 0] is of an entity with itself"],
])("%s", async (line, message) => {
  const failure = read(`{"text": "I go", "entities": [[0, 1], [2, 4]]}\n${line}\n`);
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toThrow("annotations.jsonlines:2: ");
  await expect(failure).rejects.toMatchObject({ exitCode: 65 });
});

test("bytes that are not UTF-8", async () => {
  await expect(read(Buffer.from('{"text": "d\u00e9j\u00e0", "entities": []}', "latin1"))).rejects.toThrow(
    "not valid UTF-8",
  );
});
