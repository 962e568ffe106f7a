import { z } from "zod";
import { parseJsonLine } from "../source/json-line.ts";
import type { SourceFile } from "../source/source-file.ts";

const types = z.object({
  relations: z.record(z.string(), z.object({ symmetric: z.boolean().nullish() })).nullish(),
});

/**
 * Possible names of the types file of `ade_split_train.json`: `ade_split_train_types.json`, `ade_split_types.json`,
 * `ade_types.json`, `types.json`.
 */
export function typesFileNames(name: string): string[] {
  const parts = name.split(".")[0]!.split("_");
  return [...parts, ""].map((_, i) => [...parts.slice(0, parts.length - i), "types.json"].join("_"));
}

/** Adds the labels that the types file beside the data declares symmetric; without such a file, none. */
export async function readSymmetricLabels(data: SourceFile, symmetricLabels: Set<string>): Promise<void> {
  for (const name of typesFileNames(data.name)) {
    const file = await data.sibling(name);
    if (!file) continue;
    try {
      const { relations } = parseJsonLine(types, await file.text(), { file: file.path });
      for (const [label, { symmetric }] of Object.entries(relations ?? {})) if (symmetric) symmetricLabels.add(label);
    } finally {
      await file.close();
    }
    return;
  }
}
