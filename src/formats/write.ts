import type { Document } from "../corpus/document.ts";
import { reduceTo } from "./features.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "./format.ts";

/**
 * Writes documents in a format, as a stream. Features that the format does not hold are left out and counted in
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
