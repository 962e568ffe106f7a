import { readFile } from "node:fs/promises";
import { InputMissingError, UsageError } from "./errors.ts";

/**
 * Reads a `--config` file: settings by key, as a JSON object or as YAML. A YAML file that holds only comments has no
 * settings.
 * @throws InputMissingError if it cannot be read, UsageError if it holds anything else
 */
export async function readSettingsFile(path: string, kind = "config file"): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = isMissing ? "no such file. Check the path" : (error as Error).message;
    throw new InputMissingError(`Cannot read the ${kind} ${path}: ${reason}.`);
  }
  const isYaml = /\.ya?ml$/i.test(path);
  let value: unknown;
  try {
    // Loaded when it is needed: few commands are given YAML, and each would wait for it.
    value = isYaml ? ((await import("yaml")).parse(text) ?? {}) : JSON.parse(text);
  } catch (error) {
    const message = (error as Error).message.trim().split("\n")[0]!.replace(/:$/, "");
    throw new UsageError(`Cannot read the ${kind} ${path}: not ${isYaml ? "YAML" : "JSON"} (${message}).`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const example = isYaml ? "as epochs: 5 on a line" : 'as {"epochs": 5}';
  throw new UsageError(
    `Cannot read the ${kind} ${path}: expected ${isYaml ? "settings by name" : "a JSON object of settings"}, ${example}.`,
  );
}
