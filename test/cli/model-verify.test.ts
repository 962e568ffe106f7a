// relata model verify: whether a model is whole.
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyModel, type Check } from "../../src/model/verify.ts";
import { trainModel } from "../support/run-cli.ts";
import { tinyVocabFiles } from "../support/tiny-tokenizer.ts";
import { place, fromTorch, model, json, openTensors } from "../support/model-command.ts";

beforeAll(() => trainModel(place.examples("annotations.jsonlines", 6), place.path("model")));
afterAll(() => place.remove());

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
