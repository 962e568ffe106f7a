import type { StartOption } from "../model/model-list.ts";

export interface FormatEntry {
  readonly name: string;
  readonly description: string;
  /** Whether it is written, and not only read. */
  readonly written: boolean;
  readonly page: string;
}

/** The annotation formats that are read and written, each with its looks and the page that describes it. */
export async function listFormats(): Promise<FormatEntry[]> {
  const { formats } = await import("../formats/registry.ts");
  return Object.values(formats).map(({ name, description, writer }) => ({
    name,
    description: description.replace(`${name}: `, ""),
    written: writer !== undefined,
    page: `docs/formats/${name}.md`,
  }));
}

/** Models that training may start from, each with its goal, languages, licence, size and the memory that it takes. */
export async function listModels(): Promise<StartOption[]> {
  const { listedModels } = await import("../model/model-list.ts");
  return listedModels();
}
