import { typesRuleOut } from "./corpus/candidates.ts";
import type { Document } from "./corpus/document.ts";
import { nearestPairs } from "./corpus/nearest-pairs.ts";
import { decidingThreshold, decodePairs } from "./evaluation/decoding.ts";
import { Attributor } from "./model/attribution.ts";
import { beginReading, type OpenedFiles, type CheckpointOptions } from "./model/checkpoint-source.ts";
import { parseModelConfig, type ModelConfig } from "./model/config-file.ts";
import { openedEncoder, type OpenedEncoder } from "./model/encoders/encoder.ts";
import { parseManifest, type RelataManifest } from "./model/manifest.ts";
import { defaultBatchSizes, Scorer, type ScorerOptions } from "./model/scorer.ts";
import { rowsOf } from "./model/tasks/encoded.ts";
import type { Attribute, ExplainedPair, Explanation } from "./model/tasks/explanation.ts";
import { readGivenInput, type GivenInput } from "./model/tasks/given-input.ts";
import { encodeExamples } from "./model/tasks/relations/encode.ts";
import { explain as explainPair } from "./model/tasks/relations/explain.ts";
import { relationsTask } from "./model/tasks/relations/relations-task.ts";
import { open } from "./model/tasks/relations/store.ts";
import { storedReading } from "./model/tasks/relations/stored-reading.ts";
import type { Task } from "./model/tasks/task.ts";
import { sourceOf } from "./model/weights/byte-source.ts";
import { unpacked } from "./model/weights/packed/unpacked.ts";
import { readSafetensors } from "./model/weights/safetensors/read-source.ts";
import { InputMissingError, UsageError } from "./errors.ts";
import { givenDevice, type CreateSession } from "./runtime/given-device.ts";
import type { TokenizerFiles } from "./tokenization/tokenizers/tokenizer-files.ts";

/**
 * The library without Node: everything that a prediction needs, for bundlers. It reads no file and runs no graph; a
 * program passes the bytes of a model's files and a function that makes sessions (docs/browser.md).
 */
export { openSchema, type RelationSchema } from "./corpus/schema.ts";
export { readRelataLines } from "./formats/relata/read-lines.ts";
export { decodePairs, type DecodedPair } from "./evaluation/decoding.ts";
export { Scorer } from "./model/scorer.ts";
export type { ExplainedPair, Explanation, WordScore } from "./model/tasks/explanation.ts";
export type { GivenEntity, GivenInput } from "./model/tasks/given-input.ts";
export { pictureStyle } from "./report/picture/picture-style.ts";
export { renderSvg, type PictureOptions } from "./report/picture/render-svg.ts";
export type { CreateSession, ExternalData } from "./runtime/given-device.ts";
export type { InferenceSession } from "./runtime/session.ts";
export type { TensorValue } from "./runtime/values.ts";
export { encodeDocument } from "./tokenization/inputs/document-encoding.ts";
export { encodePairs } from "./tokenization/inputs/pair-encoding.ts";

/** The task of relations without its reach into files and memory, for training. */
export const relationsWithoutNode = (): Task =>
  relationsTask({
    readSchema: (path) => {
      throw new UsageError(`Cannot read the schema ${path}: a browser reads no files. Leave --schema out.`);
    },
    // A browser does not say how much memory it has; the bound on collections holds.
    room: () => ({ heap: Infinity, outside: Infinity }),
  });

/** The files of a model folder, by name: text as strings, weights and sentencepiece models as bytes. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array>>;

export interface OpenOptions extends CheckpointOptions {
  /** Whether sessions take external data and hold it: onnxruntime-web copies what it is fed at every run. */
  readonly takesExternalData?: boolean;
  /**
   * The contents of model.safetensors, where they are still being read and not among the files: the vocabulary is opened
   * meanwhile.
   */
  readonly weights?: Promise<Uint8Array>;
  /** Whether sessions run on a GPU by WebGPU: ops for which ONNX Runtime has no kernel there are replaced. */
  readonly isWebGpu?: boolean;
}

