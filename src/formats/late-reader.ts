import type { Document } from "../corpus/document.ts";
import type { AnnotationFormat } from "./format.ts";

type Reader = AnnotationFormat["read"];

/**
 * A reader that is loaded when the first file of its format is read. Most runs read one format, and to load the readers of all
 * would take longer than to read a small file.
 */
export function lateReader(load: () => Promise<Reader>): Reader {
  return (file, context) => {
    let loaded: AsyncIterator<Document> | undefined;
    const first = async (): Promise<IteratorResult<Document>> => {
      const read = await load();
      loaded = read(file, context)[Symbol.asyncIterator]();
      return loaded.next();
    };
    const documents: AsyncIterator<Document, void> = {
      next: () => (loaded ? loaded.next() : first()),
      return: async () => {
        await loaded?.return?.();
        return { value: undefined, done: true };
      },
    };
    return { [Symbol.asyncIterator]: () => documents };
  };
}
