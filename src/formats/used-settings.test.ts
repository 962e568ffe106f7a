import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { formatNames, type FormatName } from "./names.ts";
import { readCorpus, readDocuments } from "./read.ts";
import { CorpusReading } from "./reading.ts";
import { formats } from "./registry.ts";
import { formatSettings } from "./settings.ts";
import { requireUsed } from "./used-settings.ts";

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
  expect([...looked.keys()].sort()).toEqual([...formatNames].sort());
  for (const name of formatNames) {
    const ofExamples = particular.filter((key) => looked.get(name)?.has(key));
    expect(formats[name].uses, name).toEqual(expect.arrayContaining(ofExamples));
  }
});

const settings = (options: object): ReturnType<typeof formatSettings.parse> => formatSettings.parse(options);

test("a setting is used if a reader of any of the formats looks at it", () => {
  const inclusive = settings({ tokenEnds: "inclusive" });
  expect(() => requireUsed(inclusive, ["relata", "tacred"])).not.toThrow();
  expect(() => requireUsed(inclusive, [])).not.toThrow();
  expect(() => requireUsed(settings({}), ["relata"])).not.toThrow();
  expect(() => requireUsed(inclusive, ["relata", "spert"])).toThrow(
    "--token-ends does nothing here: it is about files of tacred, and what was read is relata, spert.",
  );
});

test("fields are used where the format that is written looks at them", () => {
  const fields = settings({ fields: "category=NER" });
  expect(() => requireUsed(fields, ["dygie"], ["annotto"])).not.toThrow();
  expect(() => requireUsed(fields, ["dygie"], ["docred"])).toThrow(
    "what was read is dygie and what is written is docred.",
  );
  expect(() => requireUsed(fields, ["annotto"])).toThrow("--fields does nothing here");
});

test.each(formatNames)("%s refuses each setting that its reader does not look at, and no other", (name) => {
  const values = { offsetUnit: "utf-16", tokenEnds: "inclusive", discontinuous: "first", fields: "text=body" };
  const refused = particular.filter((key) => {
    try {
      requireUsed(settings({ [key]: values[key] }), [name]);
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toEqual(particular.filter((key) => !formats[name].uses.includes(key)));
});

test("training and scoring refuse a setting that does nothing", async () => {
  await expect(readCorpus([`${examples}relata.jsonl`], { discontinuous: "first" })).rejects.toThrow("--discontinuous");
  await expect(readCorpus([`${examples}relata.jsonl`], { offsetUnit: "code-point" })).resolves.toBeDefined();
});
