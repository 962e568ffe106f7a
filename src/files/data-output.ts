import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { writeFailure } from "./failures.ts";
import { UsageError } from "../errors.ts";
import { FilePieces, FolderPieces, type PieceSink, type WrittenBytes } from "./pieces.ts";
import { StagedFolder } from "./staged-folder.ts";
import { forget, temporaryBeside } from "./temporary.ts";

/** An output that keeps its former content until `close` has put the new one in its place. */
export type DataOutput = PieceSink;

/**
 * Opens a file or a folder to be written. A name that ends in `.gz` gives a gzip file.
 * @throws UsageError if something is there that may not be replaced; UnavailableError if nothing can be written.
 */
export async function openDataOutput(
  path: string,
  { layout }: { readonly layout: "file" | "folder" },
  { overwrite }: { readonly overwrite: boolean },
): Promise<DataOutput> {
  if (layout === "folder") return stagedFolder(await StagedFolder.create(path, { overwrite }));
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() || /[\\/]$/.test(path)) {
    const found = there?.isDirectory() ? "is a folder" : "ends in a slash, as a folder does";
    throw new UsageError(
      `The output ${path} ${found}, and a file is to be written: name the file, as ${path.replace(/[\\/]+$/, "")}/NAME.`,
    );
  }
  const gzip = path.endsWith(".gz");
  // A pipe or a device is written as it is: no rename can take its place.
  if (there && !there.isFile()) return new FilePieces(path, { gzip, flags: "w" });
  await requireFree(path, { overwrite });
  return stagedFile(path, gzip);
}

/** @throws UsageError if something is at the place of an output that may not be replaced */
export async function requireFree(path: string, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
  if (overwrite || !(await stat(path).catch(() => undefined))) return;
  throw new UsageError(`The output ${path} is there already. Choose another name, or add --overwrite to replace it.`);
}

function stagedFile(path: string, gzip: boolean): DataOutput {
  const temporary = temporaryBeside(resolve(path));
  const pieces = new FilePieces(temporary, { gzip, isDurable: true });
  const underItsName = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      // The user does not know the temporary name.
      if (error instanceof Error) error.message = error.message.replace(temporary, path);
      throw error;
    });
  return {
    write: (piece) => {
      const writing = pieces.write(piece);
      return writing && underItsName(writing);
    },
    async close() {
      const written = await underItsName(pieces.close());
      await rename(temporary, path).catch((error: unknown) => {
        throw writeFailure(path, error);
      });
      forget(temporary);
      return written;
    },
    async abandon() {
      await pieces.abandon();
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to report
      forget(temporary);
    },
  };
}

function stagedFolder(staged: StagedFolder): DataOutput {
  const pieces = new FolderPieces(staged.folder);
  return {
    write: (piece) => pieces.write(piece),
    async close(): Promise<WrittenBytes> {
      const written = await pieces.close();
      await staged.commit();
      return written;
    },
    async abandon() {
      await pieces.abandon();
      await staged.discard();
    },
  };
}
