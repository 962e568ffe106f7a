import type { Command } from "commander";
import { flagOf, UsageError } from "../../../index.ts";
import { addSettings, settingsOf } from "../options.ts";
import { runServer, untilAsked } from "../run-server.ts";
import { working } from "../work.ts";
import { namedModels } from "../../server/serve.ts";
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
  const { asked, plan } = untilAsked();
  await working(plan, (line) =>
    runServer(models, config, { line, asked, page: config.open ? { path: "/", opens: true } : undefined }),
  );
}

/** @throws UsageError for settings that do nothing without others */
function requireUseful(config: ServeConfig): void {
  const { base, entities, trained, labelStudioUrl, labelStudioToken } = config;
  if (base !== undefined && entities !== undefined)
    throw new UsageError(
      "--entities does nothing with --base: adapters label the entities that they are given. Leave it out, or serve the model " +
        "with --entities and without --base.",
    );
  const ofTraining = ["trainConfig", "trainAfter", "trainQuiet", "labelStudioUrl", "labelStudioToken"] as const;
  const idle = trained === undefined ? ofTraining.find((key) => config[key] !== undefined) : undefined;
  if (idle !== undefined)
    throw new UsageError(`${flagOf(idle)} does nothing without --trained FOLDER. Add it, or leave this out.`);
  if (labelStudioToken !== undefined && labelStudioUrl === undefined)
    throw new UsageError("--label-studio-token needs --label-studio-url: the token is sent to no other address.");
}
