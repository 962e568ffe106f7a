import type { Command } from "commander";
import { commitScoring, scoreCommitConfig } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { addSettings, settingsOf } from "../../options.ts";
import { size } from "../../render-pull.ts";
import { follow, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object");
  addSettings(command, scoreCommitConfig).action(run);
}

async function run(folder: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(scoreCommitConfig, options);
  await working({ outcome: () => "Nothing was committed; the parts are kept." }, async (line) => {
    const result = await follow(commitScoring(folder, config), ({ done, shards }) =>
      line.update([line.bar(done / shards), `${done}/${shards} shards joined`]),
    );
    line.clear();
    if (options["json"] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    const { output, rejectsFile, rows, rejects, bytes } = result;
    line.print(`${plural(rows, "answer")} to ${output}, ${size(bytes)}.`);
    if (rejects > 0) line.print(`${plural(rejects, "row")} set aside: ${rejectsFile} says which and why.`);
  });
}
