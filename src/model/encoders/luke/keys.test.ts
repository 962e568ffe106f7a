import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseLukeConfig } from "../../../../test/support/luke.ts";
import { z } from "zod";
import type { ParameterSpec } from "../../../nn/parameters.ts";
import { mapLukeKeys } from "./keys.ts";
import { encoderParameters } from "./parameters.ts";

const oracle = join(import.meta.dirname, "../../../../test/oracle/torch");
/** Names in the state dicts of transformers' classes, for the config of the folder "pair". */
const { keys } = z
  .object({ keys: z.record(z.string(), z.array(z.string())) })
  .parse(JSON.parse(readFileSync(join(oracle, "answers.json"), "utf8")));
const { config } = parseLukeConfig(readFileSync(join(oracle, "pair/config.json"), "utf8"), "config.json");
const parameters = (useEntityAwareAttention: boolean): ParameterSpec[] => [
  ...encoderParameters({ ...config, useEntityAwareAttention }),
  { name: "classifier.weight", shape: [3, 2 * config.hiddenSize], init: "normal" },
];
const aware = parameters(true);
const plain = parameters(false);
const namesOf = (specs: readonly ParameterSpec[]): string[] => specs.map(({ name }) => name);
const isExtraQuery = (name: string): boolean => /(w2e|e2w|e2e)_query/.test(name);
const self = "encoder.layer.0.attention.self";

describe("mapLukeKeys", () => {
  it("finds all in a pair classifier of transformers, and nothing more", () => {
    const names = keys["LukeForEntityPairClassification"]!;
    expect(namesOf(aware).sort()).toEqual([...names].sort());
    const map = mapLukeKeys(names, aware);
    expect(map).toMatchObject({ copied: [], missing: [], unexpected: [], ignored: [] });
    for (const name of names) expect(map.source(name)).toBe(name);
    expect(map.source("constructor")).toBeUndefined();
  });

  it("finds the encoder in LukeModel, whose names have no prefix", () => {
    const map = mapLukeKeys(keys["LukeModel"]!, aware);
    expect(map).toMatchObject({ copied: [], missing: ["classifier.weight"], unexpected: [], ignored: [] });
    expect(map.source("luke.pooler.dense.bias")).toBe("pooler.dense.bias");
    expect(map.source(`luke.${self}.w2e_query.weight`)).toBe(`${self}.w2e_query.weight`);
    expect(map.source("luke.entity_embeddings.entity_embeddings.weight")).toBe(
      "entity_embeddings.entity_embeddings.weight",
    );
  });

  it("finds the encoder in LukeForMaskedLM and ignores the heads of pre-training", () => {
    const names = keys["LukeForMaskedLM"]!;
    const map = mapLukeKeys(names, aware);
    const heads = names.filter((name) => !name.startsWith("luke."));
    expect(heads.length).toBe(13);
    expect(map).toMatchObject({
      copied: [],
      missing: namesOf(aware).filter((name) => !names.includes(name)),
      unexpected: [],
    });
    expect(map.missing).toContain("classifier.weight");
    expect(map.ignored).toEqual(heads.map((name) => ({ name, reason: "a head of pre-training" })));
  });

  it("copies the query where entity-aware attention has no queries of its own", () => {
    const names = keys["LukeModel, no entity-aware attention"]!;
    const map = mapLukeKeys(names, aware);
    const copies = namesOf(aware).filter(isExtraQuery);
    expect(copies.length).toBe(6);
    expect(map.missing).toEqual(["classifier.weight"]);
    expect(map.copied).toEqual(
      copies.map((name) => ({ name, from: name.replace("luke.", "").replace(/(w2e|e2w|e2e)_query/, "query") })),
    );
    for (const { name, from } of map.copied) expect(map.source(name)).toBe(from);
  });

  it("copies only what is missing", () => {
    const lost = `luke.${self}.e2w_query.bias`;
    const map = mapLukeKeys(
      keys["LukeForEntityPairClassification"]!.filter((name) => name !== lost),
      aware,
    );
    expect(map.copied).toEqual([{ name: lost, from: `luke.${self}.query.bias` }]);
    const bias = `luke.${self}.query.bias`;
    const neither = mapLukeKeys(
      keys["LukeForEntityPairClassification"]!.filter((name) => name !== lost && name !== bias),
      aware,
    );
    expect(neither).toMatchObject({ copied: [], missing: [bias, lost] });
  });

  it("ignores the extra queries of a model that does not use them", () => {
    const map = mapLukeKeys(keys["LukeForEntityPairClassification"]!, plain);
    expect(map).toMatchObject({ copied: [], missing: [], unexpected: [] });
    expect(map.ignored.map(({ name }) => name)).toEqual(namesOf(aware).filter(isExtraQuery));
    expect(new Set(map.ignored.map(({ reason }) => reason))).toEqual(
      new Set(["use_entity_aware_attention is false in config.json"]),
    );
  });

  it.each(["", "roberta.", "bert.", "luke."])(
    "reads original archives with the prefix %j and gamma and beta",
    (prefix) => {
      const original = (name: string): string =>
        name
          .replace("luke.", prefix)
          .replace("LayerNorm.weight", "LayerNorm.gamma")
          .replace("LayerNorm.bias", "LayerNorm.beta");
      const names = [...keys["LukeForEntityPairClassification"]!, "luke.embeddings.position_ids"];
      const map = mapLukeKeys(names.map(original), aware);
      const reason = "a buffer that older versions of transformers wrote";
      expect(map).toMatchObject({ copied: [], missing: [], unexpected: [] });
      expect(map.ignored).toEqual([{ name: `${prefix}embeddings.position_ids`, reason }]);
      for (const name of namesOf(aware)) expect(map.source(name)).toBe(original(name));
    },
  );

  it("reports names that it does not know", () => {
    const strange = [
      "luke.encoder.layer.1.attention.self.w2e_query.bias",
      "classifier.bias",
      "model.embeddings.word_embeddings.weight",
      "luke.extra",
      "toString",
    ];
    expect(mapLukeKeys([...keys["LukeForEntityPairClassification"]!, ...strange], aware).unexpected).toEqual(strange);
  });

  it("uses the classifier's bias where it is wanted", () => {
    const wanted: ParameterSpec[] = [...aware, { name: "classifier.bias", shape: [3], init: "zeros" }];
    const map = mapLukeKeys([...keys["LukeForEntityPairClassification"]!, "classifier.bias"], wanted);
    expect(map).toMatchObject({ missing: [], unexpected: [] });
    expect(map.source("classifier.bias")).toBe("classifier.bias");
  });

  it("prefers transformers' name of two for one weight, and reports the other", () => {
    const names = ["pooler.dense.bias", ...keys["LukeForEntityPairClassification"]!];
    const map = mapLukeKeys(names, aware);
    expect(map.source("luke.pooler.dense.bias")).toBe("luke.pooler.dense.bias");
    expect(map.unexpected).toEqual(["pooler.dense.bias"]);
  });

  it("ignores the pooler of a model that reads none", () => {
    const wanted = aware.filter(({ trainable }) => trainable !== false);
    const { ignored, unexpected } = mapLukeKeys(keys["LukeForEntityPairClassification"]!, wanted);
    expect(ignored.map(({ name }) => name)).toEqual(["luke.pooler.dense.weight", "luke.pooler.dense.bias"]);
    expect(unexpected).toEqual([]);
  });
});
