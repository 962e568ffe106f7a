import { expect, test } from "vitest";
import { makeDocument } from "../../test/fixtures/documents.ts";
import { formatNotice, NoticeLog } from "../corpus/notices.ts";
import { reportLeaks } from "./leaks.ts";

const letter =
  "Dear sirs, please send the certificate of payment for the year 2022 to my new address in Lyon, with my thanks. " +
  "I have moved there in the spring and my old address is no longer valid, as I told your colleague on the phone.";

function leaks(train: readonly string[], validation: readonly string[], held: readonly string[]): string[] {
  const notices = new NoticeLog();
  const part = (name: string, texts: readonly string[]) => ({
    name,
    documents: texts.map((text, i) => makeDocument(`${name}-${i}`, text)),
  });
  reportLeaks([part("training", train), part("validation", validation), part("test", held)], notices);
  return notices.list().map(formatNotice);
}

test("a text of another part is reported, whatever its white space and letter case", () => {
  const [only, ...others] = leaks(["Anna met Ben."], ["Somebody else."], ["anna  met Ben.", "somebody ELSE."]);
  expect(others).toEqual([]);
  expect(only).toContain("held-out documents with the text of one of another part");
  expect(only).toContain(": 2 of 3 (66.7 %)");
  expect(only).toContain('test part, as "training-0" of the training part');
  expect(only).toContain('test part, as "validation-0" of the validation part');
});

test("a text that is nearly the same is reported, one with another sense is not", () => {
  const found = leaks(
    [letter],
    ["Quite another letter, about a lost parcel that nobody has seen."],
    [letter.replace("phone", "telephone")],
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toContain("share four of five word triples or more");
});

test("copies within a part are no leak", () => {
  expect(leaks([letter, letter], ["x y"], [])).toEqual([]);
  expect(leaks(["one"], ["two"], [letter, letter.replace("phone", "telephone")])).toEqual([]);
});
