import type { Command } from "commander";
import { scoringStatus } from "../../../../index.ts";
import { plural } from "../../../../report/words.ts";
import { size } from "../../render-pull.ts";
import { elapsed } from "../../status-line.ts";
import { show, working } from "../../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object").action(run);
}

async function run(folder: string, options: { readonly json?: true }): Promise<void> {
  await working({ outcome: () => "Nothing was changed." }, async () => {
    const status = await scoringStatus(folder);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(status)}\n`);
      return;
    }
    const { run, model, shards, done, rows, answered, rejects, bytes, seconds, failed, committed } = status;
    const share = rows === 0 ? 0 : (100 * (answered + rejects)) / rows;
    const lines = [
      `run        ${run}`,
      `model      ${model}`,
      `shards     ${done} of ${shards} done, ${failed.length} failed`,
      `rows       ${answered + rejects} of ${rows} (${share.toFixed(1)} %), ${rejects} of them set aside`,
      `answers    ${size(bytes)}, in ${elapsed(seconds)} of work`,
      ...failed.map(
        ({ shard, error, isTransient }) => `  shard ${shard} failed${isTransient ? ", may pass" : ""}: ${error}`,
      ),
      committed === undefined ? next(folder, done === shards) : `committed  ${committed}`,
    ];
    show(lines.join("\n"));
    if (failed.length > 0)
      show(`${plural(failed.length, "shard")} failed; relata score run ${folder} tries them again.`);
  });
}

const next = (folder: string, isWhole: boolean): string =>
  `next       relata score ${isWhole ? "commit" : "run"} ${folder}`;
