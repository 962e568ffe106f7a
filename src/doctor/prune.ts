import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The binaries of ONNX Runtime for one system. */
export interface RuntimeBinaries {
  readonly folder: string;
  /** As `process.platform` and `process.arch` name them: `linux/x64`. */
  readonly system: string;
  readonly bytes: number;
}

const runtimeFolder = (): string =>
  join(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"), "..", "bin");

/**
 * Finds the runtime's binaries for other systems than this one, which its package brings along and nothing here loads.
 * @param bin the folder of the runtime's binaries; that of the installed package if not given
 */
export async function foreignRuntimes(
  bin = runtimeFolder(),
  own = `${process.platform}/${process.arch}`,
): Promise<RuntimeBinaries[]> {
  const found: RuntimeBinaries[] = [];
  for (const abi of await namesOf(bin)) {
    // Where this system has no binaries, the folder is laid out in another way than is known here.
    if (!existsSync(join(bin, abi, own))) continue;
    for (const platform of await namesOf(join(bin, abi))) {
      for (const arch of await namesOf(join(bin, abi, platform))) {
        const folder = join(bin, abi, platform, arch);
        const system = `${platform}/${arch}`;
        if (system !== own) found.push({ folder, system, bytes: await bytesOf(folder) });
      }
    }
  }
  return found;
}

/** Removes the binaries that `foreignRuntimes` finds, and returns them. */
export async function pruneRuntimes(bin?: string, own?: string): Promise<RuntimeBinaries[]> {
  const found = await foreignRuntimes(bin, own);
  for (const { folder } of found) await rm(folder, { recursive: true });
  return found;
}

const namesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

async function bytesOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
