import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findByRules, relateByRules } from "./apply-rules.ts";
import { datePattern } from "./dates.ts";
import type { Rules } from "./rules-file.ts";

const datesOf = (text: string): string[] => [...text.matchAll(datePattern)].map(([surface]) => surface);

test("finds dates as people write them, and nothing that only looks like one", () => {
  for (const date of [
    "2023-01-31",
    "31/01/2023",
    "31.1.23",
    "31 janvier 2023",
    "1er mars 2024",
    "12 mai",
    "January 31st, 2023",
    "31st of January 2023",
    "3. März 2022",
    "5 de enero de 2021",
    "janvier 2023",
    "août 2019",
    "Q1 2023",
    "2022",
  ])
    expect(datesOf(`le ${date}, oui`), date).toEqual([date]);
  expect(datesOf("You may march on; order 12345678, call 0123456789, room 20221.")).toEqual([]);
  expect(datesOf("Née le 12 mai 1961, cliente depuis 2016, pour janvier 2023.")).toEqual([
    "12 mai 1961",
    "2016",
    "janvier 2023",
  ]);
});

const rules: Rules = {
  entities: {
    DOC: { words: ["attestation", "attestation de  paiement", "C++"], patterns: [], find: [] },
    DATE: { words: [], patterns: [], find: ["dates"] },
    REF: { words: [], patterns: ["N° ?\\d+"], find: [] },
  },
  relations: {
    PERIOD_OF: { types: [["DATE", "DOC"]], maxDistance: 30, choose: "nearest" },
    BESIDE: {
      types: [
        ["DOC", "REF"],
        ["REF", "DOC"],
      ],
      choose: "all",
    },
  },
};

test("phrases are found as whole words in any case, the longest of those that overlap", () => {
  const text = "ATTESTATION DE\nPAIEMENT pour 2022, attestations, une attestation N° 12, C++.";
  const found = findByRules(text, rules);
  expect(found.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)).toEqual([
    "DOC ATTESTATION DE\nPAIEMENT",
    "DATE 2022",
    "DOC attestation",
    "REF N° 12",
    "DOC C++",
  ]);
  expect(relateByRules(found, rules)).toEqual([
    { head: 1, tail: 0, label: "PERIOD_OF" },
    { head: 0, tail: 3, label: "BESIDE" },
    { head: 2, tail: 3, label: "BESIDE" },
    { head: 3, tail: 2, label: "BESIDE" },
    { head: 3, tail: 4, label: "BESIDE" },
    { head: 3, tail: 0, label: "BESIDE" },
    { head: 4, tail: 3, label: "BESIDE" },
  ]);
});

test("in any text no two entities overlap, and none begins or ends with white space", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("attestation", " de ", "paiement", "\n", "2022", "12 mai ", "👩‍🏫", "x", "C++")),
      (parts) => {
        const text = parts.join("");
        let end = 0;
        for (const one of findByRules(text, rules)) {
          expect(one.start).toBeGreaterThanOrEqual(end);
          end = one.end;
          const surface = text.slice(one.start, one.end);
          expect(surface).toBe(surface.trim());
          expect(surface).not.toBe("");
        }
      },
    ),
    { numRuns: 200 },
  );
});
