import { Command } from "commander";
import { dataCheckCommand } from "./data-check.ts";
import { convertCommand } from "./data-convert.ts";
import { splitCommand } from "./data-split.ts";
import { statsCommand } from "./data-stats.ts";

/** These load their work when they run, not when the program starts: it takes longer than `relata --help` may. */
export const dataCommand = (): Command =>
  new Command("data")
    .description("Bring annotation files into another format, check them, count what they hold, and split them.")
    .helpCommand(false)
    .addCommand(convertCommand())
    .addCommand(dataCheckCommand())
    .addCommand(statsCommand())
    .addCommand(splitCommand());
