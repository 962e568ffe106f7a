import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
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
import { stoppedStep } from "../stopped-run.ts";
import { follow, working } from "../work.ts";

export function complete(command: Command): void {
  addSettings(command, demoConfig).action(run);
}

type DemoConfig = z.infer<typeof demoConfig>;

/** The sentence of README's first example, which the training has not seen, as the page's address names it. */
const sentence = new URLSearchParams({ text: "Je voudrais une attestation de paiement pour 2022." });
for (const span of ["0:2:SUBJ", "3:11:VERB", "12:39:OBJ", "45:49:TIME"]) sentence.append("span", span);

/** The folder in which `npm start` leaves a model of the same example. */
const quickstart = "runs/quickstart";

const data = fileURLToPath(new URL("../../../../examples/annotations.jsonlines", import.meta.url));

async function run(options: Record<string, unknown>): Promise<void> {
  const { config, sources } = await settingsOf(demoConfig, options);
  const { host, threads, noOpen, output } = config;
  const isMade = sources["output"] === "default" && !isModel(output) && isModel(quickstart);
  const source = isMade ? quickstart : output;
  if (!isModel(source)) await trainOn(config);
  const port = sources["port"] === "default" ? await freePort(host, config.port) : config.port;
  const { asked, plan } = untilAsked();
  const serving = serveConfig.parse({ host, port, threads });
  await working(plan, (line) => {
    line.print(`The model is that of ${source}.`);
    const step = stoppedStep(source);
    if (step !== undefined) line.print(unfinished(source, step));
    const page = { path: `/?${sentence.toString()}`, opens: !noOpen };
    return runServer([{ name: "demo", source }], serving, { line, asked, page });
  });
}

function unfinished(source: string, step: number): string {
  const command = `npx relata train ${relative(".", data)} --output ${source}`;
  return (
    `note: its training was stopped early, at step ${step}: it is the best model so far, and may answer poorly.\n` +
    `To go on with the training: ${command} --resume\n` +
    `To train it anew: ${command} --overwrite`
  );
}

const isModel = (folder: string): boolean => existsSync(join(folder, "relata.json"));

/** The port, or any free one if another program listens there: nobody should have to choose one for a demonstration. */
async function freePort(host: string, port: number): Promise<number> {
  const probe = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => resolve(true));
  });
  if (isFree) await new Promise((resolve) => probe.close(resolve));
  return isFree ? port : 0;
}

/** Trains on the bundled example. */
async function trainOn({ output, maxSteps, threads }: DemoConfig): Promise<void> {
  let stop = (): void => {};
  const plan = {
    outcome: () =>
      "Stopping after this step; the next `relata demo` opens the model so far, or trains anew if there is none yet.",
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