/** A classifier in memory, ready to score encodings. */
export interface Classifier extends Omit<OpenedFiles, "folder" | "weights"> {
  readonly manifest: RelataManifest | null;
  readonly scorer: Scorer;
  /** Makes gradients of logits; their graph is made when they are first asked for. */
  readonly attribute: Attribute;
}

const weightsName = "model.safetensors";

/**
 * Opens a classifier from the contents of its files: config.json, model.safetensors, the tokenizer's, and relata.json if
 * there is one.
 * @throws CheckpointError naming what is missing, damaged or of another shape than config.json says
 */
export async function openClassifier(
  files: ModelFiles,
  createSession: CreateSession,
  { takesExternalData = false, isWebGpu = false, weights: reading, ...options }: OpenOptions = {},
): Promise<Classifier> {
  const text = (name: string): string => {
    const content = files[name];
    if (typeof content === "string") return content;
    throw new InputMissingError(
      `Cannot open the model: ${name} is ${content ? "given as bytes, not text" : "missing"}.`,
    );
  };
  const openedFirst = reading && openedOf(parseModelConfig(text("config.json"), "the model/config.json"), files);
  const bytes = files[weightsName] ?? (await reading);
  if (!(bytes instanceof Uint8Array)) {
    throw new InputMissingError(
      `Cannot open the model: ${weightsName} is ${bytes ? "given as text, not bytes" : "missing"}.`,
    );
  }
  const manifest =
    files["relata.json"] === undefined
      ? null
      : parseManifest(JSON.parse(text("relata.json")) as Record<string, unknown>, "relata.json");
  const weights = await unpacked(await readSafetensors(sourceOf(bytes), bytes.byteLength, weightsName));
  const { folder: _, ...opening } = await beginReading(
    {
      folder: "the model",
      manifest,
      // Not of the table of tasks, which leads to all that training needs of Node.
      storedHead: manifest?.task.name === "relations" ? storedReading(manifest.task).head : undefined,
      weights,
      openEncoder: (encoder, config, from) =>
        (openedFirst as OpenedEncoder<typeof config> | undefined) ?? openedEncoder(encoder, config, from),
      readText: (name) => Promise.resolve(text(name)),
      tokenizerFiles: () => Promise.resolve(files satisfies TokenizerFiles),
      close: () => weights.close(),
    },
    options,
  );
  const { encoder, config, head, id2label, tokenizer } = opening;
  const shape = { encoder, config, head, numLabels: id2label.length };
  const device: ScorerOptions["device"] = {
    ...givenDevice("browser", createSession, isWebGpu),
    holdsWeights: takesExternalData,
  };
  const scorer = await Scorer.create(shape, opening.weights, tokenizer.padding, { device });
  let attributor: Promise<Attributor> | undefined;
  const attribute: Attribute = async (encoding, ofLogits) => {
    attributor ??= opening.weights.then((values) => Attributor.create(shape, values, tokenizer.padding, { device }));
    return (await attributor).of(encoding, ofLogits);
  };
  return { ...opening, scorer, attribute };
}

const openedOf = ({ encoder, config }: ModelConfig, files: ModelFiles) => openedEncoder(encoder, config, files);

/** The relations of one pair of entities, given by their positions in the input. */
export interface PairAnswer {
  readonly head: number;
  readonly tail: number;
  /** The predicted labels, the most probable first; more than one only if the model may give a pair several. */
  readonly labels: readonly string[];
  /** By label; empty if the pair was not scored. */
  readonly probabilities: Readonly<Record<string, number>>;
  /**
   * Where the label is not the most probable one because the model decides by thresholds: the least probability at which it
   * gives the label or, if it gives none, the most probable relation.
   */
  readonly threshold?: number;
  /** The reason if the model was not asked, since no relation that it learnt joins the types of the pair. */
  readonly ruledOut?: string;
  /** The reason if the pair was not scored. */
  readonly unscored?: string;
}

