import { add, concat, reshape, split, type Dim, type Tensor } from "../../autodiff/index.ts";
import { product } from "../../autodiff/dims.ts";
import type { Objective } from "../../nn/objectives.ts";
import type { TokenEncoding } from "../../tokenization/inputs/token-encoding.ts";
import type { Encoding } from "../../tokenization/inputs/encoding.ts";
import type { Head, RowRange } from "./head.ts";

/** Two heads over one encoder. */
export interface JointHeads {
  /** Scores pairs of mentions; config.json names its architecture. */
  readonly pairs: Head;
  /** The number of labels of a pair. */
  readonly labels: number;
  /** Finds entities by the states of words, its weights under names of their own. */
  readonly entities: Head;
  /** The number of its classes. */
  readonly classes: number;
}

/** Whether entities are to be found in a text; else pairs are scored in it. */
const isBare = (encoding: Encoding): encoding is TokenEncoding => "core" in encoding;

/**
 * Both heads in one pass. A batch holds texts with their mentions, in which pairs are scored, and bare texts, in which entities
 * are found: no mention stands in a bare text, so that its words cannot give the entities away. The logits are those of all
 * pairs and then those of all words, one below the other, [labels*pairs+classes*rows, 1].
 */
export function jointHead({ pairs, labels, entities, classes }: JointHeads): Head {
  const sizes: readonly [Dim, Dim] = [product([pairs.rows, labels]), product([entities.rows, classes])];
  return {
    name: pairs.name,
    reads: "both",
    rows: pairs.rows,
    statesPerRow: pairs.statesPerRow,
    ...(pairs.wordsPerRow === undefined ? {} : { wordsPerRow: pairs.wordsPerRow }),
    ...(pairs.terms ? { terms: pairs.terms } : {}),
    bias: pairs.bias,
    parameters: (given) => [...pairs.parameters(given, labels), ...entities.parameters(given, classes)],
    features: (builder, states, hiddenSize) => pairs.features(builder, states, hiddenSize),
    logits(builder, states, given) {
      const both = [pairs.logits(builder, states, given), entities.logits(builder, states, given)];
      return concat(
        both.map((logits, i) => reshape(logits, [sizes[i]!, 1])),
        0,
      );
    },
    inputs: (batch) => pairs.inputs(batch),
    feeds: (batch) => new Map([...pairs.feeds(batch), ...entities.feeds(batch)]),
    exported: (given) => new Map([...(pairs.exported?.(given) ?? []), ...(entities.exported?.(given) ?? [])]),
    outputs(logits) {
      const [first, second] = split(logits, 0, sizes);
      const found = entities.outputs!(reshape(second!, [entities.rows, classes]));
      return new Map([
        ["relation_logits", reshape(first!, [pairs.rows, labels])],
        ["entity_logits", found.get("logits")!],
      ]);
    },
    rowsOf(encodings, batch) {
      const ofPairs = pairs.rowsOf(encodings, batch);
      const ofWords = entities.rowsOf(encodings, batch);
      const first = batch.pairCount * labels;
      return encodings.map((encoding, text): RowRange => {
        const [{ start, count }, width, from] = isBare(encoding)
          ? ([ofWords[text]!, classes, first] as const)
          : ([ofPairs[text]!, labels, 0] as const);
        return { start: from + start * width, count: count * width };
      });
    },
    condense: (rows, encoding) =>
      (isBare(encoding) ? entities.condense?.(rows, encoding, classes) : undefined) ?? rows.slice(),
    objective(options) {
      const ofPairs = pairs.objective(options);
      const ofEntities = entities.objective({
        ...options,
        isMultiLabel: false,
        labelWeights: undefined,
        prefix: "entity_",
      });
      return jointObjective(ofPairs, ofEntities, { sizes, pairs, entities, labels, classes });
    },
  };
}

/** The labels of a batch: the number of those of pairs, these, and those of words. */
export function jointLabels(ofPairs: readonly number[], ofWords: readonly Int32Array[]): Int32Array {
  const labels = new Int32Array(1 + ofPairs.length + ofWords.reduce((sum, { length }) => sum + length, 0));
  labels[0] = ofPairs.length;
  labels.set(ofPairs, 1);
  let end = 1 + ofPairs.length;
  for (const one of ofWords) {
    labels.set(one, end);
    end += one.length;
  }
  return labels;
}

/**
 * The sum of both losses, each a mean over what a batch has of it. Rows are not counted, since pairs and words cannot be
 * counted together: micro-batches of a step weigh alike.
 */
function jointObjective(
  ofPairs: Objective,
  ofEntities: Objective,
  { sizes, pairs, entities, labels: numLabels, classes }: JointHeads & { readonly sizes: readonly [Dim, Dim] },
): Objective {
  return {
    loss(logits: Tensor) {
      const [first, second] = split(logits, 0, sizes);
      const parts = [
        ofPairs.loss(reshape(first!, [pairs.rows, numLabels])),
        ofEntities.loss(reshape(second!, [entities.rows, classes])),
      ];
      return { loss: add(parts[0]!.loss, parts[1]!.loss), inputs: parts.flatMap(({ inputs }) => inputs) };
    },
    countRows: () => 1,
    feeds(labels, _, batches, whole = labels) {
      const [own, all] = [parted(labels), parted(whole)];
      const mean = (objective: Objective, kind: "pairs" | "words", width: number) =>
        // A batch may have none of one kind.
        objective.feeds(own[kind], width, batches * (objective.countRows(all[kind], width) || 1));
      return new Map([...mean(ofPairs, "pairs", numLabels), ...mean(ofEntities, "words", classes)]);
    },
  };
}

/** Takes the labels that `jointLabels` joins apart. */
function parted(labels: Int32Array): { readonly pairs: Int32Array; readonly words: Int32Array } {
  const end = 1 + labels[0]!;
  return { pairs: labels.subarray(1, end), words: labels.subarray(end) };
}
