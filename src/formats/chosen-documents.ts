import { open, stat } from "node:fs/promises";
import { CopyIndex } from "../corpus/copies/copy-index.ts";
import type { Copy } from "../corpus/copies/copy-plan.ts";
import type { Document } from "../corpus/document.ts";
import { sharedId } from "../corpus/copies/entry.ts";
import { repeatCounter } from "../corpus/copies/repeats.ts";
import { CorpusReading } from "../formats/reading.ts";
import type { FormatSettings } from "../formats/settings.ts";
import { isZip } from "../formats/source/zip-archive.ts";
import { DocumentStream, type WrittenFormat } from "./document-stream.ts";

export interface ChosenDocuments {
  readonly reading: CorpusReading;
  readonly stream: DocumentStream;
  /** With one for each text: of copies by several annotators the one that the settings say. */
  readonly documents: () => AsyncGenerator<Document>;
}

export interface ChoosingOptions {
  /** Whether ids of one file are looked at, too; memory then grows with the file. */
  readonly uniqueIds: boolean;
  /** The format that is written of them, if one is. */
  readonly written?: WrittenFormat;
  /** Is handed the copies of each text that has several; then, without `annotator`, all of them stay documents. */
  readonly onCopies?: (copies: readonly Copy[]) => void;
}

/**
 * The documents of annotation files, one at a time. Where copies of a text may lie in several files, those are read
 * twice, first to find the copies, then for their documents, so that memory does not grow with the texts. One small file
 * is held. In a large one, copies are only counted, unless they are chosen among or compared.
 * @throws as CopyIndex.plan, when documents are asked for
 */
export async function openChosen(
  paths: readonly string[],
  settings: FormatSettings,
  { uniqueIds, written, onCopies }: ChoosingOptions,
): Promise<ChosenDocuments> {
  const holdsSeveral = paths.length > 1 || (await Promise.all(paths.map(mayHoldSeveral))).includes(true);
  const isHeld = !holdsSeveral && (await isSmall(paths[0]));
  const comparesCopies = onCopies !== undefined;
  const areThere = (await Promise.all(paths.map(isThere))).every(Boolean);
  const isChosen = holdsSeveral || isHeld || (comparesCopies && areThere) || settings.annotator !== undefined;
  const reading = new CorpusReading({ settings, uniqueIds: uniqueIds && !isChosen, comparesCopies });
  const stream = await DocumentStream.open(paths, reading, written);
  if (!isChosen)
    return { reading, stream, documents: () => stream.documents(repeatCounter(reading.notices, messages)) };
  const choice = { ...settings, compares: comparesCopies, mayShareIds: !holdsSeveral && !uniqueIds };
  const isReadTwice = !isHeld && areThere;

  async function* documents(): AsyncGenerator<Document> {
    const index = new CopyIndex();
    let { symmetricLabels } = reading;
    let again: AsyncIterable<Document> | Iterable<Document>;
    if (isReadTwice) {
      const survey = new CorpusReading({ settings, uniqueIds: false, comparesCopies });
      for await (const document of (await DocumentStream.open(paths, survey, written)).documents()) index.add(document);
      ({ symmetricLabels } = survey);
      again = stream.documents();
    } else {
      // A pipe is read but once, and a small file need not be read again.
      const held: Document[] = [];
      for await (const document of stream.documents()) {
        index.add(document);
        held.push(document);
      }
      again = held;
    }
    const plan = index.plan(choice, reading.notices, symmetricLabels);
    if (onCopies) plan.onCopies = onCopies;
    for await (const document of again) yield* plan.take(document);
  }
  return { reading, stream, documents };
}

/** A file of up to so many bytes is held in memory. */
const heldBytes = 16 * 2 ** 20;

async function isSmall(path: string | undefined): Promise<boolean> {
  const there = path === undefined ? undefined : await stat(path).catch(() => undefined);
  // Packed files may be large.
  return there !== undefined && there.isFile() && there.size <= heldBytes && !/\.gz$/i.test(path ?? "");
}

const messages = {
  repeated:
    "documents with the name and text of an earlier one in this file, all kept; --annotator NAME, first or agreement " +
    "reads one of each",
  shared: sharedId.message,
};

/** Whether a path is one that can be read again: a file or a folder, and no pipe. */
const isThere = async (path: string): Promise<boolean> => {
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && (there.isFile() || there.isDirectory());
};

/** Whether a path is a folder or an archive. */
async function mayHoldSeveral(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile()) return there?.isDirectory() ?? false;
  const handle = await open(path).catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return isZip(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
