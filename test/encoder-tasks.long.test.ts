// Every encoder of words with every task: trained, evaluated, asked, rounded to int8, exported, with an adapter and with a frozen layer.
import { readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { familyFolder } from "./support/encoder-families.ts";
import { jsonLines, parseJsonLines, relata, Workplace } from "./support/run-cli.ts";
import { whoLivesWhere } from "./support/who-lives-where.ts";

const place = new Workplace();
afterAll(() => place.remove());

const flat = place.file("flat.jsonl", whoLivesWhere(24));
const nested = place.file("nested.jsonl", whoLivesWhere(24, { isNested: true }));
const bare = place.file("bare.jsonl", jsonLines([{ text: "🏠 Anna lives in Oslo and sleeps." }]));

/** The data of each task, its flags, and the texts that its model is asked about. */
const tasks: Readonly<Record<string, readonly [data: string, flags: readonly string[], asked: string]>> = {
  "pairs, plain markers": [flat, ["--encoding", "pair", "--markers", "plain"], flat],
  "pairs, typed markers": [flat, ["--encoding", "pair", "--markers", "typed"], flat],
  "pairs, new tokens": [flat, ["--encoding", "pair", "--markers", "tokens"], flat],
  "documents, levitated markers": [flat, ["--encoding", "document"], flat],
  "documents without": [flat, ["--encoding", "document", "--levitated-markers", "no"], flat],
  "flat entities": [flat, ["--task", "entities", "--entity-decoding", "flat"], bare],
  "nested entities": [nested, ["--task", "entities", "--entity-decoding", "nested"], bare],
  both: [flat, ["--task", "both"], bare],
  "both, nested": [nested, ["--task", "both", "--entity-decoding", "nested"], bare],
  "types of entities": [flat, ["--task", "entity-typing"], flat],
};
const families = ["bert", "roberta", "xlm-roberta", "camembert", "distilbert", "deberta-v2", "modernbert", "mmbert"];

/** Numbers of answers, in the order in which they stand. */
const numbersOf = (lines: string): number[] =>
  [...lines.matchAll(/(?<=[:,[])-?\d+(?:\.\d+)?(?:e-\d+)?/g)].map(([number]) => Number(number));

describe.each(families)("%s", (family) => {
  const base = familyFolder(family);
  afterAll(() => rmSync(base, { recursive: true }));

  test.each(Object.entries(tasks))("%s", async (task, [data, flags, asked]) => {
    const folder = (name: string): string => place.path(`${family}-${task}-${name}`.replaceAll(/\W+/g, "-"));
    const ok = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await relata(args);
      expect(code, `${args.join(" ")}\n${stderr}`).toBe(0);
      return stdout;
    };
    const train = (name: string, ...more: string[]): Promise<string> =>
      ok(
        "train",
        data,
        "--model",
        base,
        "--output",
        folder(name),
        "--max-steps",
        "2",
        "--threads",
        "1",
        ...flags,
        ...more,
      );
    const answers = async (name: string, ...more: string[]): Promise<string> => {
      const lines = await ok("predict", folder(name), asked, "--threads", "1", ...more);
      expect(parseJsonLines(lines).length).toBe(readFileSync(asked, "utf8").trim().split("\n").length);
      return lines;
    };

    await train("whole");
    await ok("evaluate", folder("whole"), data, "--threads", "1");
    await answers("whole");
    await answers("whole", "--dtype", "int8");
    await ok("model", "export", folder("whole"), folder("onnx"), "--format", "onnx");

    await train("adapter", "--lora", "--lora-rank", "2");
    await ok("model", "export", folder("adapter"), folder("merged"), "--format", "safetensors");
    const [ours, merged] = [numbersOf(await answers("adapter")), numbersOf(await answers("merged"))];
    expect(merged.length).toBe(ours.length);
    for (const [i, number] of merged.entries()) expect(Math.abs(number - ours[i]!)).toBeLessThan(1e-5);

    await train("frozen", "--freeze-layers", "1");
    await answers("frozen");
  });
});
