import { Command } from "commander";

/** The module of a command, needed to run it or to print its help. */
export interface CommandModule {
  /** Gives the command its flags and its action. */
  complete(command: Command): void;
}

/** A line to type, and what it does. */
export interface CommandExample {
  readonly does: string;
  readonly line: string;
}

/**
 * A command that has only its name, description and arguments at first: its schemas and its code take longer to load
 * than the help of the program, which lists it, may take.
 */
export class LateCommand extends Command {
  readonly #load: () => Promise<CommandModule>;
  #completed: Promise<void> | undefined;
  #examples: readonly CommandExample[] = [];

  constructor(name: string, load: () => Promise<CommandModule>) {
    super(name);
    this.#load = load;
  }

  get examples(): readonly CommandExample[] {
    return this.#examples;
  }

  /** Adds a line to the examples at the end of the help. */
  example(line: string, does: string): this {
    this.#examples = [...this.#examples, { line, does }];
    return this;
  }

  /** Loads flags and action once, before the command parses arguments or prints its help. */
  complete(): Promise<void> {
    this.#completed ??= this.#load().then((module) => module.complete(this));
    return this.#completed;
  }
}

/** Lists every command below a command, each followed by its own, with its full name: `relata model info`. */
export const commandsBelow = (command: Command, path: string = command.name()): { command: Command; path: string }[] =>
  command.commands.flatMap((below) => {
    const name = `${path} ${below.name()}`;
    return [{ command: below, path: name }, ...commandsBelow(below, name)];
  });

/** Loads the flags of every command below a command. */
export async function completeBelow(root: Command): Promise<void> {
  for (const { command } of commandsBelow(root)) if (command instanceof LateCommand) await command.complete();
}
