import { readFile } from "node:fs/promises";
import { z } from "zod";
import { schemaFile, type SchemaFile } from "./schema-file.ts";
import { InputMissingError, UsageError } from "../errors.ts";

/**
 * The file of `--schema`: the schema alone, or a whole relata.json that has it under that name.
 * @throws InputMissingError for no such file; UsageError for anything but a schema, naming the field.
 */
export async function readSchema(path: string): Promise<SchemaFile> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing) throw new InputMissingError(`Cannot read the schema ${path}: no such file. Check --schema.`);
    throw new UsageError(`Cannot read the schema ${path}: ${(error as Error).message}.`);
  }
  // Since version 2 of relata.json it is the task's; a model that finds entities too has a task of relations beside.
  const task = z.object({ task: z.looseObject({}) }).safeParse(json);
  if (task.success) json = task.data.task["relations"] ?? task.data.task;
  const isManifest = typeof json === "object" && json !== null && "schema" in json;
  const parsed = isManifest
    ? z
        .object({ schema: z.object(schemaFile.shape) })
        .transform(({ schema }) => schema)
        .safeParse(json)
    : schemaFile.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageError(`Cannot use the schema ${path}:\n${z.prettifyError(parsed.error)}`);
}
