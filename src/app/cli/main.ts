import { Command, CommanderError, Option } from "commander";
import { exitCodes, UserError } from "../../errors.ts";
import { versions } from "../../version.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { predictCommand } from "./commands/predict.ts";
import { trainCommand } from "./commands/train.ts";

/** The whole command line, as commander sees it; docs/reference/cli.md is written from it. */
export function program(): Command {
  const root = new Command("relata")
    .description(
      "Finds the relations between given entities of a text: trains, evaluates and runs LUKE relation classifiers.",
    )
    .version(versions.relata, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride();
  for (const command of [trainCommand(), evaluateCommand(), predictCommand()]) {
    root.addCommand(
      command.addOption(new Option("--debug", "show the stack of every error").hideHelp()).exitOverride(),
    );
  }
  return root;
}

/** Runs a command line and sets the process's exit code by the contract of docs/reference/cli.md. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that closes the pipe early (`relata predict … | head -1`) has what it wanted.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 0 : exitCodes.unavailable),
  );
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, args.includes("--debug"));
  }
}

function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (!(error instanceof Error)) throw error;
  if (error.name === "Interrupted" || error.name === "StoppedBeforeFirstStep") {
    process.stderr.write(`relata: ${error.message}\n`);
    return exitCodes.interrupted;
  }
  if (error instanceof UserError) {
    process.stderr.write(`relata: ${debug ? error.stack : error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`relata: a bug in Relata ${versions.relata}, please report it with this:\n${error.stack}\n`);
  return exitCodes.bug;
}
