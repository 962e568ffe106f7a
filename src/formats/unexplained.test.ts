import { expect, test } from "vitest";
import { NoticeLog } from "../corpus/notices.ts";
import type { RawDocument } from "./format.ts";
import { unreadKeys } from "./source/unread-keys.ts";
import { countMet } from "./unexplained.ts";

const at = { file: "a.jsonl", line: 3 };
const document: RawDocument = {
  id: "d",
  text: "a b",
  entities: [{ start: 0, end: 1, type: "" }],
  relations: [],
  met: { entities: 3, relations: 1, annotations: 2 },
};

test("what a record holds and neither the document nor a notice has is reported", () => {
  const notices = new NoticeLog();
  notices.lose("attribute", "attributes, left out", at, { annotations: 2 });
  notices.lose("second", "entities of a second text, left out", at, { entities: 1 });
  expect(countMet(document, notices, at)()).toEqual({
    documents: 1,
    entities: 3,
    relations: 1,
    annotations: 2,
    other: 0,
  });
  expect(notices.list().slice(2)).toMatchObject([
    { code: "unexplained-entities", count: 1, lost: { entities: 1 }, locations: [{ line: 3, detail: "1" }] },
    { code: "unexplained-relations", count: 1, lost: { relations: 1 } },
  ]);
});

test("what is reported is enough", () => {
  const notices = new NoticeLog();
  notices.lose("lost", "left out", at, { entities: 2, relations: 1, annotations: 2 });
  countMet(document, notices, at);
  expect(notices.list()).toHaveLength(1);
});

test("keys that a schema passed over are named, but for those that say nothing", () => {
  const given = {
    text: "a",
    user: 1,
    meta: { a: 1 },
    tags: [],
    note: "",
    seen: false,
    deep: [{ a: 1, b: 2 }, { b: [null] }],
  };
  const read = { text: "a", meta: given.meta, deep: [{ a: 1 }, {}] };
  expect([...unreadKeys(given, read)]).toEqual(["user", "deep[].b"]);
});

test("keys that every object of JavaScript seems to have are named as well", () => {
  const given: unknown = JSON.parse('{"a": 1, "constructor": "x", "toString": [1], "__proto__": {"b": 2}}');
  expect([...unreadKeys(given, { a: 1 })]).toEqual(["constructor", "toString", "__proto__"]);
});
