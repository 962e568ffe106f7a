// The GPU in software that scripts/software-gpu.js fetches.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const manifest = fileURLToPath(new URL("../../node_modules/.cache/relata-software-gpu/icd.json", import.meta.url));

/** The environment in which a process finds it; undefined as long as it was not fetched. */
export const softwareGpu = (): Readonly<Record<string, string>> | undefined =>
  existsSync(manifest) ? { VK_ICD_FILENAMES: manifest, LD_LIBRARY_PATH: dirname(manifest) } : undefined;
