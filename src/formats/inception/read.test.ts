import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  DuplicateEntityError,
  KeyError,
  NotJsonError,
  RecordError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import {
  readPath,
  read,
  type Structure,
  text,
  sofa,
  at,
  part,
  lundi,
  arc,
  rel,
  declare,
  cas,
  one,
  words,
  arcs,
  counts,
} from "../../../test/fixtures/inception.ts";

describe("what does not make a document invalid", () => {
  test("annotations of no character are left out, with the relations that touch them", async () => {
    const empty = at(5, "custom.Entity", 0, 0, { value: "TIME" });
    const toEmpty = arc(6, "custom.Rel", { "@Governor": 2, "@Dependent": 5, label: "A" });
    const reading = await one([part(), lundi(), rel, empty, toEmpty]);
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(arcs(reading)).toEqual(["0 DO_WHEN 1"]);
    expect(reading.notices).toMatchObject([
      { code: "empty-annotation", lost: { entities: 1 } },
      { code: "relation-of-other-layer", lost: { relations: 1 } },
    ]);
  });

  test("layers of metadata, with and without a place in the text", async () => {
    const types = { "webanno.custom.About": declare({ author: "uima.cas.String" }, "uima.cas.AnnotationBase") };
    const about = { "%ID": 5, "%TYPE": "webanno.custom.About", "@sofa": 1, author: "Ana" };
    const tagset = at(6, "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagsetDescription", 0, 0, { name: "BIO" });
    const reading = await one([about, tagset, part(), lundi(), rel], undefined, types);
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(reading.notices).toEqual([]);
  });
});

describe("documents", () => {
  const metadata = (more: object): Structure =>
    at(7, "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData", 0, 23, more);

  test("the title is the id: documentId is the annotator's name in exports of INCEpTION", async () => {
    const titled = metadata({ documentTitle: "mail.txt", documentId: "admin" });
    expect((await one([part(), titled])).document.id).toBe("mail.txt");
    expect((await one([part(), metadata({ documentId: "doc" })])).document.id).toBe("doc");
  });

  test("the initial view, and of it what is indexed", async () => {
    const second = { ...sofa, "%ID": 20, sofaID: "other", sofaString: "Autre texte" };
    const there = at(21, "custom.Entity", 0, 5, { "@sofa": 20 });
    const deleted = at(22, "custom.Entity", 3, 8);
    const views = { _InitialView: { "%SOFA": 1, "%MEMBERS": [2, 3, 4] }, other: { "%SOFA": 20, "%MEMBERS": [21] } };
    const reading = await read(cas([second, there, deleted, part(), lundi(), rel], {}, views));
    expect(reading.document.text).toBe(text);
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(counts(reading)).toEqual({ "other-view": 1, "not-indexed": 2 });
  });
});

describe("bad files", () => {
  test.each([
    ["no JSON", '{"%TYPES": {', NotJsonError, "the parser says"],
    [
      "no feature structures",
      '{"%TYPES": {}}',
      KeyError,
      'key ["%FEATURE_STRUCTURES"]: expected a list, found nothing',
    ],
    ["an id of text", cas([{ "%ID": "2", "%TYPE": "a" }]), KeyError, 'key ["%FEATURE_STRUCTURES"][1]["%ID"]'],
    ["no text", '{"%FEATURE_STRUCTURES": []}', RecordError, "the sofaString of a uima.cas.Sofa"],
    ["an id twice", cas([part(), part()]), DuplicateEntityError, "two entities have the id 2"],
    ["an unknown id", cas([part(), rel]), UnknownEntityError, 'relation "DO_WHEN" cites entity 3'],
    ["a span outside", cas([at(2, "custom.Entity", 0, 99)]), SpanOutsideTextError, "span [0, 99)"],
  ])("%s", async (_, content, error, message) => {
    const failure = read(content);
    await expect(failure).rejects.toBeInstanceOf(error);
    await expect(failure).rejects.toThrow(message);
    const { documents, notices } = await read(content, { skipInvalid: true });
    expect(documents).toEqual([]);
    expect(notices).toMatchObject([{ code: "invalid-document", count: 1 }]);
  });

  test("types that descend from a hundred thousand others end", async () => {
    const types = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`t.T${i}`, declare({}, `t.T${i + 1}`)]),
    );
    const entity = at(2, "t.T0", 12, 16, { value: "ACTION" });
    expect(words(await one([entity], "entity=t.T0", types))).toEqual(["part ACTION"]);
  });

  test("types that are their own ancestors end", async () => {
    const types = { "custom.Entity": declare({}, "custom.B"), "custom.B": declare({}, "custom.Entity") };
    expect(words(await one([part(), lundi(), rel], undefined, types))).toEqual(["part ACTION", "lundi TIME"]);
  });
});

const fixtures = fileURLToPath(new URL("../../../../shared/data/fixtures/inception/", import.meta.url));

describe.skipIf(!existsSync(fixtures))("files of dkpro-cassis (needs ../shared/data)", () => {
  test("a link feature", async () => {
    const reading = await readPath(join(fixtures, "one-way_tsv3-testSimpleSlotFeature_data.json"));
    expect(reading.document.id).toBe("doc");
    // Layers without a feature give their names.
    expect(words(reading)).toEqual(["This SimpleLinkHost", "is SimpleSpan", "a SimpleSpan"]);
    expect(arcs(reading)).toEqual(["0 p1 1", "0 p2 2"]);
    expect(counts(reading)).toEqual({ "layer-as-type": 3, "pooled-layers": 1 });
  });

  test("emoji, annotations without a label", async () => {
    const reading = await readPath(join(fixtures, "ser-ref_casWithEmojiUnicodeTextAndAnnotations_data.json"));
    expect(words(reading)).toEqual(["🥳", "This", "👳🏻‍♀️", "is", "✆", "a", "🧔🏾‍♂️", "test", "👻"]);
    expect(counts(reading)).toMatchObject({ "untyped-entity": 9 });
  });
});
