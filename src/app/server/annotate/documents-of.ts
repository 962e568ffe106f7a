import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  formatNotice,
  InputMissingError,
  joinSameTexts,
  readCorpus,
  unitsOfText,
  type Document,
  type JoinedTexts,
  type TextUnit,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { bareTexts } from "../page/document-files.ts";

/**
 * Reads the documents to annotate: annotations of any format, with entities and relations or without; JSON Lines of texts
 * alone; a text file, cut into documents by the unit, or a folder of them, each a document if no unit is asked for.
 * @throws UserError for a path that is not there, and for files that cannot be read
 */
export async function documentsOf(
  path: string,
  note: (line: string) => void,
  unit?: TextUnit,
): Promise<readonly Document[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw new InputMissingError(`Cannot annotate ${path}: no such file or folder. Check the path of --annotate.`);
  const texts = found.isDirectory() ? await textFiles(path, unit) : await plainTexts(path, note, unit);
  if (texts) return texts;
  const { documents, notices } = await readCorpus(path, { skipInvalid: true, fewestEntities: 0 });
  for (const notice of notices) note(formatNotice(notice));
  return documents;
}

/**
 * The documents, those of one text put together where they can be.
 * @param acted ids of documents of which the journal has acts, which name them: they stay documents of their own
 */
export function oneForEachText(
  given: readonly Document[],
  acted: ReadonlySet<string>,
  note: (line: string) => void,
): readonly Document[] {
  const joining = joinSameTexts(given, (id) => acted.has(id));
  repeatNotes(joining).forEach(note);
  return joining.documents;
}

/** Notes on documents with one text: put together, or shown apart. */
export function repeatNotes({ joined, apart }: Pick<JoinedTexts, "joined" | "apart">): string[] {
  const repeat = (count: number): string => `${plural(count, "document")} with the text of an earlier one`;
  return [
    ...(joined > 0 ? [`${repeat(joined)}, put together with it: each text is annotated once`] : []),
    ...(apart > 0
      ? [`${repeat(apart)} and annotations of its own, as by another annotator: each is shown by itself`]
      : []),
  ];
}

const textOf = async (path: string): Promise<string> => new TextDecoder().decode(await readFile(path));

/** The documents of a folder that has text files and nothing else, as annotations in brat's format have. */
async function textFiles(folder: string, unit: TextUnit = "file"): Promise<Document[] | undefined> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  if (names.length === 0 || !names.every((name) => name.endsWith(".txt"))) return undefined;
  const texts = await Promise.all(names.map(async (name) => unitsOfText(name, await textOf(join(folder, name)), unit)));
  return texts.flatMap(({ documents }) => documents);
}

async function plainTexts(
  path: string,
  note: (line: string) => void,
  asked: TextUnit | undefined,
): Promise<Document[] | undefined> {
  if (path.endsWith(".txt")) {
    const name = basename(path);
    const { documents, unit, counts } = unitsOfText(name, await textOf(path), asked);
    if (asked === undefined && counts.line > 1) {
      const as = unit === "line" ? `each of the ${counts.line} lines is a document` : "the whole file is one document";
      const others = `--text-unit line makes ${counts.line}, paragraph ${counts.paragraph}, file 1`;
      note(`${name}: ${as} (${others})`);
    }
    return documents;
  }
  return path.endsWith(".jsonl") ? bareTexts(await readFile(path)) : undefined;
}
