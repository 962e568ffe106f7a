import * as fc from "fast-check";
import { expect, test } from "vitest";
import { defaults, marked } from "../../test/fixtures/inspected.ts";
import { richDocument } from "../../test/fixtures/rich-documents.ts";
import { checkDocument } from "../corpus/check.ts";
import { NoticeLog } from "../corpus/notices.ts";
import type { RawDocument } from "../formats/format.ts";
import { inspectDocument } from "./inspection.ts";
import { repairRecord, type Repaired } from "./repair.ts";

const repair = (document: RawDocument): Repaired => repairRecord({ document, problems: [] }, defaults);

test("several repairs of one document, each told", () => {
  const document = marked("Le [OBJECT  colis ] part [TIME lundi].", ["0  WHEN 1", "0 WHEN 1", "1 OF 0"]);
  const { document: repaired, fixed } = repair(document);
  expect(repaired).toMatchObject({
    entities: [
      { start: 4, end: 9 },
      { start: 16, end: 21 },
    ],
    relations: [{ label: "WHEN" }, { label: "OF" }],
  });
  expect(fixed.map(({ code }) => code)).toEqual(["span-white-space", "label-white-space", "relation-duplicate"]);
});

test("what only a person can mend gives no document, and the reason", () => {
  const outside = marked("Le colis part.", [], { entities: [{ start: 9, end: 99, type: "" }] });
  expect(repair(outside)).toMatchObject({ document: undefined, fixed: [], reason: expect.stringContaining("outside") });
  expect(repair(marked("[A b] [C d]", ["0  1"])).reason).toContain("empty label");
});

test("good documents stay as they are; repaired ones are good, and there is nothing more to repair", () => {
  const spoilt = richDocument.chain((document) =>
    fc
      .record({
        shift: fc.constantFrom(0, 0, 1, -1, 2),
        first: fc.constantFrom(0, 0, 1, -2),
        surfaces: fc.boolean(),
        blanks: fc.boolean(),
        again: fc.boolean(),
      })
      .map(({ shift, first, surfaces, blanks, again }): RawDocument => {
        const off = (i: number): number => shift + (i === 0 ? first : 0);
        const relations = document.relations.map(({ label, ...rest }) => ({
          ...rest,
          label: blanks ? ` ${label}` : label,
        }));
        return {
          ...document,
          entities: document.entities.map(({ start, end, type }, i) => ({
            start: start + off(i),
            end: end + off(i),
            type,
          })),
          relations: again ? [...relations, ...relations] : relations,
          ...(surfaces ? { surfaces: document.entities.map(({ start, end }) => document.text.slice(start, end)) } : {}),
        };
      }),
  );
  fc.assert(
    fc.property(richDocument, (document) => {
      const found = [...inspectDocument(document, defaults)];
      if (found.every(({ fix }) => !fix))
        expect(repair(document).document).toEqual(checkDocument(document, new NoticeLog()));
    }),
  );
  const oneRoundIsNotEnough: RawDocument = {
    id: "d",
    text: "𝒳y #1#1\n",
    entities: [
      { start: 0, end: 8, type: "A" },
      { start: 5, end: 7, type: "TIME" },
      { start: -1, end: 7, type: "B" },
    ],
    relations: [],
    surfaces: ["𝒳y #1#1", "#1", "𝒳y #1#1"],
  };
  fc.assert(
    fc.property(spoilt, (document) => {
      const { document: repaired, fixed } = repair(document);
      if (!repaired) return;
      expect(() => checkDocument(repaired, new NoticeLog())).not.toThrow();
      const left = [
        ...inspectDocument(document.surfaces ? { ...repaired, surfaces: document.surfaces } : repaired, defaults),
      ];
      expect(left.filter(({ fix }) => fix).map(({ message }) => message)).toEqual([]);
      expect([repaired.id, repaired.text]).toEqual([document.id, document.text]);
      expect(repaired.entities.map(({ type }) => type)).toEqual(document.entities.map(({ type }) => type));
      if (fixed.length === 0) expect(repaired.entities).toEqual(document.entities);
    }),
    { numRuns: 500, examples: [[oneRoundIsNotEnough]] },
  );
});
