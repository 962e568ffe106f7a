// relata model: what a model is, whether it is whole, and how it arrives from the hub.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modelInfo } from "../../src/recipes/model-info.ts";
import { verifyModel, type Check } from "../../src/model/verify.ts";
import { tokenizerFileNames } from "../../src/tokenization/tokenizers/tokenizer-files.ts";
import { cut, HubStandIn } from "../support/hub-stand-in.ts";
import { relata, trainModel, Workplace, type CliOptions, type CliResult } from "../support/run-cli.ts";
import { tinyVocabFiles } from "../support/tiny-tokenizer.ts";

const place = new Workplace();
const oracle = fileURLToPath(new URL("../oracle/", import.meta.url));
const fromTorch = (name: string): string => `${oracle}torch/${name}`;

const model = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  relata(["model", ...args], { cwd: place.folder, ...options });
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await model([...args, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** Where a safetensors file says its tensors are, and the file. */
function openTensors(path: string): {
  bytes: Buffer;
  dataStart: number;
  tensors: [name: string, { shape: number[]; data_offsets: [number, number] }][];
} {
  const bytes = readFileSync(path);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes)) as object;
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return { bytes, dataStart: 8 + headerBytes, tensors };
}

const elements = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

beforeAll(() => trainModel(place.examples("annotations.jsonlines", 6), place.path("model")));
afterAll(() => place.remove());

