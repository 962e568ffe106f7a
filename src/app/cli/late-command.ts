import { Command } from "commander";

/** The module of a command, needed to run it or to print its help. */
export interface CommandModule {
  /** Gives the command its flags and its action. */
  complete(command: Command): void;
}

/**
 * A command that has only its name, description and arguments at first: its schemas and its code take longer to load
 * than the help of the program, which lists it, may take.
 */
export class LateCommand extends Command {
  readonly #load: () => Promise<CommandModule>;
  #completed: Promise<void> | undefined;

  constructor(name: string, load: () => Promise<CommandModule>) {
    super(name);
    this.#load = load;
  }

  /** Loads flags and action once, before the command parses arguments or prints its help. */
  complete(): Promise<void> {
    this.#completed ??= this.#load().then((module) => module.complete(this));
    return this.#completed;
  }
}
