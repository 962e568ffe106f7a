// The schema that is learnt from the training documents bounds what is asked and answered, in both encodings.
import { describe, expect, test } from "vitest";
import { makeDocument } from "../../../../test/fixtures/documents.ts";
import { trainConfig } from "../../../config.ts";
import { readSchema } from "../../../corpus/read-schema.ts";
import { formatNotice, NoticeLog } from "../../../corpus/notices.ts";
import { decodePairs } from "../../../evaluation/decoding.ts";
import { withModelDefaults } from "../../starting-settings.ts";
import { reportTypes } from "../type-notices.ts";
import { ask, learn } from "./learn.ts";
import { shownTypesOf } from "./shown-types.ts";

const typed = makeDocument("1", "Anna asks for a form today", ["Anna", "a form", "today"], [[0, 1, "WANTS"]]);
const types = ["PERSON", "DOC", "DATE"];
const document = { ...typed, entities: typed.entities.map((entity, i) => ({ ...entity, type: types[i]! })) };
const related = { ...document, relations: [...document.relations, { head: 1, tail: 2, label: "ON" }] };

const learnWith = (given: object) => {
  const settings = withModelDefaults(trainConfig.parse({ output: "unused", ...given }));
  const corpus = { documents: [related], train: [related], symmetricLabels: [] };
  return learn(corpus, settings, new NoticeLog(), readSchema);
};

describe.each(["pair", "document"])("%s encoding", (encoding) => {
  test("asks by default about no pair that no relation joins, and with --candidates all about each", async () => {
    const places = [0, 1, 2].flatMap((head) =>
      [0, 1, 2].flatMap((tail) =>
        head === tail ? [] : [{ id: `${head}${tail}`, document: related, head, tail, label: 0, labels: [0] }],
      ),
    );
    const asked = async (given: object) =>
      ask(places, await learnWith({ encoding, ...given })).examples.map(({ id }) => id);
    expect(await asked({})).toEqual(["01", "12"]);
    expect(await asked({ candidates: "all" })).toHaveLength(6);
  });

  test("answers that a DATE wants nothing, whatever the logits, and leaves an untyped mention free", async () => {
    const { decoding } = await learnWith({ encoding });
    const sure = Float32Array.from(decoding.id2label, (label) => (label === "WANTS" ? 9 : 0));
    const answer = (head: string): string => {
      const { entities } = document;
      const asked = { ...document, entities: [{ ...entities[0]!, type: head }, entities[1]!] };
      const [decoded] = decodePairs([{ pair: { document: asked, head: 0, tail: 1 }, logits: sure }], decoding);
      return decoding.id2label[decoded!.labels[0]!]!;
    };
    expect(["PERSON", "DATE", "", "PLACE"].map(answer)).toEqual(["WANTS", "NO_REL", "WANTS", "WANTS"]);
  });
});

test("a model that sees no types but is bounded by them says so of mentions without a type, or of one that it never met", async () => {
  const learned = await learnWith({ encoding: "pair" });
  const tokenizer = { entityTypes: [] };
  const shown = shownTypesOf({ learned, tokenizer });
  expect(shown).toEqual({ by: "schema", known: expect.arrayContaining(types) as unknown });
  const log = new NoticeLog();
  reportTypes([{ type: "DATE" }, {}, { type: "PLACE" }], shown!, log, { file: "a.txt" });
  expect(log.list().map(formatNotice).join("\n")).toMatch(
    /^mentions without a type, for which the schema .* give their types.*\nmentions of types that the model met .* nothing out for them.*"?PLACE/,
  );
  const free = await learnWith({ encoding: "pair", candidates: "all" });
  expect(shownTypesOf({ learned: free, tokenizer })).toBeUndefined();
});
