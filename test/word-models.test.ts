// BERT and its relatives from a folder of transformers to a trained model that answers, by the command line.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import { levitatedDefaults } from "../src/model/tasks/relations/settings.ts";
import { parseJsonLines, relata, Workplace, type CliResult } from "./support/run-cli.ts";
import { familyFolder } from "./support/encoder-families.ts";
import { modelFolder } from "./support/word-encoders.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
const bases = new Map([
  ...["bert", "roberta", "camembert"].map((name) => [name, modelFolder(name)] as const),
  ...["distilbert", "deberta-v2", "modernbert"].map((name) => [name, familyFolder(name)] as const),
]);

const ok = async (args: readonly string[], input?: string): Promise<CliResult> => {
  const result = await relata([...args, "--threads", "1"], input === undefined ? {} : { input });
  expect(result.code, result.stderr).toBe(0);
  return result;
};
// After two steps, the temperature of a calibration would make much of the little that int8 rounds.
const raw = ["--calibration", "no"];
const train = (base: string, output: string, ...flags: string[]): Promise<CliResult> =>
  ok([
    "train",
    data,
    "--model",
    bases.get(base)!,
    "--output",
    place.path(output),
    "--max-steps",
    "2",
    ...(flags.includes("--task") ? [] : raw),
    ...flags,
  ]);
const config = (output: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(place.path(output), "config.json"), "utf8"));

interface Answer {
  readonly relations: readonly { readonly probability: number }[];
}

const asked = JSON.stringify({
  text: "Anna wrote a letter",
  entities: [
    { start: 0, end: 4, type: "SUBJ" },
    { start: 5, end: 10, type: "VERB" },
  ],
});
async function probabilities(output: string, ...flags: string[]): Promise<number[]> {
  const { stdout } = await ok(["predict", place.path(output), "-", ...flags], asked);
  return parseJsonLines<Answer>(stdout)[0]!.relations.map(({ probability }) => probability);
}

beforeAll(async () => {
  await train("bert", "bert");
  await train("roberta", "typed", "--markers", "typed");
  await train("camembert", "document", "--encoding", "document");
  await train("bert", "tokens", "--markers", "tokens");
});
afterAll(() => {
  place.remove();
  for (const folder of bases.values()) rmSync(folder, { recursive: true });
});

describe("a folder that was trained", () => {
  test("is one of transformers' bare encoder, and passes model verify", async () => {
    expect(config("bert")).toMatchObject({ model_type: "bert", architectures: ["BertModel"], pad_token_id: 0 });
    expect(config("typed")).toMatchObject({ model_type: "roberta", architectures: ["RobertaModel"], pad_token_id: 1 });
    expect(config("document")).toMatchObject({ model_type: "camembert", bos_token_id: 5, eos_token_id: 6 });
    const { stdout } = await relata(["model", "verify", place.path("bert")]);
    expect(stdout).toMatch(/BertTokenizer with \d+ word ids opens/);
    expect(stdout).not.toContain("failed");
  });

  test("answers with probabilities, in int8 nearly the same", async () => {
    for (const output of ["bert", "typed", "document", "tokens"]) {
      const whole = await probabilities(output);
      expect(whole.length).toBeGreaterThan(0);
      expect(whole.every((probability) => probability > 0 && probability < 1)).toBe(true);
    }
    const [whole, rounded] = [await probabilities("bert"), await probabilities("bert", "--dtype", "int8")];
    for (const [i, probability] of rounded.entries()) expect(Math.abs(probability - whole[i]!)).toBeLessThan(0.05);
    expect(rounded).not.toEqual(whole);
  });

  test("has a card that names its encoder and shows how transformers asks it", () => {
    const card = readFileSync(join(place.path("typed"), "README.md"), "utf8");
    expect(card).toContain("- roberta\n");
    expect(card).toContain("It is a roberta encoder");
    expect(card).toContain("AutoModel.from_pretrained(folder)");
    expect(card).not.toMatch(/luke/i);
  });

  test("is described, without entities", async () => {
    const { stdout } = await relata(["model", "info", place.path("typed")]);
    expect(stdout).toContain("2 layers, hidden 16, 4 heads");
    expect(stdout).toContain("RobertaTokenizer");
  });
});

