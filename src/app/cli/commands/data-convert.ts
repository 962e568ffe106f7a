import { plural } from "../../../quote.ts";
import { once } from "node:events";
import type { Command } from "commander";
import { convertConfig } from "../../../config.ts";
import { UsageError } from "../../../errors.ts";
import { amountKinds, type Amounts } from "../../../corpus/amounts.ts";
import type { ConvertResult } from "../../../recipes/convert-data.ts";
import type { DataOutput } from "../../../files/data-output.ts";
import { onInterrupt } from "../interrupt.ts";
import { addSettings, settingsOf } from "../options.ts";
import { size } from "../render-pull.ts";
import { printNotices, readingShown } from "../render-reading.ts";
import { elapsed, StatusLine } from "../status-line.ts";

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
  const { convertData } = await import("../../../recipes/convert-data.ts");
  const line = new StatusLine();
  const kept = output === "-" ? "What was written is not all of the data." : `Nothing was written to ${output}.`;
  const interrupt = onInterrupt({ line, tell: () => kept });
  try {
    const result = await readingShown(convertData(paths, output === "-" ? standardOutput() : output, config), line);
    if (isJson) process.stdout.write(`${JSON.stringify({ output, ...result })}\n`);
    tell(result, output, line);
  } finally {
    line.clear();
    interrupt.dispose();
  }
}

function tell(result: ConvertResult, output: string, line: StatusLine): void {
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

/** How much of what stands in the files was written: that nothing was lost is said only where the counts are equal. */
function balance({ met, written, losses }: ConvertResult): string {
  const entities = met.entities === 1 ? "1 entity" : `${met.entities} entities`;
  const relations = plural(met.relations, "relation");
  if (isEqual(met, written) && losses.length === 0) {
    return `Nothing was lost: ${entities} and ${relations} read, and as many written.`;
  }
  const others = met.annotations > 0 ? `, none of ${plural(met.annotations, "other annotation")}` : "";
  return `Written: ${written.entities} of ${entities}, ${written.relations} of ${relations}${others}.`;
}

/** Fewer and larger writes: in UTF-16 code units. */
const bufferLength = 2 ** 16;

/** Waits for a slow reader, so that a long file does not pile up in memory. */
function standardOutput(): DataOutput {
  let buffer = "";
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const data = Buffer.from(buffer);
    buffer = "";
    bytes += data.length;
    if (!process.stdout.write(data)) await once(process.stdout, "drain");
  };
  return {
    async write({ text }) {
      buffer += text;
      if (buffer.length >= bufferLength) await flush();
    },
    async close() {
      await flush();
      return { files: 1, bytes };
    },
    // What was written is out.
    abandon: flush,
  };
}
