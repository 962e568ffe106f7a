import type { Command } from "commander";
import { flagOf, UsageError } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { openInBrowser } from "../open-in-browser.ts";
import { working } from "../work.ts";
import { namedModels, serve } from "../../server/serve.ts";
import { serveConfig, type ServeConfig } from "../../server/settings.ts";

export function complete(command: Command): void {
  addSettings(command, serveConfig).action(run);
}

async function run(names: readonly string[], options: Record<string, unknown>): Promise<void> {
  const { config: given } = await settingsOf(serveConfig, options);
  const { RELATA_TOKEN, RELATA_ADMIN_TOKEN, LABEL_STUDIO_URL, LABEL_STUDIO_API_KEY } = process.env;
  const config = {
    ...given,
    token: given.token ?? (RELATA_TOKEN || undefined),
    adminToken: given.adminToken ?? (RELATA_ADMIN_TOKEN || undefined),
    labelStudioUrl: given.labelStudioUrl ?? (LABEL_STUDIO_URL || undefined),
    labelStudioToken: given.labelStudioToken ?? (LABEL_STUDIO_API_KEY || undefined),
  };
  requireUseful(config);
  const models = namedModels(names);
  let stop: () => void = () => {};
  const asked = new Promise<void>((resolve) => (stop = resolve));
  const plan = {
    outcome: () => "Requests that were accepted are answered; no new ones are.",
    stop: () => {
      stop();
      return true;
    },
  };
  await working(plan, async (line) => {
    const server = await serve(models, config, (text) => line.print(text));
    // The signal that asks programs without a terminal to read their files anew.
    process.removeAllListeners("SIGHUP");
    process.on("SIGHUP", () => void server.reload());
    line.print(`Listening on ${server.url}`);
    try {
      if ((await Promise.race([server.ready.then(() => "ready"), asked])) === "ready") {
        line.print(`Ready: ${models.map(({ name }) => name).join(", ")}`);
        if (config.open) openInBrowser(server.url, () => line.print(`No browser could be started: open ${server.url}`));
      }
      await asked;
    } finally {
      await server.stop();
    }
  });
}

/** @throws UsageError for settings that do nothing without others */
function requireUseful(config: ServeConfig): void {
  const { trained, labelStudioUrl, labelStudioToken } = config;
  const ofTraining = ["trainConfig", "trainAfter", "trainQuiet", "labelStudioUrl", "labelStudioToken"] as const;
  const idle = trained === undefined ? ofTraining.find((key) => config[key] !== undefined) : undefined;
  if (idle !== undefined)
    throw new UsageError(`${flagOf(idle)} does nothing without --trained FOLDER. Add it, or leave this out.`);
  if (labelStudioToken !== undefined && labelStudioUrl === undefined)
    throw new UsageError("--label-studio-token needs --label-studio-url: the token is sent to no other address.");
}
