import type { Command, Help, HelpConfiguration } from "commander";
import { LateCommand } from "./late-command.ts";

const indent = 6;

/**
 * The layout of help: what a flag does stands below the flag where both do not fit side by side, and is wrapped at the
 * width of the terminal, however narrow. Commander does not wrap descriptions of less than 40 columns at all.
 */
export const helpLayout: HelpConfiguration = {
  formatItem(term: string, termWidth: number, description: string, helper: Help): string {
    const width = helper.helpWidth ?? 80;
    if (description === "") return `  ${term}`;
    if (termWidth <= 26 && width - termWidth >= 44) {
      const lines = helper.boxWrap(description, width - termWidth - 4).split("\n");
      return `  ${helper.displayWidth(term) < termWidth ? term.padEnd(termWidth) : term}  ${lines.join(`\n${" ".repeat(termWidth + 4)}`)}`;
    }
    const lines = helper.boxWrap(description, Math.max(20, width - indent)).split("\n");
    return [`  ${term}`, ...lines.map((line) => `${" ".repeat(indent)}${line}`)].join("\n");
  },
  // Without this, commander breaks only lines with room for 40 columns.
  minWidthToWrap: 20,
};

/** The examples of a command as they stand at the end of its help. */
export function examplesText(command: Command): string {
  const examples = command instanceof LateCommand ? command.examples : [];
  if (examples.length === 0) return "";
  return `\nExamples:\n${examples.map(({ line, does }) => `  # ${does}\n  ${line}`).join("\n")}\n`;
}
