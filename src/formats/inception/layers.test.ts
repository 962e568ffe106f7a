import { describe, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { at, part, lundi, arc, rel, declare, one, words, arcs, counts } from "../../../test/fixtures/inception.ts";

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
