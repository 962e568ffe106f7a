import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import type { z } from "zod";
import { train } from "../../../index.ts";
import { demoConfig } from "../../server/demo-settings.ts";
import { serveConfig } from "../../server/settings.ts";
import { addSettings, settingsOf } from "../options.ts";
import { TrainingView } from "../render-training.ts";
import { runServer, untilAsked } from "../run-server.ts";
import type { StatusLine } from "../status-line.ts";
import { follow, working } from "../work.ts";

export function complete(command: Command): void {
  addSettings(command, demoConfig).action(run);
}

type DemoConfig = z.infer<typeof demoConfig>;

/** The sentence of README's first example, which the training has not seen. */
const sentence = {
  text: "Je voudrais une attestation de paiement pour 2022.",
  entities: [
    { start: 0, end: 2, type: "SUBJ" },
    { start: 3, end: 11, type: "VERB" },
    { start: 12, end: 39, type: "OBJ" },
    { start: 45, end: 49, type: "TIME" },
  ],
};

const data = fileURLToPath(new URL("../../../../examples/annotations.jsonlines", import.meta.url));

async function run(options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(demoConfig, options);
  await trainIfNew(config);
  const { asked, plan } = untilAsked();
  const { host, port, threads, noOpen, output } = config;
  const path = `/?document=${encodeURIComponent(JSON.stringify(sentence))}`;
  const serving = serveConfig.parse({ host, port, threads });
  await working(plan, (line) =>
    runServer([{ name: "demo", source: output }], serving, { line, asked, path: noOpen ? undefined : path }),
  );
}

/** Trains on the bundled example, unless the folder has a whole model. */
async function trainIfNew({ output, maxSteps, threads }: DemoConfig): Promise<void> {
  if (existsSync(join(output, "relata.json"))) return;
  let stop = (): void => {};
  const plan = {
    outcome: () => "Stopping after this step; the next `relata demo` opens the model so far.",
    stop: () => {
      stop();
      return true;
    },
  };
  await working(plan, async (line: StatusLine) => {
    line.print(`Training on 360 bundled mails and reports, once: the model stays in ${output}.`);
    const training = train(data, { output, maxSteps, threads, overwrite: true });
    stop = () => training.stop();
    const view = new TrainingView(line);
    const { evaluation } = await follow(training, (event) => view.show(event));
    line.print(`Relation micro F1 on documents that it has not seen: ${evaluation.scores.relationMicroF1.toFixed(3)}`);
  });
}
