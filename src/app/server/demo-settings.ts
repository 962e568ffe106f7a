import { z } from "zod";
import { serveConfig } from "./settings.ts";

/** Settings of `relata demo`. */
export const demoConfig = z.strictObject({
  output: z
    .string()
    .min(1)
    .default("runs/demo")
    .describe(
      "Folder of the model: opened if it is there, else trained on the bundled example first; without it, the model of npm start is opened if that is there",
    ),
  maxSteps: z
    .int()
    .positive()
    .default(144)
    .describe("Optimizer steps of the training: two passes over the example, enough to see it work"),
  noOpen: z.boolean().default(false).describe("Do not open a browser; the address is printed"),
  host: serveConfig.shape.host,
  port: serveConfig.shape.port,
  threads: serveConfig.shape.threads,
});
