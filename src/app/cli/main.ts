import { Command, CommanderError, Option } from "commander";
import { commands } from "./commands.ts";
import { examplesText, helpLayout } from "./help.ts";
import { helpAbout } from "./help-groups.ts";
import { commandOf, helpTopic } from "./help-topic.ts";
import { commandsBelow, completeBelow, LateCommand } from "./late-command.ts";

const askedVersion = "relata.version";

/**
 * Makes the command line for commander; flags and action of a command are loaded when it is called.
 * @param topic what the help of a command is about
 */
export function program(topic?: string): Command {
  const root = new Command("relata")
    .description(
      "Finds the relations between given entities of a text, or their types: trains, evaluates and runs the classifiers.",
    )
    .option("-V, --version", "print the version")
    .on("option:version", () => {
      // The library has the version and is loaded here only, since the help of the program does not need it.
      throw new CommanderError(0, askedVersion, "");
    })
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureHelp(helpLayout)
    .showHelpAfterError("`relata --help` lists the commands.")
    .addHelpText(
      "after",
      "\n`relata help COMMAND` shows the flags and examples of a command; of many flags, the common ones first.",
    );
  for (const command of commands()) root.addCommand(command);
  root.addCommand(helpCommand());
  const layout = helpAbout(topic);
  for (const { command, path } of commandsBelow(root)) {
    command.addOption(new Option("--debug", "show the stack of every error").hideHelp());
    if (command.commands.length === 0)
      command
        .addOption(new Option("--quiet", "print results and errors only: no progress, no notes"))
        .addOption(
          new Option(
            "--verbose",
            "print more: every setting and its source, all places that a note keeps, the time of each line in seconds, and what the command took",
          ).conflicts("quiet"),
        );
    const listed = command.commands.length > 0 ? "the commands" : "arguments and flags";
    command.showHelpAfterError(`\`${path} --help\` lists ${listed}.`);
    command.configureHelp(layout).addHelpText("after", () => examplesText(command));
  }
  for (const command of [root, ...commandsBelow(root).map((below) => below.command)]) {
    command.exitOverride().configureOutput({
      outputError: (message, write) => write(message.replace(/^error: /, "relata: ")),
    });
    command.hook("preAction", async (_, called) => {
      const { quiet, verbose } = called.opts();
      const { StatusLine } = await import("./status-line.ts");
      StatusLine.isQuiet = quiet === true;
      StatusLine.isVerbose = verbose === true;
    });
    command.hook("preSubcommand", (_, called) => (called instanceof LateCommand ? called.complete() : undefined));
  }
  return root;
}

/** `relata help data convert` is `relata data convert --help`, and `relata help train all` is `relata train --help all`. */
const helpCommand = (): Command =>
  new Command("help")
    .description("Show the help of a command.")
    .argument("[command...]", "such as train, data convert, or train all for every flag")
    .action((words: string[]) => {
      const { command, rest } = commandOf(words);
      const path = words.slice(0, words.length - rest.length);
      return parse(command.parent ? [...path, "--help", ...rest] : [...words, "--help"]);
    });

/** Runs a command line. The word behind a last `--help`, which is no argument, chooses what the help is about. */
async function parse(args: readonly string[]): Promise<void> {
  const topic = helpTopic(args);
  await program(topic).parseAsync(topic === undefined ? args : args.slice(0, -1), { from: "user" });
}

/** Makes the command line with the flags of all commands; docs/reference/cli.md is written from it. */
export async function completeProgram(): Promise<Command> {
  const root = program();
  await completeBelow(root);
  return root;
}

/** Runs a command line and sets the process's exit code by the contract of docs/reference/cli.md. */
export async function main(args: readonly string[]): Promise<void> {
  const { interruptedCode, isLeaving, leave, listenToSignals } = await import("./interrupt.ts");
  // A reader that closes the pipe early (`relata predict … | head -1`) has read enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!isLeaving()) void leave(error.code === "EPIPE" ? 0 : cannotWrite);
  });
  // A terminal that is gone is no reason to lose a training run.
  process.stderr.on("error", () => {});
  listenToSignals();
  try {
    await parse(args);
  } catch (error) {
    if (!isLeaving()) process.exitCode = await report(error, args, interruptedCode());
  }
  if (args.includes("--verbose") && !isLeaving()) await sayWhatItTook();
}

async function sayWhatItTook(): Promise<void> {
  const { elapsed, StatusLine } = await import("./status-line.ts");
  if (!StatusLine.isVerbose) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const seconds = elapsed((userCPUTime + systemCPUTime) / 1e6);
  new StatusLine().print(`Done: ${seconds} of the processor, ${Math.round(maxRSS / 1024)} MiB of memory at most.`);
}

/** The exit code `unavailable` of the contract, written here since a stream may fail before the library is loaded. */
const cannotWrite = 69;

/** Matches the commands that have the flag --skip-invalid. */
const skipsInvalid = /^(?:train|curve|evaluate|compare|predict|data (?:convert|stats|split)) /;

async function report(error: unknown, args: readonly string[], interrupted: number): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0 && error.code !== askedVersion) return 0;
  const { DataError, exitCodes, UserError, versions } = await import("../../index.ts");
  if (error instanceof CommanderError) {
    if (error.code !== askedVersion) return exitCodes.usage;
    process.stdout.write(`${versions.relata}\n`);
    return exitCodes.ok;
  }
  if (!(error instanceof Error)) throw error;
  if (error.name === "Interrupted" || error.name === "StoppedBeforeFirstScore") {
    process.stderr.write(`relata: ${error.message}\n`);
    return interrupted;
  }
  if ((error as NodeJS.ErrnoException).syscall === "uv_cwd") {
    process.stderr.write(
      "relata: The working directory was deleted, so that no path can be found from it. Change to one that exists: cd ~\n",
    );
    return exitCodes.inputMissing;
  }
  if (error instanceof UserError) {
    process.stderr.write(`relata: ${args.includes("--debug") ? error.stack : error.message}\n`);
    const canSkip = skipsInvalid.test(args.join(" ")) && !args.includes("--skip-invalid");
    const isOfRecord = error instanceof DataError && error.at?.line !== undefined;
    if (canSkip && (error.skippingHelps ?? isOfRecord))
      process.stderr.write("Mend it, or leave such documents out with --skip-invalid; they are counted.\n");
    return error.exitCode;
  }
  process.stderr.write(`relata: a bug in Relata ${versions.relata}, please report it with this:\n${error.stack}\n`);
  return exitCodes.bug;
}
