import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { writeFailure } from "../../checkpoint/checkpoint-error.ts";
import { UsageError } from "../../errors.ts";
import type { FormatWriter } from "../../formats/format.ts";
import { FilePieces, FolderPieces, type PieceSink, type WrittenBytes } from "./pieces.ts";
import { StagedFolder } from "./staged-folder.ts";
import { forget, temporaryBeside } from "../../checkpoint/temporary.ts";

/** A place that holds all that was written once it is closed, and what it held before as long as it is not. */
export type DataOutput = PieceSink;

/**
 * Opens a file or folder for a format's writer. A name that ends in `.gz` gives a packed file.
 * @throws UsageError where there is something already that may not be replaced; UnavailableError where nothing can be
 * written.
 */
export async function openDataOutput(
  path: string,
  { layout }: Pick<FormatWriter, "layout">,
  { overwrite }: { readonly overwrite: boolean },
): Promise<DataOutput> {
  if (layout === "folder") return stagedFolder(await StagedFolder.create(path, { overwrite }));
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new UsageError(`The output ${path} is a folder, and a file is to be written.`);
  const gzip = path.endsWith(".gz");
  // A pipe or a device has no name to be put in the place of.
  if (there && !there.isFile()) return new FilePieces(path, { gzip, flags: "w" });
  if (there && !overwrite) {
    throw new UsageError(`The output ${path} is there already. Choose another name, or add --overwrite to replace it.`);
  }
  return stagedFile(path, gzip);
}

function stagedFile(path: string, gzip: boolean): DataOutput {
  const temporary = temporaryBeside(resolve(path));
  const pieces = new FilePieces(temporary, { gzip, isDurable: true });
  const told = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      // Nobody knows the file by its temporary name.
      if (error instanceof Error) error.message = error.message.replace(temporary, path);
      throw error;
    });
  return {
    write: (piece) => told(pieces.write(piece)),
    async close() {
      const written = await told(pieces.close());
      await rename(temporary, path).catch((error: unknown) => {
        throw writeFailure(path, error);
      });
      forget(temporary);
      return written;
    },
    async abandon() {
      await pieces.abandon();
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one worth telling
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
