import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The model that an annotation tool's data made, and is served. */
export interface CurrentVersion {
  /** The name of its folder. */
  readonly folder: string;
  /** The tool and project whose annotations it learnt from, as `label-studio 3`. */
  readonly project: string;
}

const kept = 3;

/**
 * The folders of a model that is trained while it is served: `1`, `2`, … with the model and its data each, and
 * `current.json`, which names the one that is served.
 */
export class VersionFolders {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The version that was served last; undefined if nothing was trained yet. */
  async current(): Promise<CurrentVersion | undefined> {
    const text = await readFile(join(this.root, "current.json"), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const { folder, project } = JSON.parse(text) as CurrentVersion;
    return existsSync(this.modelOf(folder)) ? { folder, project } : undefined;
  }

  modelOf(folder: string): string {
    return join(this.root, folder, "model");
  }
  dataOf(folder: string): string {
    return join(this.root, folder, "data");
  }

  /** A name for a folder of data that comes before its training begins. */
  incoming(): string {
    return join(this.root, `incoming-${randomUUID()}`);
  }

  /** Moves such a folder to the place of a version's data. */
  async take(incoming: string, place: string): Promise<void> {
    await rm(place, { recursive: true, force: true });
    await rename(incoming, place);
  }

  async discard(incoming: string): Promise<void> {
    await rm(incoming, { recursive: true, force: true });
  }

  /** Makes the folder of the next version. */
  async begin(): Promise<string> {
    await mkdir(this.root, { recursive: true });
    const folder = String(Math.max(0, ...(await this.#numbers())) + 1);
    await mkdir(this.dataOf(folder), { recursive: true });
    return folder;
  }

  /** Notes that a version is served, and removes all but the newest. */
  async use(version: CurrentVersion): Promise<void> {
    const path = join(this.root, "current.json");
    await writeFile(`${path}.new`, `${JSON.stringify(version)}\n`);
    await rename(`${path}.new`, path);
    const numbers = (await this.#numbers()).sort((a, b) => b - a);
    for (const number of numbers.slice(kept)) if (String(number) !== version.folder) await this.remove(String(number));
  }

  async remove(folder: string): Promise<void> {
    await rm(join(this.root, folder), { recursive: true, force: true });
  }

  async #numbers(): Promise<number[]> {
    const names = await readdir(this.root).catch(() => []);
    return names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  }
}
