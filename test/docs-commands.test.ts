// Every command line that a page shows is one that the program takes: its command, flags, values of flags, and arguments.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command, Option } from "commander";
import { beforeAll, expect, test } from "vitest";
import { completeBelow } from "../src/app/cli/late-command.ts";
import { program } from "../src/app/cli/main.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...["docs", "examples"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:md|ipynb)$/.test(name))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
  ),
].sort();

/** A page as Markdown; of a notebook, its lines for the shell as a block. */
function textOf(page: string): string {
  const text = readFileSync(join(root, page), "utf8");
  if (!page.endsWith(".ipynb")) return text;
  const { cells } = JSON.parse(text) as { cells: { cell_type: string; source: string[] }[] };
  const lines = cells.flatMap(({ cell_type, source }) => (cell_type === "code" ? source.join("").split("\n") : []));
  return `\`\`\`sh\n${lines.flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : [])).join("\n")}\n\`\`\``;
}

/** The command lines of a page's shell blocks, with continued lines joined, and comments, pipes and redirections cut off. */
function commandLines(page: string): string[] {
  const text = textOf(page);
  return [...text.matchAll(/```(?:sh|bash)\n([^]*?)```/g)].flatMap(([, block]) =>
    block!
      .replaceAll("\\\n", " ")
      .split(/\n|&&|;|\|/)
      .flatMap((line) => /^\s*(?:\w+=\S+ )*(?:npx relata|relata) (.*)$/.exec(line)?.[1] ?? []),
  );
}

/** The words of a command line, as a shell parts them. */
const wordsOf = (line: string): string[] =>
  (line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ""));

const relata = program();
beforeAll(() => completeBelow(relata));

function check(line: string): string[] {
  let command: Command = relata;
  let words = wordsOf(line);
  const end = words.findIndex((word) => /^(?:\d?>>?|<|#.*|&|\)|2>&1)$/.test(word) || word.startsWith("#"));
  if (end >= 0) words = words.slice(0, end);
  while (words.length > 0) {
    const below = command.commands.find((one) => one.name() === words[0]);
    if (!below) break;
    command = below;
    words = words.slice(1);
  }
  if (command === relata) return /^(?:--help|--version|help)/.test(words.join(" ")) ? [] : [`no command: ${line}`];
  const problems: string[] = [];
  const positional: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [flag, inline] = words[i]!.split("=", 2) as [string, string | undefined];
    if (!flag.startsWith("--")) {
      positional.push(flag);
      continue;
    }
    const option: Option | undefined = command.options.find(({ long }) => long === flag);
    if (flag === "--help") continue;
    if (!option) {
      problems.push(`${flag} is no flag of ${command.name()}: ${line}`);
      continue;
    }
    if (!option.required) continue;
    const value = inline ?? words[++i];
    const choices = / \(one of ([^)]*)\)/.exec(option.description)?.[1]?.split(", ");
    if (value === undefined) problems.push(`${flag} without a value: ${line}`);
    // Names in capitals stand for what the reader has.
    else if (choices && !choices.includes(value) && !/^[A-Z_|…]+$|\||\$/.test(value))
      problems.push(`${flag} ${value}: ${line}`);
  }
  const wanted = command.registeredArguments.filter(({ required }) => required).length;
  const fixed = command.registeredArguments.every(({ variadic }) => !variadic);
  // Three dots stand for what the reader fills in.
  if (positional.includes("…")) return problems;
  if (positional.length < wanted) problems.push(`an argument is missing: ${line}`);
  if (fixed && positional.length > command.registeredArguments.length) problems.push(`too many arguments: ${line}`);
  return problems;
}

test("README's table of wishes names flags that train takes, with values that they take", () => {
  const [, table] = /\n\| you want .*\n\| -+ \| -+ \|\n((?:\|.*\n)+)/.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  )!;
  const codes = [...table!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  const lines = codes.map((code) => (code.startsWith("--") ? `train data ${code}` : code.replace(/^npx relata /, "")));
  expect(lines.length).toBeGreaterThan(14);
  expect(lines.flatMap(check)).toEqual([]);
});

test("the engineers' table of Trainer's arguments names flags that train has", () => {
  const [, table] = /\| `TrainingArguments` \|.*\n\|.*\n((?:\|.*\n)+)/.exec(textOf("docs/tutorials/engineer.md"))!;
  const flags = [...table!.matchAll(/--[a-z][\w-]*/g)].map(([flag]) => flag);
  expect(flags.length).toBeGreaterThan(20);
  const known = relata.commands.find((command) => command.name() === "train")!.options.map(({ long }) => long);
  expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
});

test("pages show command lines", () => {
  expect(pages.flatMap(commandLines).length).toBeGreaterThan(100);
});

test.each(pages)("the command lines of %s are such that the program takes", (page) => {
  expect(commandLines(page).flatMap(check)).toEqual([]);
});