describe("info", () => {
  test("tells people what a model of Relata is", async () => {
    const { code, stdout, stderr } = await model(["info", "model"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      /^written by {4}Relata \d+\.\d+\.\d+$/m,
      /^architecture {2}LukeForEntityPairClassification, classifies pairs of entities$/m,
      /^encoder +2 layers, hidden 128, 4 heads, intermediate 512, entity-aware attention$/m,
      /^sizes +vocabulary 300, 4 entity rows of 64, 514 positions: texts up to 512 tokens$/m,
      /^labels +\d+: NO_REL, .*WHO_DO/m,
      /^weights +model\.safetensors: safetensors, F32, 58 tensors, 2\.8 MB$/m,
      /^tokenizer +LukeTokenizer, 300 word ids, 4 entity ids, up to 512 tokens, mentions up to 30$/m,
      /^tensors +56 used\n +2 not used \(no entity head reads it\): luke\.pooler/m,
      /^encoding +pair, up to 512 tokens; NO_REL means no relation$/m,
      /^asked about +all pairs$/m,
      /^gives +one label a pair$/m,
      /^relations +DO_WHAT: VERB → OBJ \(\d+\)$/m,
      /^data +\S*annotations\.jsonlines: 6 documents, SHA-256 [0-9a-f]{64}$/m,
      /^ +--max-steps 2$/m,
      /^ +--batch-size 8$/m,
      /^scores +accuracy 0\.\d{4} \(share of pairs with the right label, NO_REL included\)$/m,
      /^step +[12]$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toContain("--seed");
  });

  test("counts parameters as the file has them", async () => {
    const { parameters, relata: ours, ...info } = await json("info", "model");
    const { tensors } = openTensors(place.path("model/model.safetensors"));
    expect(parameters).toEqual({
      total: tensors.reduce((sum, [, { shape }]) => sum + elements(shape), 0),
      entityTable: 4 * 64,
    });
    expect(info).toMatchObject({ head: "pair", tensors: { used: 56, missing: [], unexpected: [], copied: [] } });
    expect(ours).toMatchObject({ encoding: "pair", noRelationLabel: "NO_REL", data: [{ documents: 6 }] });
  });

  const torchTensors = (
    JSON.parse(readFileSync(`${oracle}torch/answers.json`, "utf8")) as {
      files: Record<string, Record<string, { shape: number[] }>>;
    }
  ).files;
  const ofPair = Object.values(torchTensors["pair/pytorch_model.bin"]!);

  test.each([
    ["pair", "F32", "pytorch_model.bin"],
    ["half", "F16", "pytorch_model.bin"],
    ["bfloat16", "BF16", "pytorch_model.bin"],
    ["sharded", "F32", "pytorch_model.bin.index.json"],
  ])("knows the folder %s of transformers", async (name, dtype, file) => {
    const info = await modelInfo(fromTorch(name));
    const total = ofPair.reduce((sum, { shape }) => sum + elements(shape), 0);
    expect(info).toMatchObject({
      architecture: "LukeForEntityPairClassification",
      head: "pair",
      parameters: { total, entityTable: 24 },
      labels: ["LABEL_0", "LABEL_1", "LABEL_2"],
      weights: { file, format: "torch", dtypes: [dtype], tensors: 36, bytes: total * (dtype === "F32" ? 4 : 2) },
      tokenizer: { problem: expect.stringContaining("entity_vocab.json") as string },
      relata: null,
    });
    expect(info.weights.isSharded).toBe(name === "sharded");
  });

  test("tells a pre-trained model, whose heads are not used, from a classifier", async () => {
    const info = await modelInfo(fromTorch("masked-lm"));
    expect(info).toMatchObject({ architecture: "LukeForMaskedLM", head: null, labels: [] });
    expect(info.tensors.ignored.filter(({ reason }) => reason === "a head of pre-training")).toHaveLength(13);
    expect(info.tensors.missing).toEqual([]);
    const { stdout } = await model(["info", fromTorch("masked-lm")]);
    expect(stdout).toContain("LukeForMaskedLM, an encoder without a head of Relata");
    expect(stdout).toContain("13 not used (a head of pre-training): lm_head.bias");
  });

  test("names what a folder lacks", async () => {
    expect(await model(["info", "nowhere"])).toMatchObject({
      code: 66,
      stderr: expect.stringContaining("nowhere") as string,
    });
    mkdirSync(place.path("empty"));
    expect(await model(["info", "empty"])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining("found no config.json and no model.safetensors") as string,
    });
  });
});

/** `ok files`, `failed values` … of the lines of verify. */
const verdicts = (lines: readonly string[]): string[] =>
  lines.map((line) => /^(ok|failed|skipped) +\w+(?=: .)/i.exec(line)?.[0].replace(/ +/, " ").toLowerCase() ?? line);

describe("verify", () => {
  const names = ["files", "config", "weights", "tensors", "shapes", "values", "tokenizer", "ids"];
  const verdictsWith = (changed: Record<string, string>): string[] =>
    names.map((name) => `${changed[name] ?? "ok"} ${name}`);

  test("passes a whole model", async () => {
    const { code, stdout, stderr } = await model(["verify", "model"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "All 8 checks passed.\n" });
    expect(verdicts(stdout.trimEnd().split("\n"))).toEqual(verdictsWith({}));
    expect(stdout).toContain("8 files have the sizes and SHA-256 of relata.json");
    expect(stdout).toMatch(/all \d{6} numbers are finite/);
  });

  const changeConfig = (folder: string, change: object): void => {
    const path = `${folder}/config.json`;
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), ...change }));
  };
  const spoilNumber = (folder: string, value: number): void => {
    const path = `${folder}/model.safetensors`;
    const { bytes, dataStart, tensors } = openTensors(path);
    const [, { data_offsets }] = tensors.find(([name]) => name.endsWith("word_embeddings.weight"))!;
    bytes.writeFloatLE(value, dataStart + data_offsets[0] + 4 * 130);
    writeFileSync(path, bytes);
  };
  const lost = { tensors: "skipped", shapes: "skipped" };
  const faults: [string, (folder: string) => void, Record<string, string>, string[]][] = [
    [
      "a changed file",
      (folder) => writeFileSync(`${folder}/README.md`, "mine\n"), // no part of the model
      {},
      [],
    ],
    [
      "a relation that is no label",
      (folder) => {
        const path = `${folder}/relata.json`;
        writeFileSync(path, readFileSync(path, "utf8").replace('"WHO_DO": {', '"WHO_DOES": {'));
      },
      { files: "failed" },
      ["expected relations among NO_REL, DO_WHAT", "found WHO_DOES. Was it edited?"],
    ],
    [
      "another special token",
      (folder) => {
        const path = `${folder}/special_tokens_map.json`;
        writeFileSync(path, readFileSync(path, "utf8").replace("false", "0    "));
      },
      { files: "failed" },
      ["special_tokens_map.json has other content than when it was saved (SHA-256)", "Copy the model again"],
    ],
    [
      "a number that is none",
      (folder) => spoilNumber(folder, Number.NaN),
      { files: "failed", values: "failed" },
      [
        'tensor "luke.embeddings.word_embeddings.weight": unusable weights: expected finite numbers, ' +
          "found NaN at 130; 1 such numbers in 1 of 58 tensors. The training that wrote them diverged",
      ],
    ],
    [
      "infinity",
      (folder) => spoilNumber(folder, Number.NEGATIVE_INFINITY),
      { files: "failed", values: "failed" },
      ["found -Infinity at 130"],
    ],
    [
      "a layer too few in config.json",
      (folder) => changeConfig(folder, { num_hidden_layers: 1 }),
      { files: "failed", tensors: "failed" },
      ["no place for luke.encoder.layer.1.", " more. Is config.json that of another model?"],
    ],
    [
      "a layer too many in config.json",
      (folder) => changeConfig(folder, { num_hidden_layers: 3 }),
      { files: "failed", tensors: "failed" },
      ["found none for luke.encoder.layer.2.attention.self.query.weight, "],
    ],
    [
      "another vocabulary in config.json",
      (folder) => changeConfig(folder, { vocab_size: 299, entity_vocab_size: 3, pad_token_id: 2 }),
      { files: "failed", shapes: "failed", ids: "failed" },
      [
        "expected [299, 128], found [300, 128]; luke.entity_embeddings.entity_embeddings.weight differ too",
        "expected word ids below vocab_size 299, entity ids below entity_vocab_size 3, pad_token_id 2 for <pad>, " +
          "found the word id 299, the entity id 3, 1.",
      ],
    ],
    [
      "a config.json that is not JSON",
      (folder) => writeFileSync(`${folder}/config.json`, "{"),
      { files: "failed", config: "failed", ids: "skipped", ...lost },
      ["Cannot read the model's configuration: not JSON", "it needs config.json and the weights"],
    ],
    [
      "weights that end early",
      (folder) => truncateSync(`${folder}/model.safetensors`, 20_000),
      { files: "failed", weights: "failed", values: "skipped", ...lost },
      ["model.safetensors has 20000 bytes instead of "],
    ],
    [
      "no words for the tokenizer",
      (folder) => rmSync(`${folder}/vocab.json`),
      { files: "failed", tokenizer: "failed", ids: "skipped" },
      ["vocab.json is missing", "the tokenizer does not open: expected the files of a LukeTokenizer"],
    ],
  ];
  /** Each as a line `ok files: …`. */
  async function verify(folder: string): Promise<{ passed: boolean; lines: string[] }> {
    const events = verifyModel(folder);
    for (;;) {
      const { done, value } = await events.next();
      if (done) return { passed: value.passed, lines: value.checks.map(line) };
    }
  }
  const line = ({ status, name, message }: Check): string => `${status} ${name}: ${message}`;

  test.each(faults)("goes on after %s", async (name, spoil, changed, messages) => {
    const folder = place.path("spoilt");
    rmSync(folder, { recursive: true, force: true });
    cpSync(place.path("model"), folder, { recursive: true });
    spoil(folder);
    const { passed, lines } = await verify(folder);
    expect(verdicts(lines), name).toEqual(verdictsWith(changed));
    expect(passed).toBe(Object.keys(changed).length === 0);
    for (const message of messages) expect(lines.join("\n")).toContain(message);
  });

  test("knows a whole folder of transformers, which has no checksums", async () => {
    cpSync(fromTorch("half"), place.path("half"), { recursive: true });
    for (const [name, text] of Object.entries(tinyVocabFiles())) place.file(`half/${name}`, text);
    const { code, stdout, stderr } = await model(["verify", "half"]);
    // The words are those of another model.
    expect(verdicts(stdout.trimEnd().split("\n"))).toEqual(verdictsWith({ ids: "failed" }));
    expect({ code, stderr }).toEqual({ code: 65, stderr: "1 of 8 checks failed.\n" });
    expect(stdout).toMatch(
      /^FAILED {3}ids: .*: expected word ids below vocab_size 20, .* Copy or download them again\.$/m,
    );
    expect(stdout).toContain("without relata.json there are no checksums to compare");
    expect(stdout).toContain("all 1356 numbers are finite");
  });

  test("answers programs with one JSON object", async () => {
    const { passed, checks } = await json("verify", "model");
    expect(passed).toBe(true);
    expect((checks as { name: string; status: string }[]).map(({ name, status }) => `${status} ${name}`)).toEqual(
      verdictsWith({}),
    );
    const { code, stdout } = await model(["verify", fromTorch("pair"), "--json"]);
    expect(code).toBe(65);
    expect(JSON.parse(stdout)).toMatchObject({ passed: false });
  });
});

