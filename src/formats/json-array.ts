import type { OutputPiece } from "./format.ts";

/** One JSON array with an element for each item, an element on a line. */
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
