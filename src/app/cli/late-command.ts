import { Command } from "commander";

/** The module of a command: what it takes to run it, or to print its help. */
export interface CommandModule {
  /** Gives the command its flags and its action. */
  complete(command: Command): void;
}

/**
 * A command of which only name, description and arguments are known at first: schemas and what runs them take longer to
 * load than the help of the program, which lists it, may take.
 */
export class LateCommand extends Command {
  readonly #load: () => Promise<CommandModule>;
  #completed: Promise<void> | undefined;

  constructor(name: string, load: () => Promise<CommandModule>) {
    super(name);
    this.#load = load;
  }

  /** Loads flags and action, once; needed before the command parses anything or prints its help. */
  complete(): Promise<void> {
    this.#completed ??= this.#load().then((module) => module.complete(this));
    return this.#completed;
  }
}
