import type { Document } from "../corpus/document.ts";
import { openDataOutput } from "../files/data-output.ts";
import { PredictionsPage } from "./predictions-page.ts";

export interface PredictionsPageOptions {
  /** The HTML file. */
  readonly path: string;
  readonly overwrite: boolean;
  readonly title: string;
  readonly subtitle: string;
}

export interface WrittenPage {
  readonly documents: number;
  readonly entities: number;
  readonly relations: number;
}

/**
 * Writes a page of texts with what was found in them, in a stream; the file is there as a whole at the end or not at all.
 * @yields the number of texts so far
 * @throws UsageError for a file that is there already; UnavailableError if it cannot be written
 */
export async function* writePredictionsPage(
  predicted: AsyncIterable<Document>,
  { path, overwrite, ...titles }: PredictionsPageOptions,
): AsyncGenerator<number, WrittenPage> {
  const output = await openDataOutput(path, { layout: "file" }, { overwrite });
  const page = new PredictionsPage(titles);
  let [documents, entities, relations] = [0, 0, 0];
  let isWritten = false;
  try {
    await output.write({ text: page.beginning });
    for await (const document of predicted) {
      documents++;
      entities += document.entities.length;
      relations += document.relations.length;
      await output.write({ text: page.text(document) });
      yield documents;
    }
    await output.write({ text: page.ending() });
    await output.close();
    isWritten = true;
  } finally {
    if (!isWritten) await output.abandon();
  }
  return { documents, entities, relations };
}
