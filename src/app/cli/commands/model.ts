import { Command } from "commander";
import { exportCommand } from "./model/export.ts";
import { infoCommand } from "./model/info.ts";
import { pullCommand } from "./model/pull.ts";
import { verifyCommand } from "./model/verify.ts";

/** These load their work when they run, not when the program starts: it takes longer than `relata --help` may. */
export const modelCommand = (): Command =>
  new Command("model")
    .description("Look at models, check them, fetch them from the hub, and export them for other programs.")
    .helpCommand(false)
    .addCommand(infoCommand())
    .addCommand(verifyCommand())
    .addCommand(pullCommand())
    .addCommand(exportCommand());
