import type { Command } from "commander";
import { hasManyFlags, helpGroups } from "../help-groups.ts";

/** A flag as shells complete it. */
export interface CompletedFlag {
  readonly flag: string;
  readonly help: string;
  /** The values that it takes, if they are few and known. */
  readonly choices: readonly string[];
  readonly takesValue: boolean;
}

/** The words that may follow those of a command, such as `data convert`; the program itself has the words `[]`. */
export interface CompletedCommand {
  readonly words: readonly string[];
  readonly below: readonly { readonly name: string; readonly help: string }[];
  readonly flags: readonly CompletedFlag[];
}

const firstSentence = (text: string): string => /^.*?[.;:](?= |$)|^.*$/.exec(text)![0].replace(/[.;:]$/, "");

/** Of many flags, the help of a group can be asked for, or of all. */
const helpFlag = (command: Command): CompletedFlag => ({
  flag: "--help",
  help: "print the help",
  choices: hasManyFlags(command) ? ["all", ...helpGroups(command).keys()] : [],
  takesValue: false,
});

/** Lists a command and all below it with what shells complete; hidden flags are left out. */
export function completedCommands(command: Command, words: readonly string[] = []): CompletedCommand[] {
  const flags = command.options
    .filter(({ hidden, long }) => !hidden && long)
    .map(({ long, description, required }) => ({
      flag: long!,
      help: firstSentence(description),
      choices: / \(one of ([^)]*)\)/.exec(description)?.[1]?.split(", ") ?? [],
      takesValue: required,
    }));
  const below = command.commands.map((one) => ({ name: one.name(), help: firstSentence(one.description()) }));
  return [
    { words, below, flags: [...flags, helpFlag(command)] },
    ...command.commands.flatMap((one) => completedCommands(one, [...words, one.name()])),
  ];
}
