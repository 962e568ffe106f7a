import type { Command } from "commander";
import { addSettings, settingsOf } from "../options.ts";
import { runServer, untilAsked } from "../run-server.ts";
import { working } from "../work.ts";
import { namedModels } from "../../server/serve.ts";
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
  const { asked, plan } = untilAsked();
  await working(plan, (line) => runServer(models, config, { line, asked, path: config.open ? "/" : undefined }));
}
