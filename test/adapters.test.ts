// Several adapters over one base: each answers what its merged model answers, and the base is in memory once.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAdapters as openFolders } from "../src/model/adapters/open-adapters.ts";
import type * as Library from "../src/index.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { SharedBase } from "../src/model/adapters/shared-base.ts";
import { exportModel } from "../src/model/export.ts";
import { relata, Workplace } from "./support/run-cli.ts";
import { modelFolder } from "./support/word-encoders.ts";

const { openAdapters, openModel } = createRequire(import.meta.url)("relata") as typeof Library;
const place = new Workplace();
const data = place.examples("annotations.jsonlines", 8);
const base = place.path("base");
const options = { threads: 1 };
const runs = {
  one: ["--seed", "1"],
  two: ["--seed", "2"],
  other: ["--seed", "3", "--lora-rank", "2", "--lora-targets", "query,value"],
  tokens: ["--markers", "tokens"],
  documents: ["--candidates", "schema", "--encoding", "document", "--pair-features", "states"],
};
type Name = keyof typeof runs;
const names = Object.keys(runs) as Name[];
const folders = Object.fromEntries(names.map((name) => [name, place.path(name)])) as Record<Name, string>;

beforeAll(async () => {
  const made = modelFolder("bert");
  cpSync(made, base, { recursive: true });
  rmSync(made, { recursive: true });
  for (const name of names) {
    const flags = [
      "--lora",
      "--max-steps",
      "2",
      "--learning-rate",
      "0.05",
      "--threads",
      "1",
      "--encoding",
      "pair",
      "--candidates",
      "all",
    ];
    const run = await relata(["train", data, "--model", base, "--output", folders[name], ...flags, ...runs[name]]);
    if (run.code !== 0) throw new Error(run.stderr);
  }
});
afterAll(() => place.remove());

const asked = {
  text: "Anna wrote a letter in May",
  entities: [
    { start: 0, end: 4, type: "SUBJ" },
    { start: 5, end: 10, type: "VERB" },
    { start: 23, end: 26, type: "TIME" },
  ],
};
const probabilities = async (model: Pick<Library.RelationModel, "predict">): Promise<number[]> =>
  (await model.predict(asked)).relations.flatMap(({ probability }) => probability);

test("each answers what its merged model answers", async () => {
  await using opened = await openAdapters(base, folders, options);
  const all: number[][] = [];
  for (const name of names) {
    const merged = place.path(`${name}-merged`);
    await exportModel(folders[name], merged, { format: "safetensors", dtype: "float32" });
    await using alone = await openModel(merged, options);
    const [ours, theirs] = [await probabilities(opened.models[name]), await probabilities(alone)];
    expect(ours.length).toBe(theirs.length);
    expect(ours.length).toBeGreaterThan(1);
    for (const [i, probability] of ours.entries()) expect(Math.abs(probability - theirs[i]!)).toBeLessThan(1e-5);
    all.push(ours);
  }
  expect(new Set(all.map((one) => one.map((p) => p.toFixed(4)).join())).size).toBe(names.length);
  await opened.models.one.close();
  await expect(opened.models.one.predict(asked)).rejects.toThrow("was closed");
  expect((await probabilities(opened.models.two)).length).toBe(6);
});

test("one more is opened beside those that are open, and closed without them", async () => {
  await using opened = await openAdapters(base, { one: folders.one }, options);
  await expect(opened.open(base)).rejects.toThrow(/weights of its own/);
  const before = await probabilities(opened.models.one);
  const later = await opened.open(folders.other);
  await using alone = await openModel(folders.other, options);
  const [ours, theirs] = [await probabilities(later), await probabilities(alone)];
  for (const [i, probability] of ours.entries()) expect(Math.abs(probability - theirs[i]!)).toBeLessThan(1e-5);
  await later.close();
  await expect(later.predict(asked)).rejects.toThrow("was closed");
  expect(await probabilities(opened.models.one)).toEqual(before);
  await opened.close();
  await expect(opened.open(folders.two)).rejects.toThrow("these adapters were closed");
});

// Weights of a tiny encoder that are drawn at random, and a high learning rate, round badly.
test("in int8 nearly the same", async () => {
  await using whole = await openAdapters(base, folders, options);
  await using rounded = await openAdapters(base, folders, { ...options, dtype: "int8" });
  for (const name of names) {
    const [ours, theirs] = [await probabilities(rounded.models[name]), await probabilities(whole.models[name])];
    for (const [i, probability] of ours.entries()) expect(Math.abs(probability - theirs[i]!)).toBeLessThan(0.2);
    expect(ours).not.toEqual(theirs);
  }
});

test("the arrays of the base are read once, and adapters of one shape share a session", async () => {
  const shared = await SharedBase.open(base);
  const [one, two] = [
    await openCheckpoint(folders.one, { base: shared }),
    await openCheckpoint(folders.two, { base: shared }),
  ];
  const apart = [...one.weights].filter(([name, { data: values }]) => two.weights.get(name)!.data !== values);
  expect(apart.every(([name]) => /lora_[AB]|^classifier/.test(name))).toBe(true);
  expect(apart.length).toBe(2 * 6 * 2 + 1);
  expect(two.tokenizer).toBe(one.tokenizer);
  await shared.close();
  const opened = await openFolders(base, { one: folders.one, two: folders.two, other: folders.other });
  const sessions = new Set([...opened.models.values()].map(({ session }) => session.session));
  expect(sessions.size).toBe(2);
  await opened.dispose();
});

describe("what cannot be opened", () => {
  test("a folder with weights of its own is no adapter", async () => {
    await expect(openAdapters(base, { base }, options)).rejects.toThrow(/is no adapter: it has weights of its own/);
    await expect(openAdapters(base, {}, options)).rejects.toThrow(/adapters: expected folders of adapters by name/);
  });

  test("nor an adapter of another base", async () => {
    const other = modelFolder("roberta");
    await expect(openAdapters(other, { one: folders.one }, options)).rejects.toThrow(
      /not the one that it was trained on/,
    );
    rmSync(other, { recursive: true });
  });
});

test("an adapter of PEFT without config.json has that of its base, and its labels have numbers", async () => {
  const peft = place.path("peft");
  mkdirSync(peft);
  for (const name of ["adapter_config.json", "adapter_model.safetensors"])
    cpSync(`${folders.one}/${name}`, `${peft}/${name}`);
  await using model = await openModel(peft, { ...options, noRelationLabel: "LABEL_0" });
  expect(model.labels[1]).toBe("LABEL_1");
  await using whole = await openModel(folders.one, options);
  expect(model.labels.length).toBe(whole.labels.length);
  const found = await probabilities(model);
  expect(found.length).toBe(6);
  const info = await relata(["model", "info", peft]);
  expect(info.stdout).toMatch(/adapter +LoRA of rank 8, alpha 16, on .*query.*numbers of its own/);
  expect(info.stdout).toMatch(/over \.\.\/base/);
});
