import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import {
  convertData,
  formatNotice,
  readCorpus,
  UserError,
  type ConvertOptions,
  unitsOfText,
  type Document,
  type TextUnit,
  type UnitedText,
} from "../../../index.ts";
import { Fault } from "../fault.ts";

/** Runs work in a folder that is gone afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "relata-page-"));
  try {
    return await work(folder);
  } catch (error) {
    // The folder is the server's affair.
    if (error instanceof UserError) throw new Fault(422, withoutFolder(error.message, folder));
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const withoutFolder = (text: string, folder: string): string => text.replaceAll(`${folder}/`, "");

export interface ReadFile {
  readonly documents: readonly Document[];
  readonly notices: readonly string[];
  /** How a plain text was cut into documents, and how it could be. */
  readonly texts?: Pick<UnitedText, "unit" | "counts">;
}

/** Reads a file that a browser sent: annotations of any format, or a text. @throws Fault 422 with the reader's advice */
export function readSent(name: string, bytes: Uint8Array, asked?: TextUnit): Promise<ReadFile> {
  const plain =
    basename(name)
      .replaceAll(/[^\p{L}\p{N}._-]/gu, "_")
      .slice(-100) || "file";
  if (extname(plain).toLowerCase() === ".txt") {
    const { documents, ...texts } = unitsOfText(plain, new TextDecoder().decode(bytes), asked);
    return Promise.resolve({ documents, notices: [], texts });
  }
  const bare = bareTexts(bytes);
  if (bare) return Promise.resolve({ documents: bare, notices: [] });
  return inFolder(async (folder) => {
    const path = join(folder, plain);
    await writeFile(path, bytes);
    const { documents, notices } = await readCorpus(path, { skipInvalid: true, fewestEntities: 0 });
    return { documents, notices: notices.map((notice) => withoutFolder(formatNotice(notice), folder)) };
  });
}

/** Documents in a format, as the bytes of one file. @throws Fault 422 for a format that is a folder, or is not written */
export function written(to: string, documents: readonly object[]): Promise<{ bytes: Buffer; extension: string }> {
  return inFolder(async (folder) => {
    const input = join(folder, "predictions.jsonl");
    await writeFile(input, documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
    const output = join(folder, "out");
    await convertData(input, output, { to: to as ConvertOptions["to"], format: "relata" }).result;
    if ((await stat(output)).isDirectory())
      throw new Fault(
        422,
        `to: ${to} is a folder of files. Choose another, and bring it there with relata data convert.`,
      );
    const bytes = await readFile(output);
    return { bytes, extension: extensionOf(bytes.toString("utf8").trim()) };
  });
}

/** The extension that other programs expect for a content. */
function extensionOf(text: string): string {
  if (text.startsWith("<")) return "xml";
  const first = text.split("\n", 1)[0]!;
  const isJson = (part: string): boolean => {
    try {
      return typeof JSON.parse(part) === "object";
    } catch {
      return false;
    }
  };
  if (text.startsWith("{") && isJson(first)) return "jsonl";
  return isJson(text) ? "json" : "txt";
}

/** JSON Lines of texts alone, which no annotation format has: `{"text": …}`, perhaps with an id. Undefined for others. */
export function bareTexts(bytes: Uint8Array): Document[] | undefined {
  const lines = new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const documents: Document[] = [];
  for (const [i, line] of lines.entries()) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return undefined;
    }
    const { text, id, ...rest } = (value ?? {}) as Record<string, unknown>;
    const isBare = Object.keys(rest).every((key) => key === "metadata" || key === "meta");
    if (typeof text !== "string" || !isBare) return undefined;
    const name = typeof id === "string" || typeof id === "number" ? String(id) : String(i + 1);
    documents.push({ id: name, text, entities: [], relations: [] });
  }
  return documents.length > 0 ? documents : undefined;
}
