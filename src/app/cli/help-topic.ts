import { Command } from "commander";
import { commands } from "./commands.ts";

/** The topic of `relata train --help TOPIC`: undefined unless it is the last word and behind a command without others. */
export function helpTopic(args: readonly string[]): string | undefined {
  const [asked, topic] = args.slice(-2);
  if ((asked !== "--help" && asked !== "-h") || topic === undefined) return undefined;
  const { command, rest } = commandOf(args);
  return command.parent && command.commands.length === 0 && rest.length >= 2 ? topic : undefined;
}

/** The command that words begin with, and the words behind it. */
export function commandOf(words: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
  let command = new Command();
  for (const one of commands()) command.addCommand(one);
  for (const [i, word] of words.entries()) {
    const below = command.commands.find((one) => one.name() === word);
    if (!below) return { command, rest: words.slice(i) };
    command = below;
  }
  return { command, rest: [] };
}
