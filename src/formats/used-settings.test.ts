import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { FormatName } from "./names.ts";
import { readCorpus, readDocuments } from "./read.ts";
import { CorpusReading } from "./reading.ts";
import { formatSettings } from "./settings.ts";
import { requireUsed, usedSettings } from "./used-settings.ts";

const examples = fileURLToPath(new URL("../../examples/formats/", import.meta.url));
const particular = ["offsetUnit", "tokenEnds", "discontinuous", "fields"] as const;

test("what the readers look at in the examples is what they are said to look at", async () => {
  const looked = new Map<FormatName, Set<string>>();
  for (const file of readdirSync(examples)) {
    const seen = new Set<string>();
    const settings = new Proxy(formatSettings.parse({}), {
      get: (target, key) => (seen.add(String(key)), Reflect.get(target, key) as unknown),
    });
    const documents = readDocuments(examples + file, new CorpusReading({ settings }));
    let step = await documents.next();
    seen.delete("fields"); // the detection of tables looks at them whatever the format is
    for (; !step.done; step = await documents.next());
    for (const name of step.value.formats) looked.set(name, new Set([...(looked.get(name) ?? []), ...seen]));
  }
  expect(looked.size).toBeGreaterThanOrEqual(17);
  for (const [name, used] of Object.entries(usedSettings)) {
    const ofExamples = particular.filter((key) => looked.get(name as FormatName)?.has(key));
    expect(used, name).toEqual(expect.arrayContaining(ofExamples));
  }
});

const settings = (options: object): ReturnType<typeof formatSettings.parse> => formatSettings.parse(options);

test("a setting is used if a reader of any of the formats looks at it, or one of which nothing is known", () => {
  const inclusive = settings({ tokenEnds: "inclusive" });
  expect(() => requireUsed(inclusive, ["relata", "tacred"])).not.toThrow();
  expect(() => requireUsed(inclusive, ["relata", "to come" as FormatName])).not.toThrow();
  expect(() => requireUsed(inclusive, [])).not.toThrow();
  expect(() => requireUsed(settings({}), ["relata"])).not.toThrow();
  expect(() => requireUsed(inclusive, ["relata", "spert"])).toThrow(
    "--token-ends does nothing here: it is about files of tacred, and what was read is relata, spert.",
  );
});

test("training and scoring refuse a setting that does nothing", async () => {
  await expect(readCorpus([`${examples}relata.jsonl`], { discontinuous: "first" })).rejects.toThrow("--discontinuous");
  await expect(readCorpus([`${examples}relata.jsonl`], { offsetUnit: "code-point" })).resolves.toBeDefined();
});
