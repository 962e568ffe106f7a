import { parseManifest, type RelataManifest } from "./manifest.ts";
import { readJsonObject } from "./read-file.ts";

const maxManifestBytes = 2 ** 24;

/** Reads a manifest. @throws CheckpointError that names the field, if the file is not a manifest */
export const readManifest = async (path: string): Promise<RelataManifest> =>
  parseManifest(await readJsonObject(path, maxManifestBytes), path);
