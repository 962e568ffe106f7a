import { reshape } from "../../autodiff/index.ts";
import { denseHead, type Head } from "./head.ts";

/**
 * Classifies every token of a text by its state, as `LukeForTokenClassification` and its siblings do. Padding has rows
 * too.
 */
export const tokenHead: Head = denseHead({
  name: "token",
  reads: "words",
  rows: "batch*words",
  statesPerRow: 1,
  wordsPerRow: 1,
  bias: true,
  features: (_, { words }, H) => reshape(words!, ["batch*words", H]),
  inputs: () => new Map(),
  rowsOf: (encodings, { words }) =>
    encodings.map(({ inputIds }, text) => ({ start: text * words, count: inputIds.length })),
});