/**
 * Labels the pairs of one text as `openModel(…).predict` does in Node: those of `pairs`, or every ordered pair within the
 * bounds of the model. Unlike there, a symmetric relation without `pairs` is reported in both directions.
 * @throws PredictionInputError naming the field that is wrong; CheckpointError for a model of another task; UsageError if
 * neither the model nor `noRelationLabel` names the label that means no relation
 */
export async function predict(
  classifier: Classifier,
  given: GivenInput,
  options: NoRelation = {},
): Promise<PairAnswer[]> {
  const { scorer, tokenizer, id2label } = classifier;
  const { text, entities, pairs } = readGivenInput(given);
  const { encoding, markers, bounds, decoding, thresholds, calibration } = learnedBy(classifier, options);
  const typed = entities.map(({ start, end, type = "" }) => ({ start, end, type }));
  const document: Document = { id: "0", text, entities: typed, relations: [] };
  const wanted = pairs ?? nearestPairs(typed, bounds).pairs;
  const places = wanted.map(([first, second]) => ({ document, head: first, tail: second }));
  const maxLength = maxLengthOf(classifier);
  const { texts, unscored } = await encodeExamples(tokenizer, places, { encoding, markers, maxLength });
  const encodings = texts.map((encoded) => encoded.encoding);
  const logits = await scorer.logits(encodings, { batchSize: defaultBatchSizes[encoding] });
  const rows = rowsOf(texts, logits).map(({ example: pair, logits: row }) => ({ pair, logits: row }));
  const answers = new Map<Place, PairAnswer>();
  for (const { pair, labels, probabilities } of decodePairs(rows, decoding, { thresholds, calibration })) {
    const byLabel = Object.fromEntries(id2label.map((label, id) => [label, probabilities[id]!]));
    const threshold = decidingThreshold({ probabilities, labels }, decoding, thresholds);
    const ruledOut = typesRuleOut(decoding, typed[pair.head]!, typed[pair.tail]!);
    answers.set(pair, {
      ...placeOf(pair),
      labels: labels.map((id) => id2label[id]!),
      probabilities: byLabel,
      ...(threshold === undefined ? {} : { threshold }),
      ...(ruledOut === undefined ? {} : { ruledOut }),
    });
  }
  for (const { example: pair, message } of unscored) {
    answers.set(pair, { ...placeOf(pair), labels: [decoding.noRelationLabel], probabilities: {}, unscored: message });
  }
  return places.map((pair) => answers.get(pair)!);
}

/**
 * Explains the label of one pair as `openModel(…).explain` does in Node, by a score for each word of the text.
 * @throws as `predict`; DataError for a pair of anything but two entities; UsageError for a label that the model lacks
 */
export function explain(
  classifier: Classifier,
  given: GivenInput,
  pair: ExplainedPair,
  options: NoRelation = {},
): Promise<Explanation> {
  const { tokenizer, attribute } = classifier;
  const model = { learned: learnedBy(classifier, options), tokenizer, maxLength: maxLengthOf(classifier) };
  return explainPair(model, attribute, readGivenInput(given), pair);
}

interface NoRelation {
  readonly noRelationLabel?: string;
}

const learnedBy = (
  { id2label, isMultiLabel, head, manifest }: Classifier,
  { noRelationLabel }: NoRelation,
): ReturnType<typeof open> =>
  open({ folder: "the model", id2label, isMultiLabel, head, manifest, noRelationLabel, maxPairs: undefined });

const maxLengthOf = ({ manifest, encoder, config, tokenizer }: Classifier): number =>
  manifest?.maxLength ?? Math.min(encoder.maxWords(config), tokenizer.maxLength);

type Place = Pick<PairAnswer, "head" | "tail">;
const placeOf = ({ head, tail }: Place): Place => ({ head, tail });
