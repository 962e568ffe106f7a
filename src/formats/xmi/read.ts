import type { Document } from "../../corpus/document.ts";
import type { DeclaredType } from "../inception/cas.ts";
import { readCas } from "../inception/read.ts";
import type { ReadContext } from "../format.ts";
import type { SourceFile } from "../source/source-file.ts";
import { parseXmi } from "./parse.ts";
import { parseTypeSystem } from "./type-system.ts";

/** File names of the type system, as INCEpTION and DKPro write it. */
const names = ["TypeSystem.xml", "typesystem.xml"];

/** Reads the document of a file, with the type system beside or above it, if there is one. */
export async function* readXmi(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const typesOf = await readTypeSystem(file);
  yield* readCas(file, context, {
    name: "xmi",
    ending: /\.(?:xmi|xml)$/i,
    parse: (text, fields, at) => parseXmi(text, typesOf(), fields, at),
  });
}

/**
 * @returns a function that gives the types; it throws their error while the document is read, which may then be left out
 */
async function readTypeSystem(file: SourceFile): Promise<() => ReadonlyMap<string, DeclaredType>> {
  for (const name of names) {
    const beside = (await file.sibling(name)) ?? (await file.above(name));
    if (!beside) continue;
    try {
      const text = await beside.text();
      return () => parseTypeSystem(text, { file: beside.path });
    } catch (error) {
      return () => {
        throw error;
      };
    } finally {
      await beside.close();
    }
  }
  return () => new Map();
}
