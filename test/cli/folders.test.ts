// Folders that are in use, damaged or not there: nobody loses a model.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  digestsOf,
  quick,
  relata,
  trainModel,
  Workplace,
  type CliOptions,
  type CliResult,
} from "../support/run-cli.ts";

const place = new Workplace();
const data = place.examples("annotations.jsonlines", 6);

const train = (output: string, flags: readonly string[] = [], options: CliOptions = {}): Promise<CliResult> =>
  relata(["train", data, "--output", place.path(output), ...quick, ...flags], options);
const predict = (model: string): Promise<CliResult> =>
  relata(["predict", place.path(model), "--text", "I go", "--span", "0:1", "--span", "2:4", "--threads", "1"]);

beforeAll(async () => {
  await trainModel(data, place.path("model"));
  writeFileSync(place.path("model/notes.txt"), "mine\n");
});
afterAll(() => place.remove());

describe("an output folder that is not empty", () => {
  test("is refused, and nothing in it changes", async () => {
    const before = digestsOf(place.path("model"));
    const { code, stdout, stderr } = await train("model");
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain("is not empty: it holds README.md, added_tokens.json");
    expect(stderr).toContain("add --overwrite to replace the model in it");
    expect(digestsOf(place.path("model"))).toEqual(before);
  });

  test("is replaced with --overwrite, but for files that are not Relata's", async () => {
    cpSync(place.path("model"), place.path("replaced"), { recursive: true });
    const before = digestsOf(place.path("replaced"));
    expect(await train("replaced", ["--overwrite", "--seed", "7"])).toMatchObject({ code: 0 });
    const after = digestsOf(place.path("replaced"));
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after["notes.txt"]).toBe(before["notes.txt"]);
    for (const name of ["model.safetensors", "relata.json", "metrics.jsonl", "README.md"]) {
      expect(after[name], name).not.toBe(before[name]);
    }
    expect(await predict("replaced")).toMatchObject({ code: 0 });
  });

  test("keeps its model until the new one is complete, and no second run comes in between", async () => {
    cpSync(place.path("model"), place.path("contended"), { recursive: true });
    const ofModel = (): Record<string, string> => {
      const files = readdirSync(place.path("contended")).filter(
        (name) => !["next-model", ".relata.lock"].includes(name),
      );
      return Object.fromEntries(files.map((name) => [name, readFileSync(place.path(`contended/${name}`), "base64")]));
    };
    const before = ofModel();
    const dying = new AbortController();
    const long = ["--overwrite", "--max-steps", "100000", "--eval-steps", "1"];
    const first = train("contended", long, { killOn: dying.signal });
    while (!existsSync(place.path("contended/next-model/relata.json"))) await pause(50);

    const second = await train("contended", ["--overwrite"]);
    expect(second, second.stderr).toMatchObject({ code: 64, stdout: "" });
    expect(second.stderr).toMatch(/^relata: Another run writes to .*contended: process \d+ on .+, since 20/m);
    dying.abort();
    expect(await first).toMatchObject({ endedBy: "SIGKILL" });
    expect(ofModel()).toEqual(before);
    expect(await predict("contended")).toMatchObject({ code: 0 });

    const stopped = await train("contended", long, { interruptAt: /^ +1 .*\*$/m });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain("note: the lock of a run that ended without removing it");
    expect(stopped.stderr).toContain(`the former model is still in ${place.path("contended")}.`);
    expect(ofModel()).toEqual(before);
    expect(await predict("contended/next-model")).toMatchObject({ code: 0 });

    expect(await train("contended", ["--overwrite"])).toMatchObject({ code: 0 });
    expect(Object.keys(ofModel()).sort()).toEqual(readdirSync(place.path("contended")).sort());
    expect(ofModel()["relata.json"]).not.toBe(before["relata.json"]);
  });

  test("below a file is not possible", async () => {
    const { code, stderr } = await train("annotations.jsonlines/model");
    expect(code, stderr).toBe(69);
    expect(stderr).toContain("annotations.jsonlines/model cannot be written");
  });
});

describe("a model folder that cannot be opened", () => {
  const copy = (name: string): string => {
    cpSync(place.path("model"), place.path(name), { recursive: true });
    return place.path(name);
  };

  test("one byte of the weights is another", async () => {
    const path = `${copy("flipped")}/model.safetensors`;
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const { code, stdout, stderr } = await predict("flipped");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toContain("model.safetensors has other content than when it was saved");
  });

  test("a file is missing", async () => {
    rmSync(`${copy("lacking")}/vocab.json`);
    const { code, stdout, stderr } = await predict("lacking");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toContain("vocab.json is missing");
  });

  /** Without relata.json nothing is compared with checksums: the folder is as transformers would write it. */
  const edited = (name: string, file: string, edit: (json: Record<string, unknown>) => void): void => {
    const folder = copy(name);
    const json = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as Record<string, unknown>;
    edit(json);
    writeFileSync(`${folder}/${file}`, JSON.stringify(json));
    rmSync(`${folder}/relata.json`);
  };

  test("config.json says fewer layers than the file holds", async () => {
    edited("layers", "config.json", (json) => (json["num_hidden_layers"] = 1));
    const { code, stdout, stderr } = await predict("layers");
    expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
    expect(stderr).toContain("none for luke.encoder.layer.1.");
    expect(stderr).toContain("num_hidden_layers");
  });

  test("added_tokens.json has an id beyond all tables, or beyond that of the model", async () => {
    for (const [id, message] of [
      [10 ** 9, 'expected ids from 0 to 16777215, found 1000000000 for "<ent2>"'],
      [10 ** 6, "found the word id 1000000"],
    ] as const) {
      edited(`ids-${id}`, "added_tokens.json", (json) => (json["<ent2>"] = id));
      const { code, stdout, stderr } = await predict(`ids-${id}`);
      expect({ code, stdout }, stderr).toEqual({ code: 65, stdout: "" });
      expect(stderr).toContain(message);
    }
  });

  test("it does not exist, it is empty, it is a file", async () => {
    mkdirSync(place.path("empty"));
    expect(await predict("nowhere")).toMatchObject({
      code: 66,
      stderr: expect.stringContaining("nowhere does not exist. Check the path.") as string,
    });
    expect(await predict("empty")).toMatchObject({
      code: 65,
      stderr: expect.stringContaining(
        "empty: no model there: expected a model folder, found an empty folder",
      ) as string,
    });
    expect(await predict("annotations.jsonlines")).toMatchObject({
      code: 65,
      stderr: expect.stringContaining("not a model folder: expected a folder, found a file") as string,
    });
  });
});
