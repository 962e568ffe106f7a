import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { formatNotice, InputMissingError, joinSameTexts, readCorpus, type Document } from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { bareTexts } from "../page/document-files.ts";

/**
 * Reads the documents to annotate: annotations of any format, with entities and relations or without; JSON Lines of texts
 * alone; a text file, or a folder of them.
 * @throws UserError for a path that is not there, and for files that cannot be read
 */
export async function documentsOf(path: string, log: (line: string) => void): Promise<readonly Document[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw new InputMissingError(`Cannot annotate ${path}: no such file or folder. Check the path of --annotate.`);
  const texts = found.isDirectory() ? await textFiles(path) : await plainTexts(path);
  if (texts) return texts;
  const { documents, notices } = await readCorpus(path, { skipInvalid: true, fewestEntities: 0 });
  for (const notice of notices) log(`note: ${formatNotice(notice)}`);
  return documents;
}

/**
 * The documents, those of one text put together where they can be.
 * @param acted ids of documents of which the journal has acts, which name them: they stay documents of their own
 */
export function oneForEachText(
  given: readonly Document[],
  acted: ReadonlySet<string>,
  log: (line: string) => void,
): readonly Document[] {
  const { documents, joined, apart } = joinSameTexts(given, (id) => acted.has(id));
  const repeat = (count: number): string => `note: ${plural(count, "document")} with the text of an earlier one`;
  if (joined > 0) log(`${repeat(joined)}, put together with it: each text is annotated once`);
  if (apart > 0) log(`${repeat(apart)} and annotations of its own, as by another annotator: each is shown by itself`);
  return documents;
}

const documentOf = async (path: string): Promise<Document> => ({
  id: basename(path),
  text: await readFile(path, "utf8"),
  entities: [],
  relations: [],
});

/** The documents of a folder that has text files and nothing else, as annotations in brat's format have. */
async function textFiles(folder: string): Promise<Document[] | undefined> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  if (names.length === 0 || !names.every((name) => name.endsWith(".txt"))) return undefined;
  return Promise.all(names.map((name) => documentOf(join(folder, name))));
}

async function plainTexts(path: string): Promise<Document[] | undefined> {
  if (path.endsWith(".txt")) return [await documentOf(path)];
  return path.endsWith(".jsonl") ? bareTexts(await readFile(path)) : undefined;
}
