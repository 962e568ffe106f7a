import type { Command } from "commander";
import { sampleConfig, sampleData, type SampledText } from "../../../index.ts";
import { textTable } from "../../../report/text-table.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { PredictionView } from "../predict-texts.ts";
import { renderNotices } from "../render-training.ts";
import { elapsed } from "../status-line.ts";
import { follow, show, working } from "../work.ts";

export function complete(command: Command): void {
  command.option("--json", "print the choice as one JSON object instead of a table");
  addSettings(command, sampleConfig).action(run);
}

async function run(model: string, data: string, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(sampleConfig, options);
  await working({ outcome: () => `Nothing was written to ${config.output}.` }, async (line) => {
    const view = new PredictionView(line);
    const result = await follow(sampleData(model, data, config), (event) => {
      if (event.type !== "answer") view.show(event);
    });
    line.clear();
    const { chosen, texts, labelled, written, notices, seconds } = result;
    if (options["json"] === true) process.stdout.write(`${JSON.stringify({ chosen, texts, labelled })}\n`);
    else show(table(chosen));
    const among = labelled > 0 ? `, beside ${plural(labelled, "labelled text")}` : "";
    line.print(`${chosen.length} of ${plural(texts, "text")}${among}, best first, in ${config.output} (${config.to}).`);
    renderNotices([...notices, ...written.losses], [], line);
    line.print(`${elapsed(seconds)} in all.`);
  });
}

const table = (chosen: readonly SampledText[]): string =>
  textTable(
    [
      { title: "text" },
      { title: "chosen for" },
      { title: "doubt", align: "right" },
      { title: "alike", align: "right" },
    ],
    chosen.map(({ id, reason, label, uncertainty, similarity }) => [
      id,
      reason === "rare" ? `rare: ${label}` : "doubt",
      uncertainty.toFixed(3),
      similarity.toFixed(3),
    ]),
  );
