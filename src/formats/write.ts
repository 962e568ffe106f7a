import type { Document } from "../corpus/document.ts";
import { reduceTo } from "./features.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "./format.ts";

/**
 * The documents as a format writes them, in a stream. What the format does not hold is left out and counted in
 * `context.notices` under `lost-<feature>`.
 */
export async function* writeDocuments(
  documents: AsyncIterable<Document> | Iterable<Document>,
  writer: FormatWriter,
  context: WriteContext,
): AsyncGenerator<OutputPiece> {
  async function* held(): AsyncGenerator<Document> {
    for await (const document of documents) {
      const kept = reduceTo(writer.holds, document, context.noRelationLabel, context.notices);
      if (kept) yield kept;
    }
  }
  yield* writer.write(held(), context);
}
