// Before the first run: help, examples, completion, and a config file to begin with.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, expect, test } from "vitest";
import { trainConfig } from "../../src/config.ts";
import { commandsBelow, completeBelow, LateCommand } from "../../src/app/cli/late-command.ts";
import { program } from "../../src/app/cli/main.ts";
import { examplesText, helpLayout } from "../../src/app/cli/help.ts";
import { commonFlags, helpAbout, helpGroups } from "../../src/app/cli/help-groups.ts";
import { relata, Workplace } from "../support/run-cli.ts";

const place = new Workplace();
afterAll(() => place.remove());

const described = (help: string): string[] =>
  [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag!);
const commandNamed = async (name: string): Promise<Command> => {
  const root = program();
  await completeBelow(root);
  return root.commands.find((one) => one.name() === name)!;
};

test("`relata help COMMAND` is the help of the command, with examples", async () => {
  const { code, stdout } = await relata(["help", "predict"]);
  expect(code).toBe(0);
  for (const part of ["Usage: relata predict", "Reading files:\n", "Examples:\n  # "]) expect(stdout).toContain(part);
  expect((await relata(["predict", "--help"])).stdout).toBe(stdout);
});

test.each(["train", "curve"])("of the many flags of %s the common ones come first, and all are named", async (name) => {
  const { code, stdout, stderr } = await relata(["help", name]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").length).toBeLessThan(name === "train" ? 100 : 90);
  const options = (await commandNamed(name)).options.filter(({ hidden }) => !hidden);
  const known = options.map(({ long }) => long as string);
  expect(described(stdout)).toEqual(commonFlags.filter((flag) => known.includes(flag)));
  for (const flag of known) expect(stdout).toContain(flag);
  for (const part of [`Usage: relata ${name}`, `relata ${name} --help GROUP`, "  training: ", "Examples:\n  # "])
    expect(stdout).toContain(part);
  expect((await relata([name, "--help"])).stdout).toBe(stdout);

  const all = (await relata([name, "--help", "all"])).stdout;
  expect(described(all).filter((flag) => flag !== "--help")).toEqual(expect.arrayContaining(known));
  for (const part of ["Reading files:\n", "Training:\n", "Examples:\n  # "]) expect(all).toContain(part);
  expect((await relata(["help", name, "all"])).stdout).toBe(all);
});

test("`--help` describes a group, and one flag; what is neither is refused", async () => {
  const training = (await relata(["train", "--help", "training"])).stdout;
  expect(described(training)).toContain("--adam-epsilon");
  expect(described(training)).not.toContain("--output");
  expect(described((await relata(["train", "--help", "--adam-epsilon"])).stdout)).toEqual(["--adam-epsilon"]);
  expect(described((await relata(["help", "train", "seed"])).stdout)).toEqual(["--seed"]);
  const { code, stderr } = await relata(["train", "--help", "mails.jsonl"]);
  expect(code).toBe(64);
  expect(stderr).toContain("--help mails.jsonl of relata train: expected all, a group (options, reading, documents, ");
});

test("every common flag is one of train or of curve, and each group has a word of its own", async () => {
  const [train, curve] = [await commandNamed("train"), await commandNamed("curve")];
  const known = [...train.options, ...curve.options].map(({ long }) => long as string);
  expect(known).toEqual(expect.arrayContaining([...commonFlags]));
  const headings = new Set(train.options.map(({ helpGroupHeading }) => helpGroupHeading));
  expect(helpGroups(train).size).toBe(headings.size);
});

test("no line of any help is wider than the terminal, but for words that cannot be broken", async () => {
  const root = program();
  await completeBelow(root);
  for (const width of [60, 80, 120]) {
    const layouts = [helpLayout, helpAbout(undefined)];
    for (const { command, layout } of commandsBelow(root).flatMap((below) =>
      layouts.map((layout) => ({ ...below, layout })),
    )) {
      const help = command.configureHelp({ ...layout, helpWidth: width }).helpInformation();
      const wide = help.split("\n").filter((line) => line.length > width && !line.startsWith("Usage:"));
      expect(
        wide.filter((line) => line.trim().includes(" ")),
        command.name(),
      ).toEqual([]);
    }
  }
});

test("every example of a help is a command line that its command takes", async () => {
  const root = program();
  await completeBelow(root);
  let count = 0;
  for (const { command, path } of commandsBelow(root)) {
    if (!(command instanceof LateCommand)) continue;
    for (const { line } of command.examples) {
      const words = line.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
      const end = words.findIndex((word) => word === ">");
      const args = words.slice(words[0] === "source" ? 2 : path.split(" ").length, end < 0 ? undefined : end);
      if (words[0] !== "source") expect(line.startsWith(path), line).toBe(true);
      const flags = args.filter((word) => word.startsWith("--"));
      for (const flag of flags)
        expect(
          command.options.map(({ long }) => long),
          line,
        ).toContain(flag);
      expect(examplesText(command)).toContain(line);
      count++;
    }
  }
  expect(count).toBeGreaterThan(12);
});

test("`relata init` writes every setting as a comment, and the file changes nothing until it is edited", async () => {
  const { code, stderr } = await relata(["init"], { cwd: place.folder });
  expect(code, stderr).toBe(0);
  const text = readFileSync(join(place.folder, "relata.yaml"), "utf8");
  for (const key of Object.keys(trainConfig.shape)) if (key !== "overwrite") expect(text).toContain(`\n# ${key}:`);
  expect(text.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
  const again = await relata(["init"], { cwd: place.folder });
  expect(again.code).toBe(64);
  expect(again.stderr).toContain("relata.yaml is there already");
  place.file("mine.yaml", text.replace("# epochs:", "epochs: many #"));
  place.examples("annotations.jsonlines", 4);
  const wrong = await relata(["train", "annotations.jsonlines", "--config", "mine.yaml", "--output", "unused"], {
    cwd: place.folder,
  });
  expect(wrong.code).toBe(64);
  expect(wrong.stderr).toContain('"epochs" of the config file: expected a number, found "many"');
});

test.each([
  ["a YAML file that is not YAML", "epochs: [1", "not YAML"],
  ["a YAML list", "- epochs", "expected settings by name, as epochs: 5 on a line"],
])("%s", async (_, text, message) => {
  place.file("wrong.yaml", text);
  const { code, stderr } = await relata(["train", "x.jsonl", "--config", "wrong.yaml", "--output", "unused"], {
    cwd: place.folder,
  });
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});

test("bash completes commands, flags and the values of flags", async () => {
  const { stdout } = await relata(["completion", "bash"]);
  const answers = (line: string): string[] => {
    const words = line.split(" ");
    const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length - 1}\n_relata\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { cwd: place.folder, encoding: "utf8" }).stdout.trim().split("\n");
  };
  expect(answers("relata tr")).toContain("train");
  expect(answers("relata data con")).toContain("convert");
  expect(answers("relata train --learning-r")).toEqual(["--learning-rate"]);
  expect(answers("relata train --encoding d")).toEqual(["document"]);
  expect(answers("relata train --help track")).toEqual(["tracking"]);
  expect((await relata(["completion", "tcsh"])).code).toBe(64);
});

test("--quiet leaves the results, and nothing beside them", async () => {
  const { code, stdout, stderr } = await relata(["data", "stats", "annotations.jsonlines", "--quiet"], {
    cwd: place.folder,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("characters of a text");
});

test("--verbose tells every setting and its source, the time of each line, and what the command took", async () => {
  const command = ["data", "stats", "annotations.jsonlines", "--verbose"];
  const { code, stdout, stderr } = await relata(command, { cwd: place.folder });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^\[ +[\d.]+ s\] Settings:$/m);
  expect(stderr).toMatch(/^\[ +[\d.]+ s\] {3}--offset-unit "auto" \(default\)$/m);
  expect(stderr).toMatch(/Done: [\d.]+ s of the processor, \d+ MiB of memory at most\.$/m);
  expect(stdout).toContain("characters of a text");
  expect((await relata([...command, "--quiet"], { cwd: place.folder })).code).toBe(64);
});
