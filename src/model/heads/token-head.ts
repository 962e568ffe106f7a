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
  outputs: (logits) => new Map([["logits", reshape(logits, ["batch", "words", logits.shape[1]!])]]),
  rowsOf: (encodings, { words }) =>
    encodings.map(({ inputIds }, text) => ({ start: text * words, count: inputIds.length })),
});

/** The token head beside another head, its weights under names of their own. */
const tokenHeadBeside: Head = denseHead({ ...tokenHead, module: "entity_classifier" });

/** A head that finds entities, as it stands beside one that has the usual names; a biaffine head has its own anyway. */
export const withOwnNames = (head: Head): Head => (head.name === "token" ? tokenHeadBeside : head);
