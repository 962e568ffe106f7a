import type { Command } from "commander";
import {
  amountKinds,
  type Amounts,
  convertConfig,
  convertData,
  type ConvertResult,
  UsageError,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { size } from "../render-pull.ts";
import { printNotices, ReadingView } from "../render-reading.ts";
import { elapsed, StatusLine } from "../status-line.ts";
import { follow, working, write } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, convertConfig).action(run);
}

async function run(files: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(convertConfig, options);
  const output = files.at(-1)!;
  const paths = files.slice(0, -1);
  if (paths.length === 0) {
    throw new UsageError("Name what to read and, last, where to write: relata data convert IN... OUT --to FORMAT.");
  }
  const isJson = options["json"] === true;
  if (isJson && output === "-") throw new UsageError("--json and an output of - would both go to standard output.");
  const kept = output === "-" ? "What was written is not all of the data." : `Nothing was written to ${output}.`;
  await working({ outcome: () => kept }, async (line) => {
    const view = new ReadingView(line);
    const converting = convertData(paths, output === "-" ? null : output, config);
    const result = await follow(converting, (event) => (event.type === "text" ? write(event.text) : view.show(event)));
    line.clear();
    if (isJson) process.stdout.write(`${JSON.stringify({ output, ...result })}\n`);
    report(result, output, line);
  });
}

function report(result: ConvertResult, output: string, line: StatusLine): void {
  const { sources, documents, to, files, bytes, predictions, notices, losses, seconds } = result;
  for (const { path, formats, documents } of sources) {
    line.print(`${path}: ${formats.join(", ")}, ${plural(documents, "document")}`);
  }
  printNotices("Noticed while reading", notices, line);
  const isLoss = ({ code }: { code: string }): boolean => code.startsWith("lost-");
  printNotices(`Not held by ${to}`, losses.filter(isLoss), line);
  printNotices(
    `Changed for ${to}`,
    losses.filter((notice) => !isLoss(notice)),
    line,
  );
  line.print(balance(result));
  const place = output === "-" ? "standard output" : output;
  const what = predictions ? ", as predictions" : "";
  const count = files > 1 ? ` (${files} files)` : "";
  line.print(
    `${plural(documents, "document")} to ${place}${count}: ${to}${what}, ${size(bytes)} in ${elapsed(seconds)}.`,
  );
}

const isEqual = (a: Amounts, b: Amounts): boolean => amountKinds.every((kind) => a[kind] === b[kind]);

/** Compares the amounts read and written; says that nothing was lost only if they are equal. */
function balance({ met, written, losses }: ConvertResult): string {
  const entities = met.entities === 1 ? "1 entity" : `${met.entities} entities`;
  const relations = plural(met.relations, "relation");
  if (isEqual(met, written) && losses.length === 0) {
    return `Nothing was lost: ${entities} and ${relations} read, and as many written.`;
  }
  const others = met.annotations > 0 ? `, none of ${plural(met.annotations, "other annotation")}` : "";
  return `Written: ${written.entities} of ${entities}, ${written.relations} of ${relations}${others}.`;
}
