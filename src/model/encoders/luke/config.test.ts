import { describe, expect, test } from "vitest";
import { formatLukeConfig, parseLukeConfig } from "../../../../test/support/luke.ts";
import { DataError } from "../../../errors.ts";
import { lukeMini, maxWords } from "./config.ts";
import { entityHead } from "../../heads/entity-head.ts";
import { pairHead } from "../../heads/pair-head.ts";
import { spanHead } from "../../heads/span-head.ts";
import { tokenHead } from "../../heads/token-head.ts";

const labels = ["NO_REL", "WHO_DO"];
const file = JSON.parse(formatLukeConfig(lukeMini(300, 4), labels)) as Record<string, unknown>;
const parse = (changes: object) => parseLukeConfig(JSON.stringify({ ...file, ...changes }), "config.json");

test("what is written is read again, labels included", () => {
  const { config, id2label } = parseLukeConfig(formatLukeConfig(lukeMini(300, 4), labels), "config.json");
  expect(config).toEqual(lukeMini(300, 4));
  expect(id2label).toEqual(labels);
});

test.each([pairHead, entityHead, spanHead, tokenHead])(
  "names the class of transformers with the $name head",
  (head) => {
    const written = JSON.parse(formatLukeConfig(lukeMini(300, 4), labels, head.name)) as object;
    const name = { pair: "EntityPair", entity: "Entity", span: "EntitySpan", token: "Token", biaffine: "" }[head.name];
    expect(written).toHaveProperty("architectures", [`LukeFor${name}Classification`]);
  },
);

test("without id2label there are the two labels that transformers leaves out", () => {
  expect(parse({ id2label: undefined }).id2label).toEqual(["LABEL_0", "LABEL_1"]);
});

test("RoBERTa's position table of 514 rows holds texts of 512 words", () => {
  expect(maxWords(lukeMini(300, 4))).toBe(512);
});

test("unknown keys of hub files are ignored", () => {
  expect(parse({ bert_model_name: "roberta-base", cls_entity_prediction: false }).config).toEqual(lukeMini(300, 4));
});

describe("a config that cannot be used names the key", () => {
  test.each([
    [{ hidden_size: undefined }, /hidden_size/],
    [{ num_hidden_layers: 0 }, /num_hidden_layers/],
    [{ num_hidden_layers: 1_000_000_000 }, /expected 1000 at most[^]*num_hidden_layers/],
    [{ intermediate_size: 10 ** 12 }, /intermediate_size/],
    [{ layer_norm_eps: "1e-5" }, /layer_norm_eps/],
    [{ hidden_act: "relu" }, /hidden_act|gelu/],
    [{ hidden_size: 130 }, /hidden_size 130 is not a multiple of num_attention_heads 4/],
  ])("%j", (changes, message) => {
    expect(() => parse(changes)).toThrow(DataError);
    expect(() => parse(changes)).toThrow(message);
  });

  test("not JSON", () => {
    expect(() => parseLukeConfig("<html>", "config.json")).toThrow(/config\.json: .*not JSON/);
  });
});
