import { expect, test } from "vitest";
import type { Document } from "../corpus/document.ts";
import { PredictionsPage } from "./predictions-page.ts";

const hostile = `<script>alert("1")</script>`;
const document: Document = {
  id: hostile,
  text: `Anna works for ${hostile}.`,
  entities: [
    { start: 0, end: 4, type: hostile },
    { start: 15, end: 41, type: "ORG" },
  ],
  relations: [{ head: 0, tail: 1, label: hostile, probability: 0.934 }],
};
const pageOf = (documents: readonly Document[]): string => {
  const page = new PredictionsPage({ title: `${hostile}<!-- texts -->`, subtitle: "model" });
  return page.beginning + documents.map((one) => page.text(one)).join("") + page.ending();
};

test("a page holds pictures for wide and narrow windows, probabilities and a list, and nothing from elsewhere", () => {
  const page = pageOf([document, { ...document, id: "", relations: [] }]);
  expect(page).not.toContain("<script");
  expect(page.match(/<svg /g)).toHaveLength(4);
  expect(page.match(/<style>/g)).toHaveLength(2);
  expect(page).toContain("93.4 %");
  expect(page).toContain("No relation was found.");
  expect(page).toMatch(/2 texts,\s+4 entities,\s+1 relation\./);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<(?:link|img|iframe|object|embed)\b|url\(|@import|\s(?:src|href|on\w+)="/);
  for (const name of ["ol", "li", "ul", "div", "svg", "g", "text", "details", "main"])
    expect(page.match(new RegExp(`<${name}[ >]`, "g"))?.length, name).toBe(
      page.match(new RegExp(`</${name}>`, "g"))?.length,
    );
});

test("of very many texts the first are drawn, and the others counted", () => {
  const plain: Document = { id: "x", text: "Anna", entities: [{ start: 0, end: 4, type: "PER" }], relations: [] };
  const page = pageOf(Array.from({ length: 1003 }, () => plain));
  expect(page.match(/<svg /g)).toHaveLength(2000);
  expect(page).toMatch(/1003 texts,\s+1003 entities,\s+0 relations\./);
  expect(page).toContain("Only the first 1000 are drawn; 3 texts more are counted here alone.");
});
