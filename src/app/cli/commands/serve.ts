import type { Command } from "commander";
import { addSettings, settingsOf } from "../options.ts";
import { working } from "../work.ts";
import { namedModels, serve } from "../../server/serve.ts";
import { serveConfig } from "../../server/settings.ts";

export function complete(command: Command): void {
  addSettings(command, serveConfig).action(run);
}

async function run(names: readonly string[], options: Record<string, unknown>): Promise<void> {
  const { config: given } = await settingsOf(serveConfig, options);
  const { RELATA_TOKEN, RELATA_ADMIN_TOKEN } = process.env;
  const config = {
    ...given,
    token: given.token ?? (RELATA_TOKEN || undefined),
    adminToken: given.adminToken ?? (RELATA_ADMIN_TOKEN || undefined),
  };
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
      if ((await Promise.race([server.ready.then(() => "ready"), asked])) === "ready")
        line.print(`Ready: ${models.map(({ name }) => name).join(", ")}`);
      await asked;
    } finally {
      await server.stop();
    }
  });
}
