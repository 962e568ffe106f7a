import { stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { ArchiveLimitError, EmptyFileError, NoFilesError } from "../../corpus/errors.ts";
import { printable } from "../../quote.ts";
import { archiveLimits, type ArchiveLimits, type UnpackBudget } from "./archive-limits.ts";
import { mayBeTable } from "../csv/columns.ts";
import { setAside, type SettingAside } from "../set-aside.ts";
import { listFolder } from "./folder.ts";
import { folderOf, isCompanion, type Member } from "./member.ts";
import { isParquet, parquetLines } from "./parquet.ts";
import { bufferBytes, fileBytes, type RandomAccess } from "./random-access.ts";
import { readChunks, SourceFile, type OpenSibling, type Surroundings } from "./source-file.ts";
import { gunzip, isGzip } from "./unpack.ts";
import { isZip, ZipArchive } from "./zip-archive.ts";

/** A file to read, unpacked; `isAlone` if the path that was named holds no other file. */
export interface Source {
  readonly file: SourceFile;
  readonly isAlone: boolean;
}

interface Opening {
  /** The path that was named. */
  readonly named: string;
  readonly context: SettingAside;
  readonly limits: ArchiveLimits;
  readonly isAlone: boolean;
  /** Errors of the files that were left out. */
  readonly failures?: unknown[];
  /** Budget of the archive that is being read. */
  readonly budget?: UnpackBudget;
  /** Whether that archive is itself inside an archive. */
  readonly isNested?: boolean;
}

/**
 * Opens the files of a path one after the other: a single file; all files below a folder; all files of a zip, which may
 * be inside a folder or another zip; all sorted by name. Gzip is unpacked everywhere, and Parquet read as JSON Lines.
 * Both are recognized by content, not by name. Hidden files, companions (see isCompanion) and empty files are left out, the last with a
 * notice. Nothing is written to disk. Close each file before requesting the next.
 * @throws {InputMissingError} if the path does not exist; EmptyFileError for an empty file; NoFilesError for a folder
 * or archive without a file to read; DamagedArchiveError, ArchiveLimitError, PackedMemberError, MemberNameError for
 * archives
 */
export async function* openSources(
  path: string,
  context: SettingAside,
  limits: ArchiveLimits = archiveLimits,
): AsyncGenerator<Source> {
  const failures: unknown[] = [];
  const opening: Opening = { named: path, context, limits, isAlone: true, failures };
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const file: Member = { name: path, place: path, chunks: () => readChunks(path) };
  let isEmpty = true;
  const sources = isFolder
    ? openMembers(path, await listFolder(path, context.notices, limits), opening)
    : openMember(path, file, aroundOnDisk(path, limits), opening);
  for await (const source of sources) {
    isEmpty = false;
    yield source;
  }
  if (isEmpty) throw failures[0] ?? new NoFilesError(path);
}

/** The file of a path that is neither folder nor archive, and whether it is packed as Parquet. Close it. */
export async function openAlone(path: string): Promise<{ readonly file: SourceFile; readonly isParquet: boolean }> {
  const file = await SourceFile.open(path);
  if (!isParquet(file.probe.bytes)) return { file, isParquet: false };
  await file.close();
  return { file: await openParquet(path, await fileBytes(path)), isParquet: true };
}

const openParquet = (path: string, bytes: RandomAccess): Promise<SourceFile> =>
  SourceFile.open(path, { chunks: parquetLines(bytes, path) });

/**
 * The files of an opened zip, which is closed at the end.
 * @param path path of the archive for messages
 */
export async function* openArchive(
  archive: ZipArchive,
  path: string,
  opening: Omit<Opening, "budget">,
): AsyncGenerator<Source> {
  try {
    yield* openMembers(path, archive.members, { ...opening, budget: archive.budget });
  } finally {
    await archive.close();
  }
}

async function* openMembers(root: string, members: readonly Member[], opening: Opening): AsyncGenerator<Source> {
  const byName = new Map(members.map((member) => [member.name, member]));
  const pathOf = (name: string): string => (root.endsWith("/") ? root + name : `${root}/${name}`);
  const wanted = members.filter(({ name }) => !isCompanion(name, byName));
  const openNamed = (name: string, around: Surroundings): Promise<SourceFile> | undefined => {
    const member = byName.get(name);
    return member && openFile(pathOf(name), member.chunks(), opening, { ...around, allowEmpty: true });
  };
  for (const member of wanted) {
    const folder = folderOf(member.name);
    const { place } = member;
    const around: Surroundings = {
      folder: folderOf(pathOf(member.name).slice(opening.named.length).replace(/^\//, "")),
      sibling: async (name) => (isPlainName(name) ? openNamed(folder + printable(name), around) : undefined),
      above: async (name) => {
        if (place !== undefined) return aboveOnDisk(place, name, opening.limits);
        for (let at = folder; at !== "";) {
          at = folderOf(at.slice(0, -1));
          const file = await openNamed(at + name, {});
          if (file) return file;
        }
        return undefined;
      },
      elsewhere: (name) =>
        members.flatMap((other) =>
          basename(other.name) === name && folderOf(other.name) !== folder ? [pathOf(other.name)] : [],
        ),
    };
    const path = pathOf(member.name);
    try {
      yield* openMember(path, member, around, { ...opening, isAlone: opening.isAlone && wanted.length === 1 });
    } catch (error) {
      if (!(error instanceof EmptyFileError)) {
        setAside(path, error, opening.context);
        opening.failures?.push(error);
        continue;
      }
      opening.context.notices.add("empty-file", "empty files in folders and archives, left out", { file: path });
    }
  }
}

/**
 * Opens a file or, if it is a zip, its files, since INCEpTION's project exports hold a zip for each text. A zip nested
 * deeper stays a file.
 */
async function* openMember(
  path: string,
  { place, chunks }: Member,
  around: Surroundings,
  opening: Opening,
): AsyncGenerator<Source> {
  const given = chunks();
  const { first, whole } = await peek(given);
  if (place !== undefined && isZip(first)) {
    await given.return(undefined);
    const archive = await ZipArchive.open(await fileBytes(place), path, opening.limits);
    yield* openArchive(archive, path, opening);
  } else if (place === undefined && !opening.isNested && isZip(first)) {
    const bytes = await nestedBytes(whole, path, opening.limits);
    const archive = await ZipArchive.open(bytes, path, opening.limits, opening.budget);
    yield* openArchive(archive, path, { ...opening, isNested: true });
  } else if (isParquet(first)) {
    const bytes = place === undefined ? await nestedBytes(whole, path, opening.limits) : await fileBytes(place);
    await given.return(undefined);
    yield { file: await openParquet(path, bytes), isAlone: opening.isAlone };
  } else {
    // In brat, an empty file means that its text has no annotations.
    const allowEmpty = /\.(ann|a1|a2)(\.gz)?$/i.test(path);
    const readsUtf16 = (head: string): boolean => mayBeTable(head, path, opening.context.settings?.fields);
    const options = { ...around, allowEmpty, readsUtf16 };
    yield { file: await openFile(path, whole, opening, options), isAlone: opening.isAlone };
  }
}

/** Reads a zip or a Parquet file inside a zip into memory, since its directory needs random access. */
async function nestedBytes(
  chunks: AsyncGenerator<Buffer>,
  path: string,
  { nestedBytes }: ArchiveLimits,
): Promise<RandomAccess> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > nestedBytes) {
      const problem = `it is packed within a zip and has more than the ${nestedBytes} bytes that are read of such`;
      throw new ArchiveLimitError("nestedBytes", problem, { file: path });
    }
    read.push(chunk);
  }
  return bufferBytes(Buffer.concat(read));
}

