import type { Command } from "commander";
import { findSuspects, suspectsConfig, type SuspectsEvent, type SuspectsResult } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { printNotices } from "../render-reading.ts";
import { elapsed, type StatusLine } from "../status-line.ts";
import { follow, show, working } from "../work.ts";
import { wrap } from "../wrap.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object, with every suspect");
  addSettings(command, suspectsConfig).action(run);
}

/** Suspects that are printed; --json has all. */
const mostShown = 20;

async function run(paths: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(suspectsConfig, options);
  await working({ outcome: () => "Not all of the documents were judged; nothing was written." }, async (line) => {
    const result = await follow(findSuspects(paths, config), (event) => showProgress(event, line));
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    else show(wrap(text(result), process.stdout.columns || 100));
    printNotices("Noticed while reading", result.notices, line);
    if (result.written) line.print(`${plural(result.written.documents, "document")} written to ${config.output}.`);
    if (result.unjudged > 0)
      line.print(
        `${plural(result.unjudged, "annotated label")} not judged: no model is shown such places, by the schema of the other folds, a bound or the length of the text.`,
      );
    line.print(`${plural(result.judged, "place")} judged in ${elapsed(result.seconds)}.`);
  });
}

function text({ suspects, found }: SuspectsResult): string {
  if (found === 0) return "No annotation is suspicious.";
  const lines = suspects
    .slice(0, mostShown)
    .map(
      ({ document, at, reason }, i) =>
        `${i + 1}. ${at?.file ?? ""}${at?.line ? `:${at.line}` : ""} ${document}\n   ${reason}`,
    );
  const rest =
    found > lines.length
      ? `\n\n${found - lines.length} more; --json or --to FORMAT --output FILE has them, up to --limit.`
      : "";
  return `${plural(found, "annotation")} may be wrong or missing, the most suspicious first:\n\n${lines.join("\n")}${rest}`;
}

function showProgress({ fold, folds, event }: SuspectsEvent, line: StatusLine): void {
  const what = `fold ${fold}/${folds}`;
  if (event.type === "step")
    line.update([line.bar(event.step / event.totalSteps), what, `step ${event.step}/${event.totalSteps}`]);
  else if (event.type === "evaluating") line.update([what, `judging ${event.done}/${event.total}`]);
}
