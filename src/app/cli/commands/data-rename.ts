import type { Command } from "commander";
import { renameConfig, renameData, UsageError } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices } from "../render-reading.ts";
import { followOnLine, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, renameConfig).action(run);
  const repeated = new Set(["--label", "--type", "--reverse", "--drop-label", "--drop-type"]);
  for (const option of command.options) {
    if (repeated.has(option.long!)) {
      option.argParser((value: string, before: string | undefined) => (before ? `${before},${value}` : value));
    }
  }
}

async function run(files: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(renameConfig, options);
  const output = files.at(-1)!;
  const paths = files.slice(0, -1);
  if (paths.length === 0) {
    throw new UsageError("Name what to read and, last, where to write: relata data rename IN... OUT --label OLD=NEW.");
  }
  await working({ outcome: () => `Nothing was written to ${output}.` }, async (line) => {
    const result = await followOnLine(renameData(paths, output, config), line);
    if (options["json"] === true) process.stdout.write(`${JSON.stringify({ output, ...result })}\n`);
    const what = (rule: string): string => (/^--(?:type|drop-type)/.test(rule) ? "entity" : "relation");
    for (const { rule, count } of result.rules) {
      line.print(
        `${rule}: ${what(rule) === "entity" ? (count === 1 ? "1 entity" : `${count} entities`) : plural(count, "relation")}`,
      );
    }
    if (result.withoutEntity > 0)
      line.print(`Left out with their entities: ${plural(result.withoutEntity, "relation")}.`);
    if (result.repeated > 0)
      line.print(`Left out, now equal to another of the same pair: ${plural(result.repeated, "relation")}.`);
    printNotices("Noticed while reading", result.notices, line);
    printNotices(`Not held by ${result.format}`, result.losses, line);
    line.print(`${plural(result.documents, "document")} to ${output}: ${result.format}.`);
  });
}