async function openFile(
  path: string,
  chunks: AsyncGenerator<Buffer>,
  { limits, budget }: Pick<Opening, "limits" | "budget">,
  options: Surroundings & { allowEmpty: boolean; readsUtf16?: (head: string) => boolean },
): Promise<SourceFile> {
  const { first, whole } = await peek(chunks);
  const unpacked = isGzip(first) ? gunzip(whole, { file: path }, limits, budget) : whole;
  return SourceFile.open(path, { chunks: unpacked, ...options });
}

/** Whether a name cannot lead out of its folder. */
const isPlainName = (name: string): boolean => basename(name) === name && !["", ".", ".."].includes(name);

const isFileOnDisk = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;

function aroundOnDisk(path: string, limits: ArchiveLimits): Surroundings {
  const sibling: OpenSibling = async (name) => {
    const beside = join(dirname(path), name);
    if (!isPlainName(name) || !(await isFileOnDisk(beside))) return undefined;
    return openFile(beside, readChunks(beside), { limits }, { sibling, allowEmpty: true });
  };
  return { sibling, above: (name) => aboveOnDisk(path, name, limits) };
}

/**
 * Finds a file in the folders above, even above the folder that was named: brat keeps the settings of a collection in
 * its topmost folder.
 */
async function aboveOnDisk(path: string, name: string, limits: ArchiveLimits): Promise<SourceFile | undefined> {
  for (let folder = dirname(resolve(path)); dirname(folder) !== folder;) {
    folder = dirname(folder);
    const found = join(folder, name);
    if (!isPlainName(name) || !(await isFileOnDisk(found))) continue;
    const shown = relative(process.cwd(), found);
    return openFile(
      printable(shown.startsWith("..") ? found : shown),
      readChunks(found),
      { limits },
      { allowEmpty: true },
    );
  }
  return undefined;
}

/** The first four bytes (fewer in a shorter file), and an iterator over all bytes. */
async function peek(chunks: AsyncGenerator<Buffer>): Promise<{ first: Buffer; whole: AsyncGenerator<Buffer> }> {
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < 4;) {
    const { value, done } = await chunks.next();
    if (done) break;
    read.push(value);
    bytes += value.length;
  }
  async function* whole(): AsyncGenerator<Buffer> {
    try {
      yield* read.splice(0);
      yield* chunks;
    } finally {
      await chunks.return(undefined);
    }
  }
  return { first: Buffer.concat(read), whole: whole() };
}