describe("pull", () => {
  let hub: HubStandIn;
  const cache = place.path("huggingface");
  const snapshot = (): string => `${cache}/hub/models--studio--tiny-luke/snapshots/${hub.commit}`;
  const variables = Object.fromEntries(
    ["HF_ENDPOINT", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"].map((name) => [name, process.env[name]]),
  );

  beforeEach(async () => {
    const names = ["config.json", "relata.json", "model.safetensors", ...tokenizerFileNames.text];
    const files = names.filter((name) => existsSync(place.path(`model/${name}`)));
    hub = await HubStandIn.start(
      Object.fromEntries([...files, "README.md"].map((name) => [name, readFileSync(place.path(`model/${name}`))])),
    );
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HOME: cache });
  });
  afterEach(async () => {
    await hub.close();
    rmSync(cache, { recursive: true, force: true });
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test("is implied by the name of a model: predict fetches it, later it is in the cache, also offline", async () => {
    const ask = () =>
      relata(["predict", hub.id, "--text", "Anna met Ben.", "--span", "0:4", "--span", "9:12"], { cwd: place.folder });
    const first = await ask();
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^Anna → Ben: {2}\S+ 0\.\d+/);
    expect(first.stderr).toContain("model.safetensors");
    await hub.close();
    process.env["HF_HUB_OFFLINE"] = "1";
    const offline = await ask();
    delete process.env["HF_HUB_OFFLINE"];
    expect(offline).toMatchObject({ code: 0, stdout: first.stdout });
  });

  test("fetches a model, once, and says where it is", async () => {
    const first = await model(["pull", hub.id]);
    expect(first).toMatchObject({ code: 0, stdout: `folder  ${snapshot()}\ncommit  ${hub.commit}\n` });
    expect(first.stderr).toContain(`studio/tiny-luke, revision main, commit ${hub.commit.slice(0, 12)}`);
    expect(first.stderr).toMatch(/^\d+ files, 2\.\d MB$/m);

    const again = await model(["pull", `${hub.id}@${hub.commit}`, "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ folder: snapshot(), commit: hub.commit, source: "hub" });
    expect(again.stderr).toMatch(/model\.safetensors {2}2\.8 MB, from the cache/);
    expect(hub.downloads("model.safetensors").filter(({ at }) => at === "store")).toHaveLength(1);
    expect(hub.downloads("README.md")).toEqual([]);

    expect(await json("info", hub.id)).toMatchObject({ folder: snapshot(), head: "pair" });
  });

  test("looks into the files of the cache, and fetches one that was changed again", async () => {
    await model(["pull", hub.id]);
    const weights = readFileSync(`${snapshot()}/model.safetensors`);
    const changed = Buffer.from(weights);
    changed[weights.length - 1]! ^= 1;
    writeFileSync(`${snapshot()}/model.safetensors`, changed);
    const { code, stderr } = await model(["pull", hub.id]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      "model.safetensors: the copy in the cache is not what the hub lists; downloading it again",
    );
    expect(readFileSync(`${snapshot()}/model.safetensors`).equals(weights)).toBe(true);
  });

  test("keeps what has arrived when it is interrupted, and goes on from there", async () => {
    const sent = 2 ** 20;
    hub.storeFaults.set("model.safetensors", [cut(sent)]);
    const stopped = await model(["pull", hub.id], { interruptAt: /model\.safetensors: .*; again in/ });
    expect(stopped).toMatchObject({ code: 130, stdout: "" });
    expect(stopped.stderr).toContain("Stopping; what has arrived is kept, and the same command goes on from there.");

    expect(await model(["pull", hub.id])).toMatchObject({ code: 0 });
    // What was on its way when the connection ended may be lost.
    const arrived = Number(/^bytes=(\d+)-$/.exec(hub.downloads("model.safetensors").at(-1)!.range ?? "")?.[1]);
    expect(arrived).toBeGreaterThan(sent / 2);
    expect(arrived).toBeLessThanOrEqual(sent);
    expect(await model(["verify", snapshot()])).toMatchObject({ code: 0 });
  });

  test("refuses what is no model of the hub", async () => {
    expect(await model(["pull", "./model"])).toMatchObject({
      code: 64,
      stdout: "",
      stderr: expect.stringContaining("expected org/name or org/name@revision") as string,
    });
    expect(await model(["pull", "studio/other"])).toMatchObject({ code: 66, stdout: "" });
  });
});

describe("export", () => {
  test.each([
    ["safetensors", ["model.safetensors", "relata.json", "config.json", "vocab.json"]],
    ["onnx", ["model.onnx", "config.json", "vocab.json"]],
  ])("writes %s, in half the bytes as float16", async (format, names) => {
    const whole = await json("export", "model", `${format}-32`, "--format", format);
    const { code, stdout, stderr } = await model([
      "export",
      "model",
      `${format}-16`,
      "--format",
      format,
      "--dtype",
      "float16",
    ]);
    expect(code, stderr).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${format}-16/${name}  \\d`, "m"));
    expect(stdout.trimEnd().split("\n")).toHaveLength(readdirSync(place.path(`${format}-16`)).length);
    const bytes = statSync(place.path(`${format}-16/${names[0]!}`)).size;
    const [file] = (whole["files"] as { name: string; bytes: number }[]).filter(({ name }) => name === names[0]);
    expect(bytes / file!.bytes).toBeGreaterThan(0.49);
    expect(bytes / file!.bytes).toBeLessThan(0.6);
  });

  test("writes a model folder that is whole", async () => {
    const { code, stdout, stderr } = await model(["verify", "safetensors-16"]);
    expect(code, stdout + stderr).toBe(0);
    expect(await modelInfo(place.path("safetensors-16"))).toMatchObject({ weights: { dtypes: ["F16"] } });
  });

  test.each([
    ["no format", ["export", "model", "unused"], "--format is missing"],
    ["a folder in use", ["export", "model", "model", "--format", "onnx"], "The output folder model is not empty"],
    ["sizes without a graph", ["export", "model", "unused", "--format", "safetensors", "--words", "64"], "ONNX"],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await model(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
    expect(existsSync(place.path("unused"))).toBe(false);
  });
});

test("without a subcommand it lists them", async () => {
  const { code, stdout, stderr } = await model([]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain("Usage: relata model [options] [command]");
});
