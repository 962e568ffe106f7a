import { expect, test } from "vitest";
import type { Document } from "./document.ts";
import { Renaming } from "./renaming.ts";

const document: Document = {
  id: "1",
  text: "Je voudrais une attestation pour 2022.",
  entities: [
    { start: 0, end: 2, type: "SUBJ" },
    { start: 3, end: 11, type: "VERB" },
    { start: 12, end: 27, type: "OBJ" },
    { start: 33, end: 37, type: "TIME" },
  ],
  relations: [
    { head: 0, tail: 1, label: "WHO_DO" },
    { head: 2, tail: 3, label: "WHEN" },
    { head: 1, tail: 3, label: "WHEN" },
    { head: 1, tail: 2, label: "DO_WHAT" },
  ],
};

test("labels between types, types, directions", () => {
  const renaming = new Renaming({
    label: "WHEN(OBJ,*)=TIME_OF_WHAT,WHEN=DO_WHEN",
    type: "TIME=DATE",
    reverse: "WHEN(OBJ,TIME)",
    dropLabel: "WHO_DO",
  });
  const { entities, relations } = renaming.apply(document);
  expect(entities.map(({ type }) => type)).toEqual(["SUBJ", "VERB", "OBJ", "DATE"]);
  expect(relations).toEqual([
    { head: 3, tail: 2, label: "TIME_OF_WHAT" },
    { head: 1, tail: 3, label: "DO_WHEN" },
    { head: 1, tail: 2, label: "DO_WHAT" },
  ]);
  expect(renaming.counts()).toEqual([
    { rule: "--label WHEN(OBJ,*)=TIME_OF_WHAT", count: 1 },
    { rule: "--label WHEN=DO_WHEN", count: 1 },
    { rule: "--type TIME=DATE", count: 1 },
    { rule: "--reverse WHEN(OBJ,TIME)", count: 1 },
    { rule: "--drop-label WHO_DO", count: 1 },
  ]);
});

test("dropped entities take their relations along, and positions move", () => {
  const renaming = new Renaming({ dropType: "SUBJ" });
  const { entities, relations } = renaming.apply(document);
  expect(entities).toHaveLength(3);
  expect(relations).toEqual([
    { head: 1, tail: 2, label: "WHEN" },
    { head: 0, tail: 2, label: "WHEN" },
    { head: 0, tail: 1, label: "DO_WHAT" },
  ]);
  expect(renaming.consequences).toEqual({ withoutEntity: 1, repeated: 0 });
});

test("relations that become equal are one", () => {
  const twice = { ...document, relations: [...document.relations, { head: 1, tail: 2, label: "DOES" }] };
  const renaming = new Renaming({ label: "DOES=DO_WHAT" });
  expect(renaming.apply(twice).relations).toHaveLength(4);
  expect(renaming.consequences.repeated).toBe(1);
});

test("a rule that changes nothing is refused, with the name that was meant", () => {
  const renaming = new Renaming({ label: "DO_WHT=DOES,WHO_DO(OBJ,OBJ)=X" });
  renaming.apply(document);
  expect(() => renaming.counts()).toThrow(
    /"DO_WHT" does not occur. Did you mean "DO_WHAT"\?[^]*but not between these types/,
  );
});

test.each([
  [{ label: "A" }, "--label: cannot read the rule"],
  [{ type: "A(B,C)=D" }, "--type: cannot read the rule"],
  [{ dropLabel: "A=B" }, "--drop-label: cannot read the rule"],
  [{}, "Nothing is to be renamed"],
])("rules that cannot be read: %j", (rules, message) => {
  expect(() => new Renaming(rules)).toThrow(message);
});
