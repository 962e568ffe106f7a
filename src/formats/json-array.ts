import type { OutputPiece } from "./format.ts";

/** Writes one JSON array with an element per item and per line. */
export async function* jsonArray<T>(
  items: AsyncIterable<T>,
  toElement: (item: T) => unknown,
): AsyncGenerator<OutputPiece> {
  let before = "[\n";
  for await (const item of items) {
    yield { text: before + JSON.stringify(toElement(item)) };
    before = ",\n";
  }
  yield { text: before === "[\n" ? "[]\n" : "\n]\n" };
}
