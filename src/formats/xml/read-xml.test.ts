import { expect, test } from "vitest";
import { NotXmlError } from "../../corpus/errors.ts";
import { parseXml } from "./read-xml.ts";

const at = { file: "a.xml" };

function read(text: string): string[] {
  const seen: string[] = [];
  const reading = parseXml(text, at, {
    open: ({ local, uri, attributes, line }) =>
      seen.push(`<${uri}|${local} ${attributes.map(({ name, value }) => `${name}=${value}`).join(" ")} @${line}`),
    text: (text) => seen.push(text),
    close: (local) => seen.push(`/${local}`),
  });
  while (!reading.next().done);
  return seen;
}

test("elements with their namespaces, attributes and lines; texts, also of CDATA, with references resolved", () => {
  const text =
    '<?xml version="1.1"?>\n<a:r xmlns:a="http:///x.ecore">\n<b c="1&#10;&#x1F4E6;&amp;\n2"/><![CDATA[<]]>&lt;&#1;</a:r>';
  expect(read(text)).toEqual([
    "<http:///x.ecore|r xmlns:a=http:///x.ecore @2",
    "\n",
    "<|b c=1\n📦& 2 @4",
    "/b",
    "<",
    "<\u0001",
    "/r",
  ]);
});

test.each([
  ["an entity of a document type", '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "undefined entity", 1],
  ["an external entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>\n<a>&b;</a>', "undefined entity", 2],
  [
    "entities that multiply",
    `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "${"&a;".repeat(50)}">]><a>&b;</a>`,
    "undefined entity",
    1,
  ],
  ["a name of Object's", "<a>&constructor;</a>", "undefined entity", 1],
  ["an element left open", "<a>\n<b>\n</a>", "unexpected close tag", 3],
  ["a file cut short", "<a><b", "unclosed", 1],
  ["no element", "plain text", "text data outside of root node", 1],
  ["a character that XML has not", "<a>\u0001</a>", "disallowed character", 1],
  ["elements without end", "<a>".repeat(100_000), "more than 200 deep", 1],
])("%s is refused, with its place", (_, text, message, line) => {
  const failure = ((): unknown => {
    try {
      read(text);
    } catch (error) {
      return error;
    }
    return undefined;
  })();
  expect(failure).toBeInstanceOf(NotXmlError);
  expect((failure as NotXmlError).message).toContain(message);
  expect(failure).toMatchObject({ at: { line } });
});
