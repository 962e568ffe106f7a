// Relata's command line as a user runs it, without a terminal.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The socket of the processes that run command lines; see commands/pool.js. */
    commands: string;
  }
}

const binary = fileURLToPath(new URL("../../bin/relata.js", import.meta.url));
const examples = new URL("../../examples/annotations.jsonlines", import.meta.url);

export interface CliOptions {
  readonly cwd?: string;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text on standard input; nothing if not given. */
  readonly input?: string;
  /** Whether more input might come. */
  readonly keepInputOpen?: boolean;
  /** Sends a signal once standard output or standard error has said this. */
  readonly interruptAt?: RegExp | undefined;
  /** Sends a signal after so many milliseconds. */
  readonly interruptAfter?: number;
  /** SIGINT if not given. */
  readonly signal?: NodeJS.Signals;
  /** Sends a second one so many milliseconds later. */
  readonly againAfter?: number | undefined;
  /** Sends a signal when it aborts. */
  readonly interruptOn?: AbortSignal;
  /** Kills the process, as a lack of memory or a power cut does, when it aborts. */
  readonly killOn?: AbortSignal;
  /** Closes the reading end of standard output after its first piece, as `head -1` does. */
  readonly stopReading?: boolean;
  /** Called with the number of the process. */
  readonly onStart?: (pid: number) => void;
  /** Milliseconds after which the process is killed: less than a test has, so that none leaves a process behind. */
  readonly killAfter?: number;
}

export interface CliResult {
  /** Null for a process that a signal ended. */
  readonly code: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `relata …args` to its end, in a process that has loaded the program already: loading it takes longer than most
 * commands. A command that is to meet a signal or a stream gets a process of its own.
 */
export function relata(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { cwd, env, input, ...ofProcess } = options;
  return Object.values(ofProcess).some((value) => value !== undefined && value !== false)
    ? relataProcess(args, options)
    : askHost({ args, cwd: cwd ?? process.cwd(), env: environment(env), input: input ?? "" });
}

const environment = (more: CliOptions["env"]): NodeJS.ProcessEnv => ({ ...process.env, NO_COLOR: "1", ...more });

async function askHost(request: object): Promise<CliResult> {
  const socket = connect(inject("commands"));
  socket.write(`${JSON.stringify(request)}\n`);
  return JSON.parse(await text(socket)) as CliResult;
}

/** Runs `relata …args` in a process of its own, from its start to its end. */
export function relataProcess(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: "pipe",
    timeout: options.killAfter ?? 280_000,
    killSignal: "SIGKILL",
  });
  options.onStart?.(child.pid!);
  let stdout = "";
  let stderr = "";
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill(options.signal ?? "SIGINT");
    if (options.againAfter !== undefined)
      setTimeout(() => child.kill(options.signal ?? "SIGINT"), options.againAfter).unref();
  };
  const interruptIfDue = (said: string): void => {
    if (!interrupted && options.interruptAt?.test(said)) interrupt();
  };
  options.interruptOn?.addEventListener("abort", interrupt);
  if (options.interruptAfter !== undefined)
    setTimeout(() => child.kill(options.signal ?? "SIGINT"), options.interruptAfter).unref();
  options.killOn?.addEventListener("abort", () => child.kill("SIGKILL"));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    interruptIfDue((stdout += text));
    if (options.stopReading) child.stdout.destroy();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => interruptIfDue((stderr += text)));
  child.stdin.on("error", () => {}); // one who does not read its input closes it
  child.stdin.write(options.input ?? "");
  if (!options.keepInputOpen) child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, endedBy) => resolve({ code, endedBy, stdout, stderr }));
  });
}

/** Flags of a training run that takes about a second. */
export const quick: readonly string[] = [
  "--model",
  "luke-mini",
  "--max-steps",
  "2",
  "--batch-size",
  "8",
  "--threads",
  "1",
  "--vocab-size",
  "300",
];

/** Makes a model folder to test with; it answers for every pair, whatever the types of the few documents that it learns from. */
export async function trainModel(data: string, output: string, flags: readonly string[] = []): Promise<void> {
  const { code, stderr } = await relata(["train", data, "--output", output, ...quick, "--candidates", "all", ...flags]);
  if (code !== 0) throw new Error(`relata train ended with ${code}:\n${stderr}`);
}

/** A line of an Annotto export, as far as tests look at it or spoil it. */
export interface ExampleLine {
  item: { uuid: string; data: { text?: string } };
  annotation: {
    ner: {
      Entities: { entities: { value: string; start_char: number; end_char: number; ent_id: number }[] };
      relations: { label: string; src: number; dest: number }[];
    };
  };
}

/** The first of the bundled examples with few entities, so with few pairs. */
export const exampleDocuments = (count: number): ExampleLine[] =>
  parseJsonLines<ExampleLine>(readFileSync(examples, "utf8"))
    .filter(({ annotation }) => annotation.ner.Entities.entities.length <= 6)
    .slice(0, count);

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");

export const parseJsonLines = <T>(text: string): T[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

/** A folder of the tests' own; `file` writes into it and returns the path, `remove` takes all away. */
export class Workplace {
  readonly folder: string = mkdtempSync(join(tmpdir(), "relata-cli-"));

  path(name: string): string {
    return join(this.folder, name);
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** An export of the first examples, each line as it is or as `spoil` leaves it. */
  examples(name: string, count: number, spoil: (lines: ExampleLine[]) => void = () => {}): string {
    const lines = exampleDocuments(count);
    spoil(lines);
    return this.file(name, jsonLines(lines));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** SHA-256 of every file of a folder, by name. */
export const digestsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
  );
