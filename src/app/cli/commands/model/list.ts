import type { Command } from "commander";
import { listModels } from "../../../../index.ts";
import { show } from "../../work.ts";
import { wrap } from "../../wrap.ts";

export function complete(command: Command): void {
  command.option("--json", "print one JSON object a model").action(run);
}

async function run(options: { readonly json?: true }): Promise<void> {
  const models = await listModels();
  if (options.json) {
    for (const model of models) process.stdout.write(`${JSON.stringify(model)}\n`);
    return;
  }
  const width = process.stdout.columns || 100;
  const entries = models.map(({ name, goal, languages, parameters, license, memory, speed, score }) => {
    const facts = [
      `${parameters} M parameters`,
      license,
      `about ${memory} GB to fine-tune (estimated)`,
      ...(speed === undefined ? [] : [`scoring ${speed}`]),
      ...(score === undefined ? [] : [score]),
    ];
    return `${name}\n${wrap(`  ${goal}; languages: ${languages}`, width)}\n${wrap(`  ${facts.join(", ")}`, width)}`;
  });
  show(entries.join("\n"));
}