describe("markers that are added to the vocabulary", () => {
  const sizeOf = (name: string): number =>
    Number(JSON.parse(readFileSync(join(bases.get(name)!, "config.json"), "utf8")).vocab_size);

  test("document encoding: two for each type, and for mentions without one; the folder says how they are read", async () => {
    const { stdout } = await relata(["model", "verify", place.path("document")]);
    expect(stdout).not.toContain("failed");
    const added = (config("document")["vocab_size"] as number) - sizeOf("camembert");
    const types = JSON.parse(readFileSync(join(place.path("document"), "relata.json"), "utf8")).entityTypes;
    expect(added).toBe(2 * (types.length + 1));
    expect(config("document")["levitated_markers"]).toEqual(levitatedDefaults);
  });

  test("pair encoding: four, which evaluate, export and a further training keep", async () => {
    expect(config("tokens")).toMatchObject({ vocab_size: sizeOf("bert") + 4 });
    expect(config("tokens")["levitated_markers"]).toBeUndefined();
    const { stdout } = await relata(["model", "verify", place.path("tokens")]);
    expect(stdout).toContain("pair encoding with special tokens as markers");
    expect(stdout).not.toContain("failed");
    const exported = await relata(["model", "export", place.path("tokens"), place.path("onnx"), "--format", "onnx"]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(exported.stdout + exported.stderr).toContain("[E1]");
    const again = ["--model", place.path("tokens"), "--max-steps", "1", "--markers", "plain"];
    const { stdout: notes, stderr } = await ok(["train", data, ...again, "--output", place.path("again")]);
    expect(notes + stderr).toContain("--markers tokens keeps them");
    expect(config("again")).toMatchObject({ vocab_size: sizeOf("bert") + 4 });
  });

  test.each([
    [["--model", "luke-mini", "--markers", "tokens"], /--markers tokens: luke-mini is a model of luke/],
    [
      ["--model", "luke-mini", "--encoding", "document", "--levitated-markers", "all"],
      /--levitated-markers: luke-mini/,
    ],
    [["--encoding", "document", "--markers", "tokens"], /--markers tokens: document encoding/],
    [["--encoding", "pair", "--levitated-markers", "no"], /--levitated-markers: pair encoding has no/],
    [["--encoding", "document", "--levitated-markers", "no", "--marker-states", "mean"], /--marker-states: without/],
  ])("%j is refused", async (flags, message) => {
    const { code, stderr } = await relata(["train", data, "--output", place.path("never"), ...flags]);
    expect(code).not.toBe(0);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(message);
  });
});

test("entity typing: a folder of the same architecture is opened with the head that it was trained with", async () => {
  await train("bert", "typing", "--task", "entity-typing");
  const { stdout } = await ok(["evaluate", place.path("typing"), data]);
  expect(stdout).toContain("Confusion matrix");
  expect((await relata(["model", "info", place.path("typing")])).stdout).toMatch(/entity/);
});

test("distilbert: pairs, int8, and the files of its own tokenizer", async () => {
  await train("distilbert", "distilbert");
  expect(config("distilbert")).toMatchObject({
    model_type: "distilbert",
    architectures: ["DistilBertModel"],
    n_layers: 2,
  });
  const { stdout } = await relata(["model", "verify", place.path("distilbert")]);
  expect(stdout).toMatch(/DistilBertTokenizer with \d+ word ids opens/);
  expect(stdout).not.toContain("failed");
  const [whole, rounded] = [await probabilities("distilbert"), await probabilities("distilbert", "--dtype", "int8")];
  for (const [i, probability] of rounded.entries()) expect(Math.abs(probability - whole[i]!)).toBeLessThan(0.05);
  expect(rounded).not.toEqual(whole);
});

test("deberta-v2: documents with levitated markers, int8", async () => {
  await train("deberta-v2", "deberta", "--encoding", "document");
  expect(config("deberta")).toMatchObject({
    model_type: "deberta-v2",
    architectures: ["DebertaV2Model"],
    position_buckets: 8,
    levitated_markers: levitatedDefaults,
  });
  const { stdout } = await relata(["model", "verify", place.path("deberta")]);
  expect(stdout).toMatch(/DebertaV2Tokenizer with \d+ word ids opens/);
  expect(stdout).not.toContain("failed");
  const [whole, rounded] = [await probabilities("deberta"), await probabilities("deberta", "--dtype", "int8")];
  for (const [i, probability] of rounded.entries()) expect(Math.abs(probability - whole[i]!)).toBeLessThan(0.05);
  expect(rounded).not.toEqual(whole);
});

test("modernbert: documents with levitated markers, int8, and a further training", async () => {
  await train("modernbert", "modernbert", "--encoding", "document");
  expect(config("modernbert")).toMatchObject({
    model_type: "modernbert",
    architectures: ["ModernBertModel"],
    local_attention: 4,
    global_rope_theta: 160_000,
    local_rope_theta: 10_000,
    levitated_markers: levitatedDefaults,
  });
  const { stdout } = await relata(["model", "verify", place.path("modernbert")]);
  expect(stdout).toMatch(/PreTrainedTokenizerFast with \d+ word ids opens/);
  expect(stdout).not.toContain("failed");
  const [whole, rounded] = [await probabilities("modernbert"), await probabilities("modernbert", "--dtype", "int8")];
  for (const [i, probability] of rounded.entries()) expect(Math.abs(probability - whole[i]!)).toBeLessThan(0.05);
  expect(rounded).not.toEqual(whole);
  await ok(["train", data, "--model", place.path("modernbert"), "--output", place.path("further"), "--max-steps", "1"]);
  expect(config("further")).toMatchObject({ vocab_size: config("modernbert")["vocab_size"] });
});

test("modernbert: flat entities, for which transformers has no class with its head", async () => {
  await train("modernbert", "flat", "--task", "entities", "--entity-decoding", "flat");
  const { stdout } = await ok(["predict", place.path("flat"), "-"], JSON.stringify({ text: "Anna wrote a letter" }));
  expect(parseJsonLines<{ entities: unknown[] }>(stdout)[0]!.entities).toBeInstanceOf(Array);
  expect((await relata(["model", "info", place.path("flat")])).stdout).toContain("token");
});

describe("--lora with markers that are new tokens", () => {
  test.each([
    ["bert", "embeddings.word_embeddings", ["--markers", "tokens"]],
    ["camembert", "embeddings.word_embeddings", ["--encoding", "document"]],
    // Its table has three rows that no token of the base has.
    ["deberta-v2", "embeddings.word_embeddings", ["--encoding", "document"]],
    ["modernbert", "embeddings.tok_embeddings", ["--markers", "tokens"]],
  ])("%s: %s learns rows of its own, which a merged folder has", async (base, module, flags) => {
    const output = `${base}-adapter`;
    await train(base, output, "--lora", "--lora-rank", "2", "--learning-rate", "0.01", "--warmup-ratio", "0", ...flags);
    const json = (name: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(place.path(output), name), "utf8")) as Record<string, unknown>;
    const ids = (json("adapter_config.json")["trainable_token_indices"] as Record<string, number[]>)[module]!;
    expect(ids.length).toBeGreaterThanOrEqual(4);
    expect(json("config.json")["vocab_size"]).toBe(ids.at(-1)! + 1);

    const file = await openSafetensors(join(place.path(output), "adapter_model.safetensors"));
    const [name] = file.names.filter((one) => one.endsWith(`.${module}.token_adapter.trainable_tokens_delta`));
    const own = await file.read(name!);
    await file.close();
    // Both tokens of a pair start alike, and learn apart; of a type that no text has, they stay alike.
    const rowOf = (token: number): Float32Array => own.slice(16 * token, 16 * token + 16);
    const learnt = ids.filter((_, token) => token % 2 === 0 && rowOf(token).some((x, i) => x !== rowOf(token + 1)[i]));
    expect(learnt.length).toBeGreaterThan(0);

    const merged = `${output}-merged`;
    const format = ["--format", "safetensors"];
    const { code, stderr } = await relata(["model", "export", place.path(output), place.path(merged), ...format]);
    expect(code, stderr).toBe(0);
    const { weights } = await openCheckpoint(place.path(merged));
    const [, table] = [...weights].find(([one]) => one.endsWith(`${module}.weight`))!;
    expect(table.shape).toEqual([ids.at(-1)! + 1, 16]);
    expect(table.data.slice(ids[0]! * 16)).toEqual(own);
    expect(await probabilities(merged)).toEqual(await probabilities(output));
    expect((await relata(["model", "verify", place.path(output)])).stdout).not.toContain("failed");
    expect((await relata(["model", "info", place.path(output)])).stdout).toContain(
      `and rows for ${ids.length} tokens:`,
    );
  });
});
