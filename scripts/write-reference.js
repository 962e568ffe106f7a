// Writes docs/reference/cli.md from the command line's own definition; with --check, fails if the page is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "./build-if-stale.js";

if (!buildIfStale()) process.exit(1);
const { commandsBelow, program } = await import("../dist/app/cli/main.js");
const { exitCodes } = await import("../dist/errors.js");

const page = fileURLToPath(new URL("../docs/reference/cli.md", import.meta.url));
const meanings = {
  ok: "done",
  usage: "wrong flags or settings",
  badData: "data that cannot be used; the message names file and line",
  inputMissing: "a file or folder that was named is not there",
  unavailable: "something needed cannot be had: a folder to write to, a dependency",
  bug: "a bug in Relata; the stack is printed",
  tryAgain: "try again later",
  interrupted: "stopped by Ctrl-C; what was saved stays",
};
const cell = (text) => text.replaceAll("|", "\\|");
const row = (cells) => `| ${cells.map(cell).join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const section = ({ command, path }) => {
  const level = "#".repeat(path.split(" ").length);
  const args = command.registeredArguments.map((argument) => [`\`${argument.name()}\``, argument.description]);
  const options = command.options
    .filter((option) => !option.hidden)
    .map((option) => [`\`${option.flags}\``, option.description]);
  return [
    `${level} ${path.replace(/^relata /, "")}`,
    command.description(),
    `\`\`\`\n${path} ${command.usage()}\n\`\`\``,
    ...(args.length > 0 ? [table(["argument", ""], args)] : []),
    ...(options.length > 0 ? [table(["flag", ""], options)] : []),
  ].join("\n\n");
};
const commands = commandsBelow(program()).map(section);
const codes = table(
  ["code", "meaning"],
  Object.entries(exitCodes).map(([name, code]) => [String(code), meanings[name]]),
);
const text = `# Command line

<!-- Written by \`npm run docs\` from the commands themselves. Change their schemas, not this page. -->

Results go to stdout, everything else to stderr. Flags win over the file of \`--config\`, which wins over defaults.

${commands.join("\n\n")}

## Exit codes

${codes}
`;

if (process.argv.includes("--check")) {
  let current = "";
  try {
    current = readFileSync(page, "utf8");
  } catch {
    // A page that is not there is not up to date.
  }
  if (current !== text) {
    process.stderr.write("docs/reference/cli.md is not what the commands say: run `npm run docs` and commit it.\n");
    process.exit(1);
  }
} else writeFileSync(page, text);
