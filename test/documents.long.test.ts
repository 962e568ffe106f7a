// README and the tutorials as a newcomer follows them: every line of their shell blocks, as written and in their order, in an empty
// folder that has the files that they name. `npx relata` is this checkout; names of the hub are found in the stand-in.
// What these lines say and print is written to runs/documents.log.
import { spawn } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenizerFileNames } from "../src/tokenization/tokenizers/tokenizer-files.ts";
import { HubStandIn } from "./support/hub-stand-in.ts";
import { relata, trainModel, Workplace } from "./support/run-cli.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const log = join(root, "runs/documents.log");
const hubNames = ["mluke-base-lite", "luke-base", "luke-large-finetuned-tacred"];

/** Lines that are run elsewhere, or are nothing to run; every one must stand in a page. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^git clone /, "the checkout is here"],
  [/^npm start$/, "CI's quickstart"],
  [/^npm install \.\.\/relata\/relata-[\d.]+\.tgz$/, "test/package.test.ts installs the packed package"],
  [/^npx relata curve /, "test/cli/curve.test.ts: a curve of so many models takes half an hour"],
];
const seen = new Set<string>();

const place = new Workplace();
let hub: HubStandIn;

beforeAll(async () => {
  mkdirSync(join(root, "runs"), { recursive: true });
  // Of the last run.
  rmSync(log, { force: true });
  // 60 mails: two minutes of training in place of three.
  place.examples("sixty.jsonlines", 60);
  place.examples("eight.jsonlines", 8);
  const tasks = ["data", "convert", "eight.jsonlines", "tasks.json", "--to", "label-studio"];
  const converted = await relata(tasks, { cwd: place.folder });
  if (converted.code !== 0) throw new Error(converted.stderr);
  // A checkpoint as small as it can be, under the names of those that pages fine-tune.
  await trainModel(place.examples("few.jsonlines", 6), place.path("tiny"));
  const names = ["config.json", "relata.json", "model.safetensors", ...tokenizerFileNames.text];
  const there = names.filter((name) => existsSync(place.path(`tiny/${name}`)));
  hub = await HubStandIn.start(
    Object.fromEntries(there.map((name) => [name, readFileSync(place.path(`tiny/${name}`))])),
  );
  for (const name of hubNames) hub.otherIds.add(`studio-ousia/${name}`);
  // Stands for the command that `npx` finds in a project which has installed the package.
  mkdirSync(place.path("path"));
  const shim = `#!/bin/sh\n[ "$1" = relata ] && shift\nexec "${process.execPath}" "${join(root, "bin/relata.js")}" "$@"\n`;
  writeFileSync(place.path("path/npx"), shim, { mode: 0o755 });
});
afterAll(async () => {
  await hub.close();
  place.remove();
});

/** Makes an empty project that has the files which pages name. */
function projectFor(page: string): string {
  const folder = place.path(page.replaceAll(/\W/g, "-"));
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/relata"));
  const copy = (from: string, ...names: readonly string[]): void => {
    for (const name of names) copyFileSync(place.path(from), join(folder, name));
  };
  copy("sixty.jsonlines", "annotations.jsonlines", "export.jsonl");
  copy("eight.jsonlines", "more.jsonlines", "test.jsonlines", "test.jsonl");
  copy("tasks.json", "new-tasks.json");
  const mails = ["Je voudrais une attestation de paiement pour 2022.", "I read the document of 2002 today."];
  const lines = mails.map((text, i) => `${JSON.stringify({ id: `mail-${i}`, text })}\n`).join("");
  for (const name of ["mails.jsonl", "new.jsonl"]) writeFileSync(join(folder, name), lines);
  return folder;
}

/** The lines of the shell blocks, and the programs, of a page in their order. */
const blocksOf = (page: string): { readonly kind: string; readonly lines: readonly string[] }[] =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```(sh|ts)\n([^]*?)^```$/gm)].map(([, kind, block]) => ({
    kind: kind!,
    lines: kind === "ts" ? [block!] : commandsOf(block!),
  }));

/** Joins lines that go on: after a backslash, and while a quotation mark is open. */
function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let open = "";
  for (const line of block.replaceAll("\\\n", " ").split("\n")) {
    open = open === "" ? line : `${open}\n${line}`;
    if ((open.match(/'/g) ?? []).length % 2 === 1) continue;
    if (open.trim() !== "" && !open.trim().startsWith("#")) commands.push(open.trim());
    open = "";
  }
  return commands;
}

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${place.path("path")}:${process.env["PATH"]}`,
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: place.path("huggingface"),
  // No browser opens in a test.
  BROWSER: "true",
  NO_COLOR: "1",
});

interface Server {
  readonly command: string;
  stop(): Promise<void>;
}

const isServer = (command: string): boolean => /relata (?:serve|demo)\b/.test(command);

/** Starts a server, and waits until it says its address. */
async function startServer(command: string, cwd: string): Promise<Server> {
  const child = spawn("bash", ["-c", `exec ${command}`], {
    cwd,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    const hear = (piece: Buffer): void => {
      said += piece.toString();
      if (/http:\/\/127\.0\.0\.1:\d+/.test(said) && /Stop it|Ctrl-C|ready/i.test(said)) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void ended.then((code) => reject(new Error(`${command} ended with ${code}:\n${said}`)));
  });
  return {
    command,
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      appendFileSync(log, `$ ${command}\n${said}\n`);
      expect([0, 143], `${command}\n${said}`).toContain(code);
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function run(program: string, args: readonly string[], shown: string, cwd: string): Promise<Ended> {
  const child = spawn(program, args, { cwd, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (said += piece.toString()));
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      appendFileSync(log, `$ ${shown}\n${said}\n`);
      resolve({ code, said });
    });
  });
}

test.each(["README.md", "docs/tutorials/annotator.md", "docs/tutorials/developer.md", "docs/tutorials/engineer.md"])(
  "each line of %s runs as written",
  { timeout: 3_600_000 },
  async (page) => {
    appendFileSync(log, `\n# ${page}\n\n`);
    const project = projectFor(page);
    const all = blocksOf(page).flatMap(({ kind, lines }) => lines.map((line) => ({ kind, line })));
    let server: Server | undefined;
    try {
      for (const { kind, line } of all) {
        const left = elsewhere.find(([pattern]) => pattern.test(line));
        if (left) {
          seen.add(left[1]);
          continue;
        }
        // README's program trains on the file of the checkout, and test/readme.test.ts runs it there.
        if (kind === "ts" && line.includes("examples/annotations")) continue;
        if (isServer(line)) {
          await server?.stop();
          server = await startServer(line, project);
          continue;
        }
        let ended: Ended;
        if (kind === "ts") {
          writeFileSync(join(project, "program.mjs"), line);
          ended = await run(process.execPath, ["program.mjs"], line, project);
        } else
          ended = await run("bash", ["-c", line.startsWith("curl") ? `${line} --fail-with-body` : line], line, project);
        expect(ended.code, `${line}\n${ended.said}`).toBe(0);
      }
    } finally {
      await server?.stop();
    }
  },
);

test("every line that is left out stands in a page", () => {
  expect(elsewhere.map(([, why]) => why).filter((why) => !seen.has(why))).toEqual([]);
});
