// Writes docs/reference/cli.md from the command line's own definition, src/options from the schemas of the settings, the
// table of models in README.md from its list, and docs/formats/relata.schema.json from the schema that relata files are
// read with; with --check, fails if one of them is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { buildIfStale } from "./build-if-stale.js";
import { writtenOptions } from "./reference/options.js";

// The options are a part of the program: as long as they are old, the rest may not compile.
const optionModules = await writtenOptions();
if (!process.argv.includes("--check")) write(optionModules);
if (!buildIfStale()) process.exit(1);
const { completeProgram } = await import("../dist/app/cli/main.js");
const { commandsBelow } = await import("../dist/app/cli/late-command.js");
const { exitCodes } = await import("../dist/errors.js");
const { listedModels, modelColumns } = await import("../dist/model/model-list.js");
const { relataJsonSchema } = await import("../dist/formats/relata/schema.js");

const meanings = {
  ok: "done",
  unmet: "done, but what `--require` asks for does not hold",
  usage: "wrong flags or settings",
  badData: "data that cannot be used; the message names file and line",
  inputMissing: "a file or folder that was named is not there",
  unavailable: "something needed cannot be had: a folder to write to, a dependency",
  bug: "a bug in Relata; the stack is printed",
  tryAgain: "try again later",
  hungUp: "stopped because the terminal was closed (SIGHUP); what was saved stays",
  interrupted: "stopped by Ctrl-C (SIGINT); what was saved stays",
  terminated: "stopped by SIGTERM; what was saved stays",
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
const commands = commandsBelow(await completeProgram()).map(section);
const codes = table(
  ["code", "meaning"],
  Object.entries(exitCodes).map(([name, code]) => [String(code), meanings[name]]),
);
const cliPage = `# Command line

<!-- Written by \`npm run docs\` from the commands themselves. Change their schemas, not this page. -->

Results go to stdout, everything else to stderr. Flags win over the file of \`--config\`, which wins over defaults.

\`relata COMMAND --help\` and \`relata help COMMAND\` print what stands here. Where there are many flags, as of \`train\`, they describe the common ones and
name the others by groups; \`--help GROUP\` describes those of a group, \`--help FLAG\` one, \`--help all\` all of them.

${commands.join("\n\n")}

## Exit codes

${codes}
`;

const written = {
  ...optionModules,
  "docs/reference/cli.md": cliPage,
  "docs/formats/relata.schema.json": `${JSON.stringify(relataJsonSchema(), null, 2)}\n`,
};

const modelTable = table(
  modelColumns.map(([head]) => head),
  listedModels().map((model) => modelColumns.map(([, cellOf]) => cellOf(model))),
);
const [begin, end] = ["<!-- models -->\n", "<!-- /models -->\n"];

/** README with the table between its marks as the list of models says. */
function withModels(readme) {
  const [before, , after] = readme.split(/<!-- \/?models -->\n/);
  return `${before}${begin}\n${modelTable}\n\n${end}${after}`;
}

/** The file as it is; "" if it is not there, which is not up to date either. */
function current(url) {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return "";
  }
}

written["README.md"] = withModels(current(new URL("../README.md", import.meta.url)));

function write(texts) {
  for (const [path, text] of Object.entries(texts)) writeFileSync(new URL(`../${path}`, import.meta.url), text);
}

if (!process.argv.includes("--check")) write(written);
else {
  for (const [path, text] of Object.entries(written)) {
    if (current(new URL(`../${path}`, import.meta.url)) === text) continue;
    process.stderr.write(`${path} is not what the code says: run \`npm run docs\` and commit it.\n`);
    process.exitCode = 1;
  }
}
