import type { Document } from "../corpus/document.ts";
import { UsageError } from "../errors.ts";
import { picked } from "../generators.ts";
import { reduceTo } from "./features.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "./format.ts";
import { formatNames, type FormatName } from "./names.ts";
import { formats } from "./registry.ts";

/**
 * Writes documents in a format, as a stream. Features that the format does not hold are left out and counted in
 * `context.notices` under `lost-<feature>`.
 */
export function writeDocuments(
  documents: AsyncIterable<Document> | Iterable<Document>,
  writer: FormatWriter,
  context: WriteContext,
): AsyncGenerator<OutputPiece> {
  const held = picked(documents, (document) =>
    reduceTo(writer.holds, document, context.noRelationLabel, context.notices),
  );
  return writer.write(held, context);
}

/**
 * The writer of a format.
 * @param toFields the value of --to-fields, if given
 * @throws UsageError for a format that is only read, and for fields that it does not look at
 */
export function requireWriter(name: FormatName, toFields?: string): FormatWriter {
  const { writer } = formats[name];
  if (!writer) {
    const written = formatNames.filter((other) => formats[other].writer);
    throw new UsageError(`${name} is only read. Formats that are written: ${written.join(", ")}.`);
  }
  if (toFields !== undefined && !writer.usesFields) {
    const others = formatNames.filter((other) => formats[other].writer?.usesFields);
    throw new UsageError(
      `--to-fields does nothing here: it is about writing ${others.join(", ")}, not ${name}. Leave it out.`,
    );
  }
  return writer;
}
