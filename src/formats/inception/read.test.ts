import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { surface, type Document } from "../../corpus/document.ts";
import {
  DuplicateEntityError,
  KeyError,
  NotJsonError,
  RecordError,
  SpanOutsideTextError,
  UnknownEntityError,
} from "../../corpus/errors.ts";
import type { Notice } from "../../corpus/notices.ts";
import { UsageError } from "../../errors.ts";
import { readDocuments } from "../read.ts";
import { CorpusReading } from "../reading.ts";
import { formatSettings, type FormatSettings } from "../settings.ts";

interface Reading {
  readonly document: Document;
  readonly documents: Document[];
  readonly notices: Notice[];
}

async function readPath(path: string, settings: Partial<FormatSettings> = {}): Promise<Reading> {
  const context = new CorpusReading({ settings: formatSettings.parse(settings) });
  const documents: Document[] = [];
  for await (const document of readDocuments(path, context)) documents.push(document);
  return { document: documents[0]!, documents, notices: context.notices.list() };
}

async function read(content: string, settings?: Partial<FormatSettings>): Promise<Reading> {
  const folder = mkdtempSync(join(tmpdir(), "relata-inception-"));
  try {
    writeFileSync(join(folder, "mail 1.json"), content);
    return await readPath(join(folder, "mail 1.json"), settings);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Structure = Readonly<Record<string, unknown>> & { readonly "%ID": number };
const text = "Le colis 📦 part lundi.";
const sofa = { "%ID": 1, "%TYPE": "uima.cas.Sofa", sofaNum: 1, sofaID: "_InitialView", sofaString: text };
const at = (id: number, type: string, begin: number, end: number, more: object = {}): Structure => ({
  "%ID": id,
  "%TYPE": type,
  "@sofa": 1,
  begin,
  end,
  ...more,
});
const part = (type = "custom.Entity", more: object = { value: "ACTION" }): Structure => at(2, type, 12, 16, more);
const lundi = (type = "custom.Entity", more: object = { value: "TIME" }): Structure => at(3, type, 17, 22, more);
const arc = (id: number, type: string, more: object): Structure => at(id, type, 17, 22, more);
const rel = arc(4, "custom.Rel", { "@Governor": 2, "@Dependent": 3, label: "DO_WHEN" });

const declare = (features: Readonly<Record<string, string>>, parent = "uima.tcas.Annotation"): object => ({
  "%SUPER_TYPE": parent,
  ...Object.fromEntries(Object.entries(features).map(([name, range]) => [name, { "%NAME": name, "%RANGE": range }])),
});
const cas = (structures: readonly object[], types: object = {}, views?: object): string =>
  JSON.stringify({ "%TYPES": types, "%FEATURE_STRUCTURES": [sofa, ...structures], ...(views && { "%VIEWS": views }) });
const one = (structures: readonly object[], fields?: string, types?: object): Promise<Reading> =>
  read(cas(structures, types), { fields });

const words = ({ document }: Reading): string[] =>
  document.entities.map((entity) => `${surface(document, entity)} ${entity.type}`.trim());
const arcs = ({ document }: Reading): string[] =>
  document.relations.map(({ head, tail, label }) => `${head} ${label} ${tail}`);
const counts = ({ notices }: Reading): Record<string, number> =>
  Object.fromEntries(notices.map(({ code, count }) => [code, count]));

describe("layers by what they hold", () => {
  test("a relation layer and the spans it joins, offsets in UTF-16", async () => {
    const reading = await one([part(), rel, lundi()]);
    expect(words(reading)).toEqual(["part ACTION", "lundi TIME"]);
    expect(arcs(reading)).toEqual(["0 DO_WHEN 1"]);
    expect(reading.notices).toEqual([]);
    expect(reading.document.id).toBe("mail 1");
  });

  test("anchors of older writers", async () => {
    const old = { "%ID": 3, "%TYPE": "custom.Entity", "@sofa": 1, "^begin": 17, "^end": 22, value: "TIME" };
    expect(words(await one([part(), old, rel]))).toEqual(["part ACTION", "lundi TIME"]);
  });

  test("links with roles, from their host to their target", async () => {
    const host = part("custom.Event", { kind: "ACT", "@links": 9 });
    const links = [
      { "%ID": 9, "%TYPE": "custom.Link[]", "%ELEMENTS": [10, 11, 12] },
      { "%ID": 10, "%TYPE": "custom.Link", role: "DO_WHEN", "@target": 3 },
      { "%ID": 11, "%TYPE": "custom.Link", "@target": 3 },
      { "%ID": 12, "%TYPE": "custom.Link", role: "WHO" },
    ];
    const reading = await one([host, ...links, lundi("custom.Time")]);
    expect(words(reading)).toEqual(["part ACT", "lundi TIME"]);
    expect(arcs(reading)).toEqual(["0 DO_WHEN 1"]);
    expect(counts(reading)).toEqual({ "pooled-layers": 1, "unlabelled-relation": 1, "unfilled-relation": 1 });
  });

  test("layers of the project rule out built-in ones, which are counted", async () => {
    const dependency = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency";
    const token = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token";
    const namedEntity = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
    const builtIn = [
      at(5, token, 3, 8, { "@parent": 6 }),
      at(6, token, 12, 16),
      arc(7, dependency, { "@Governor": 6, "@Dependent": 5, DependencyType: "nsubj" }),
      at(8, namedEntity, 3, 8, { value: "MISC", identifier: "Q1" }),
    ];
    const both = await one([...builtIn, part(), lundi(), rel]);
    expect(words(both)).toEqual(["part ACTION", "lundi TIME"]);
    expect(counts(both)).toEqual({ "other-layer": 2 });

    const alone = await one(builtIn);
    expect(words(alone)).toEqual(["colis", "part"]);
    expect(arcs(alone)).toEqual(["1 nsubj 0"]);
    expect(counts(alone)).toEqual({ "untyped-entity": 2, "other-layer": 1 });

    const named = await one([builtIn[3]!, builtIn[0]!]);
    expect(words(named)).toEqual(["colis MISC"]);
  });

  test("the declaration tells the layers where a document has no relation", async () => {
    const types = {
      "custom.Base": declare({ value: "uima.cas.String", note: "uima.cas.String" }),
      "custom.Entity": declare({}, "custom.Base"),
      "custom.Time": declare({ value: "uima.cas.String" }),
      "custom.Rel": declare({ source: "custom.Base", target: "custom.Base", label: "uima.cas.String" }),
    };
    const reading = await one([part(undefined, { note: "ACTION" }), lundi("custom.Time")], undefined, types);
    expect(words(reading)).toEqual(["part"]);
    expect(counts(reading)).toEqual({ "untyped-entity": 1, "other-layer": 1, "unread-features": 1 });

    const anySpan = {
      ...types,
      "custom.Rel": declare({ source: "uima.tcas.Annotation", target: "uima.tcas.Annotation" }),
    };
    const pooled = await one([part(), lundi("custom.Time")], undefined, anySpan);
    expect(words(pooled)).toEqual(["part ACTION", "lundi TIME"]);
  });

  test("a relation without a label is left out; of a layer without any, it has the layer's name", async () => {
    const ends = { "@Governor": 2, "@Dependent": 3 };
    const unlabelled = [part(), lundi(), arc(4, "webanno.custom.Before", ends)];
    const byLayer = await one(unlabelled);
    expect(arcs(byLayer)).toEqual(["0 Before 1"]);
    expect(counts(byLayer)).toEqual({ "layer-as-label": 1 });

    const reading = await one([...unlabelled, arc(5, "webanno.custom.Before", { ...ends, label: " LONG " })]);
    expect(arcs(reading)).toEqual(["0 LONG 1"]);
    expect(counts(reading)).toEqual({ "unlabelled-relation": 1 });
  });
});

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

describe("--fields", () => {
  test("type=layer: the type of an entity is its layer, also where that has features", async () => {
    const mixed = [part("webanno.custom.Action"), lundi("webanno.custom.Time"), rel];
    const reading = await one(mixed, "type=layer");
    expect(words(reading)).toEqual(["part Action", "lundi Time"]);
    expect(counts(reading)).toEqual({ "pooled-layers": 1, "unread-features": 2 });

    const ofThatName = await one(
      [part(undefined, { layer: "A" }), lundi(undefined, { layer: "B" }), rel],
      "type=layer",
    );
    expect(words(ofThatName)).toEqual(["part A", "lundi B"]);
  });

  test("without it, a layer of the project that has no feature gives its name, which is reported", async () => {
    const reading = await one([part("webanno.custom.Action", {}), lundi(), rel]);
    expect(words(reading)).toEqual(["part Action", "lundi TIME"]);
    expect(counts(reading)).toEqual({ "pooled-layers": 1, "layer-as-type": 1 });
  });

  const other = at(5, "custom.Other", 3, 8, { value: "OBJECT", subject: "PARCEL" });
  const precedes = arc(6, "custom.Precedes", { "@before": 5, "@after": 2, how: "WHO_DO", label: "no" });

  test("names the layers and their features", async () => {
    const fields =
      "entity=custom.Other|custom.Entity,type=subject,relation=custom.Precedes,source=before,target=after,label=how";
    const reading = await one([part(), lundi(), rel, other, precedes], fields);
    expect(words(reading)).toEqual(["part", "lundi", "colis PARCEL"]);
    expect(arcs(reading)).toEqual(["2 WHO_DO 0"]);
  });

  test("a relation with an annotation of a layer that is not named is left out and counted", async () => {
    const toOther = arc(7, "custom.Rel", { "@Governor": 5, "@Dependent": 2, label: "A" });
    const reading = await one([part(), lundi(), rel, other, toOther], "entity=custom.Entity");
    expect(arcs(reading)).toEqual(["0 DO_WHEN 1"]);
    expect(counts(reading)).toEqual({ "relation-of-other-layer": 1, "other-layer": 1 });
  });

  test("a relation layer by name, without the others", async () => {
    const builtIn = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency";
    const dependency = arc(5, builtIn, { "@Governor": 3, "@Dependent": 2, DependencyType: "obl" });
    const reading = await one([part(), lundi(), rel, dependency], `relation=${builtIn}`);
    expect(arcs(reading)).toEqual(["1 obl 0"]);
    expect(counts(reading)).toEqual({ "other-layer": 1 });
  });

  test("an unknown role is an error", async () => {
    await expect(one([part()], "entities=custom.Entity")).rejects.toBeInstanceOf(UsageError);
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
