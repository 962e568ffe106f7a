import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ArchiveLimitError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { printable } from "../../quote.ts";
import { UnavailableError } from "../../errors.ts";
import type { ArchiveLimits } from "./archive-limits.ts";
import { byName, isHidden, type Member } from "./member.ts";
import { readChunks } from "./source-file.ts";

/**
 * The files below a folder, sorted by name, without hidden ones. A link to a file below the same folder is read under
 * the link's name, unless the file is read anyway. Links that lead out of the folder are left out and counted; links to
 * folders are not followed.
 * @throws {UnavailableError} for a folder that cannot be read; ArchiveLimitError for more files than are read.
 */
export async function listFolder(root: string, notices: NoticeLog, limits: ArchiveLimits): Promise<Member[]> {
  const files = new Set<string>();
  const links: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      const name = `${folder}${entry.name}`;
      if (isHidden(entry.name)) continue;
      if (entry.isDirectory()) folders.push(`${name}/`);
      else if (entry.isSymbolicLink()) links.push(name);
      else if (entry.isFile()) files.add(name);
    }
    if (files.size + links.length + folders.length > limits.members) {
      const problem = `the folder has more than the ${limits.members} files that are read`;
      throw new ArchiveLimitError("members", problem, { file: root });
    }
  }
  const real = await realpath(root);
  const targets = new Set(files);
  for (const link of links.sort()) {
    const target = await realpath(join(root, link)).catch(() => "");
    const name = relative(real, target).replaceAll(sep, "/");
    const isInside = target === real || target.startsWith(real.endsWith(sep) ? real : real + sep);
    const isFile = isInside && (await stat(target)).isFile();
    if (!isInside || (!isFile && isHidden(name))) {
      const message = "links that lead out of their folder, to a hidden folder or to nothing, left out";
      notices.add("outside-link", message, { file: printable(join(root, link)) });
    }
    if (!isFile || targets.has(name)) continue;
    targets.add(name);
    files.add(link);
  }
  return [...files]
    .map((file): Member => {
      const place = join(root, file);
      return { name: printable(file), place, chunks: () => readChunks(place) };
    })
    .sort(byName);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new UnavailableError(`${printable(folder)} cannot be read: ${printable(cause.message)}`, { cause });
  }
}
