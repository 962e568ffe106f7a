import { describe, expect, test } from "vitest";
import { withFile } from "../../../test/fixtures/documents.ts";
import { surface } from "../../corpus/document.ts";
import { RecordError, WhiteSpaceSpanError } from "../../corpus/errors.ts";
import { readCorpus, type Corpus, type ReadOptions } from "../read.ts";

const read = (content: string, options?: ReadOptions): Promise<Corpus> =>
  withFile(content, (path) => readCorpus([path], options));

const first =
  '1\t"A <e1>parcel</e1> with ""quotes" left on <e2>Monday</e2>."\nDo-When(e1,e2)\nComment: of <e1>x</e1> <e2>\n\n';
const second = '2\t"The <e1>child</e1> in the <e2>cradle</e2>"\nContent-Container(e2,e1)\nComment:\n\n';
const third = '3\t"The <e1>cat</e1> and the <e2>dog</e2>"\nOther\nComment: 3\tnot a record\n\n';

test("text without tags and outer quotes, direction by label, tags of the comment unread", async () => {
  const content = first + second + third;
  for (const written of [content, content.replaceAll("\n", "\r\n"), content.replaceAll("\n\n", "\n")]) {
    const { documents, sources, notices } = await read(written);
    expect(sources).toMatchObject([{ formats: ["semeval2010"], documents: 3 }]);
    expect(notices).toEqual([]);
    expect(documents.map(({ id, text, relations }) => ({ id, text, relations }))).toEqual([
      { id: "1", text: 'A parcel with ""quotes" left on Monday.', relations: [{ head: 0, tail: 1, label: "Do-When" }] },
      { id: "2", text: "The child in the cradle", relations: [{ head: 1, tail: 0, label: "Content-Container" }] },
      { id: "3", text: "The cat and the dog", relations: [] },
    ]);
    expect(documents.map((document) => document.entities.map((entity) => surface(document, entity)))).toEqual([
      ["parcel", "Monday"],
      ["child", "cradle"],
      ["cat", "dog"],
    ]);
    expect(documents[0]!.entities[0]!.type).toBe("");
  }
});

test("inner quotes at the ends are text", async () => {
  const { documents } = await read('1\t""<e1>A</e1>" is <e2>"b"</e2>"\nOther\n');
  expect(documents[0]!.text).toBe('"A" is "b"');
});

describe("bad records", () => {
  test.each([
    ["no label", '9\t"The <e1>a</e1> <e2>b</e2>"\nComment:\n', RecordError, "expected a label under the sentence"],
    ["a label without direction", '9\t"The <e1>a</e1> <e2>b</e2>"\nDo-When\n', RecordError, 'found "Do-When"'],
    ["no quotes", "9\tThe <e1>a</e1> <e2>b</e2>\nOther\n", RecordError, "a sentence in quotes"],
    ["a missing tag", '9\t"The <e1>a</e1> <e2>b"\nOther\n', RecordError, "expected </e2> in the sentence"],
    ["a tag twice", '9\t"The <e1>a</e1> <e1>b</e1>"\nOther\n', RecordError, "expected one <e1>"],
    ["an empty entity", '9\t"The <e1>  </e1> <e2>b</e2>"\nOther\n', WhiteSpaceSpanError, "holds only white space"],
    ["a surplus line", '9\t"The <e1>a</e1> <e2>b</e2>"\nOther\nOther\n', RecordError, "Comment: or the next record"],
  ])("%s", async (_, bad, error, message) => {
    const content = `${first}${bad}\n${second}`;
    const failure = read(content);
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1, total: 3 }]);
  });
});
