import type { Document } from "../corpus/document.ts";
import { NoticeLog, type Notice } from "../corpus/notices.ts";
import type { FormatName } from "./names.ts";
import { requireWriter, writeDocuments } from "./write.ts";
import { openDataOutput } from "../files/data-output.ts";

export interface PreAnnotationOptions {
  readonly to: FormatName;
  /** A file, or for some formats a folder. */
  readonly output: string;
  readonly overwrite: boolean;
  readonly noRelationLabel: string;
  /** Name of the model, for tools that show it. */
  readonly modelVersion: string;
  readonly fields: string | undefined;
  /** Whether tools that keep predictions apart are to take them for such; true if not given. */
  readonly predictions?: boolean;
}

export interface PreAnnotationResult {
  readonly documents: number;
  readonly relations: number;
  readonly entities: number;
  readonly files: number;
  /** Reports what the format does not hold. */
  readonly losses: readonly Notice[];
}

/**
 * Writes predictions for an annotation tool, in a stream; the output is there as a whole at the end or not at all.
 * @yields the number of documents so far
 * @throws UsageError for a format that is only read and for an output that may not be replaced.
 */
export async function* preAnnotate(
  predicted: AsyncIterable<Document>,
  { to, output, overwrite, predictions = true, ...context }: PreAnnotationOptions,
): AsyncGenerator<number, PreAnnotationResult> {
  const writer = requireWriter(to, context.fields);
  const target = await openDataOutput(output, writer, { overwrite });
  const notices = new NoticeLog();
  let [documents, relations, entities] = [0, 0, 0];
  async function* counted(): AsyncGenerator<Document> {
    for await (const document of predicted) {
      documents++;
      relations += document.relations.length;
      entities += document.entities.length;
      yield document;
    }
  }
  let isWritten = false;
  try {
    const writing = writeDocuments(counted(), writer, {
      ...context,
      notices,
      predictions,
      symmetricLabels: new Set(),
    });
    for await (const piece of writing) {
      await target.write(piece);
      yield documents;
    }
    const { files } = await target.close();
    isWritten = true;
    return { documents, relations, entities, files, losses: notices.list() };
  } finally {
    if (!isWritten) await target.abandon();
  }
}
