// The picture of a document, from both entries of the library.
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type * as Browser from "../src/browser.ts";
import type * as Library from "../src/index.ts";

const load = createRequire(import.meta.url);
const { renderSvg } = load("relata") as typeof Library;
const browser = load("relata/browser") as typeof Browser;

const document: Library.Document = {
  id: "a",
  text: 'Je voudrais une <attestation> de paiement & une facture "claire" pour 2022.',
  entities: [
    { start: 0, end: 2, type: "SUBJ" },
    { start: 16, end: 41, type: "DOC" },
    { start: 17, end: 28, type: "WORD" },
    { start: 70, end: 74, type: "DATE" },
  ],
  relations: [
    { head: 3, tail: 1, label: "PERIOD_OF" },
    { head: 0, tail: 1, label: "ASKS_FOR" },
  ],
};

test("a picture holds text, types and labels, escaped, and is the same from Node and for browsers", () => {
  const svg = renderSvg(document);
  expect(browser.renderSvg(document)).toBe(svg);
  expect(svg).toMatch(/^<svg[^]*<\/svg>\s*$/);
  for (const part of ["SUBJ", "DOC", "WORD", "DATE", "PERIOD_OF", "ASKS_FOR", "attestation", "&amp;"])
    expect(svg).toContain(part);
  expect(svg).not.toContain("<attestation>");
  expect(svg).not.toMatch(/<script|href="http|<foreignObject/i);
});

test("texts without entities and without words have pictures too", () => {
  for (const text of ["", "Bonjour.", "שלום עולם", "東京\n".repeat(40)])
    expect(renderSvg({ text, entities: [], relations: [] })).toMatch(/^<svg[^]*<\/svg>\s*$/);
});
