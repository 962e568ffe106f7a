import type { Command } from "commander";
import { planScoring, scorePlanConfig, type ScorePlanResult } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { size } from "../../render-pull.ts";
import type { StatusLine } from "../../status-line.ts";
import { follow, working } from "../../work.ts";

export function complete(command: Command): void {
  command
    .option("--config <file>", "JSON file of settings, by their names in camelCase; flags win over it")
    .option("--json", "print one JSON object");
  addSettings(command, scorePlanConfig).action(run);
}

async function run(model: string, inputs: string[], options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(scorePlanConfig, options);
  await working({ outcome: () => `No plan was written to ${config.output}.` }, async (line) => {
    const result = await follow(planScoring(model, inputs, config), (event) => {
      if (event.type === "reading") line.update([event.path, plural(event.rows, "row"), size(event.bytes)]);
      else {
        line.print(
          `${event.path} is no plain file of Relata's JSON Lines: it is written anew as such below ${config.output}/input.`,
        );
      }
    });
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    report(result, config.output, line);
  });
}

function report(result: ScorePlanResult, output: string, line: StatusLine): void {
  const { shards, rows, bytes, rejects, converted, empty, notices, run, isKnown } = result;
  for (const { path, format, rows } of converted) line.print(`${path}: ${format}, ${plural(rows, "row")}`);
  for (const path of empty) line.print(`${path} is empty: it has no row.`);
  if (rejects > 0) line.print(`${plural(rejects, "row")} could not be read and are set aside in ${output}/input.`);
  for (const notice of notices) line.print(`  ${notice}`);
  line.print(`${plural(rows, "row")}, ${size(bytes)}, in ${plural(shards, "shard")}. Run ${run}.`);
  line.print(`${isKnown ? "The plan was there already" : "The plan is written"}. Next: relata score run ${output}`);
}
