import type { z } from "zod";
import type { Document } from "../../corpus/document.ts";
import type { Notice, NoticeLog } from "../../corpus/notices.ts";
import type { Unit } from "../../corpus/unit.ts";
import type { Abstention } from "../../evaluation/abstention.ts";
import type { Evaluation, ScoredAnswers } from "../../evaluation/evaluation.ts";
import type { Probes } from "../../evaluation/probes.ts";
import type { Judgment } from "../../evaluation/judgments.ts";
import type { LabelledExample } from "../../evaluation/mistakes.ts";
import type { CorpusSource } from "../../formats/read.ts";
import type { CardSubject, CardText } from "../../report/model-card.ts";
import type { InputTokenizer } from "../../tokenization/inputs/input-tokenizer.ts";
import type { EncoderTokenizer } from "../encoders/encoder.ts";
import type { Head } from "../heads/head.ts";
import type { Encoded, Examples, Excluded } from "./encoded.ts";
import type { Attribute, ExplainedPair, Explanation } from "./explanation.ts";
import type { OpeningFacts, StoredReading, StoredTask } from "./stored.ts";
import type { DocumentPrediction } from "./prediction.ts";
import type { PredictionInput } from "./prediction-input.ts";
import type { Learned } from "./learned.ts";
import type { StartRequest } from "./start-request.ts";

export { labelsOfExamples, type Learned } from "./learned.ts";
export type { MarkersRequest, OpenedStart, StartRequest } from "./start-request.ts";

export type { OpeningFacts, StoredReading, StoredTask } from "./stored.ts";

/** The documents that a task learns from. */
export interface LearningCorpus {
  /** All documents, held-out ones included, since labels that occur only there are labels too. */
  readonly documents: readonly Document[];
  readonly train: readonly Document[];
  readonly symmetricLabels: readonly string[];
  /** The notices of reading the documents; they may say why there is nothing to learn. */
  readonly reading?: readonly Notice[];
}

/** Examples that the model is asked about, and those that a bound leaves out. */
export interface Asked<Example> extends Examples<Example> {
  readonly excluded: readonly Excluded<Example>[];
}

/** A label of gold documents that the model cannot predict, since it was not trained with it. */
export interface UnknownLabel {
  readonly label: string;
  /** The number of gold examples that have it. */
  readonly count: number;
  /** The label of the model that is spelled most alike, if any is near. */
  readonly nearest?: string;
}

/** Gold documents prepared for an opened model. */
export interface MetDocuments<State extends Learned> {
  readonly documents: readonly Document[];
  /** The task's facts, with `goldLabels` if the documents have labels that the model does not know. */
  readonly learned: State;
  /** Labels that the model does not know, the most frequent first; each of their examples is a miss. */
  readonly unknown: readonly UnknownLabel[];
}

/** One fact for the user. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Documents that a model did not learn from, its answers to them, and what it did learn from. */
export interface TuningFacts<Example> {
  readonly encoded: Encoded<Example>;
  readonly logits: readonly Float32Array[];
  /** The training examples that a finished model would be asked about, and those of them that it was trained on. */
  readonly asked: readonly Example[];
  readonly trained: readonly Example[];
}

/** The facts of a task with what was learnt from answers, and what that is, for the protocol of the scores. */
export interface Tuned<State extends Learned> {
  readonly learned: State;
  readonly learnt: readonly string[];
}

/** How many texts are scored at once, and whether scoring is to end. */
export interface PredictionSettings {
  readonly batchSize: number;
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Scores encodings: an opened model, or one that is being trained. */
export interface Scorer {
  /** @param options.shouldStop asked between batches; true makes the call throw an Interrupted */
  logits(
    encodings: readonly Encoded<unknown>["texts"][number]["encoding"][],
    options: PredictionSettings,
  ): Promise<Float32Array[]>;
}

/** A model beside its weights. */
export interface Knowing<State extends Learned = Learned> {
  readonly learned: State;
  readonly tokenizer: Pick<EncoderTokenizer, "entityTypes">;
}

/** An opened model, as a task needs it to predict. */
export interface Answering<State extends Learned = Learned> extends Knowing<State> {
  readonly tokenizer: EncoderTokenizer;
  readonly maxLength: number;
  readonly session: Scorer;
}

/** The types that a model was shown in training, as it distinguishes them. */
export interface ShownTypes {
  /**
   * By the words of their names, as typed markers show them, or by the names themselves; `schema` if the model sees no types,
   * and its schema rules relations out by them.
   */
  readonly by: "words" | "names" | "schema";
  readonly known: readonly string[];
}

/** One of several heads over an encoder, with the task that reads it. */
export interface OpenedPart {
  readonly task: Task;
  readonly learned: Learned;
  readonly head: Head;
}

export interface AnswerOptions extends PredictionSettings {
  /** The most pairs of a text, the nearest; if not given, the bound of the training holds. */
  readonly maxPairs?: number | undefined;
  /** Whether examples with the no-relation label as their answer are left out. */
  readonly relationsOnly: boolean;
  /** Answers below this probability are marked as abstained. */
  readonly abstain?: number | undefined;
}

/**
 * A question that a model answers about annotated documents: training, evaluation and prediction go through this
 * interface alone and know no task by name.
 *
 * In training a document goes through `tidy`, the split (by `strata`), `learn`, `examples`, `ask`, `thin` and `encode`;
 * the loop then trains `head`, and `score`, `tune` and `evaluate` count the answers. A finished model goes through
 * `store` and `open`; it is scored with `meet`, `examples`, …, `evaluate`, and it answers with `predict`. `annotate`
 * writes the answers into a document, so that the answers of one task are the input of the next.
 *
 * To add a task: write a folder `model/tasks/<name>/` with an object of this interface, add it to `tasks.ts` and its
 * settings schema to `settings.ts`. Those are the only files that change; flags, help, reference page, report, model
 * card, `relata.json` and the library follow from the object. `test/toy-task.test.ts` has one of a few lines.
 */
export interface Task<
  State extends Learned = Learned,
  Example extends LabelledExample = LabelledExample,
  Settings = object,
> {
  /** The value of `--task`, and the name in relata.json. */
  readonly name: string;
  /** The thing that gets a label. */
  readonly unit: Unit;
  /** Settings that only this task reads; config.ts composes them into those of `relata train`. */
  readonly settings: z.ZodObject;

  /** Whether it finds the entities of a text, so that none have to be given. */
  readonly findsEntities?: boolean;
  /** The fewest entities of a document that asks a question of this task; 2 if not given. */
  readonly fewestEntities?: number;

  /** The documents as the task reads them, with what it changes or leaves out counted in `notices`. */
  tidy(documents: readonly Document[], settings: Settings, notices: NoticeLog): readonly Document[];
  /** Labels of a document of which each side of the split gets its share; if absent, documents are split at random. */
  readonly strata?: (document: Document) => readonly string[];
  /** @throws DataError if there is nothing to learn */
  learn(corpus: LearningCorpus, settings: Settings, notices: NoticeLog): Promise<State>;
  /**
   * Every question that these documents ask, each with its gold labels.
   * @param doing for messages, and to count the memory that it takes
   */
  examples(
    documents: readonly Document[],
    learned: State,
    doing: "train on" | "score",
    notices: NoticeLog,
  ): Examples<Example>;
  /**
   * Parts examples into those that the model is asked about and those that a bound leaves out; if absent, all are
   * asked.
   */
  ask?(examples: readonly Example[], learned: State): Omit<Asked<Example>, "omitted">;
  /** The examples to train on, if these are not all that are asked. */
  thin?(examples: readonly Example[], learned: State, settings: Settings): readonly Example[];
  /** `learned` with the baselines of these training examples, at the prevalence that labels have there. */
  withBaselines(examples: readonly Example[], learned: State): State;

  /** @throws UsageError for settings that do nothing with these documents */
  start(train: readonly Document[], settings: Settings): StartRequest;
  head(learned: State): Head;
  /** Examples as the model reads them, in at most `maxLength` tokens; those that cannot be are kept in `unscored`. */
  encode(
    tokenizer: InputTokenizer,
    asked: Asked<Example>,
    learned: State,
    maxLength: number,
  ): Promise<Encoded<Example>>;
  /** Sentences on what the model is not shown of `total` examples, with counts. */
  losses(encoded: Encoded<Example>, learned: State, total: number): string[];
  /** The number of texts of a training batch if none is given; texts differ in their number of examples. */
  trainingBatchSize(learned: State, train: readonly Document[]): number;
  /** The number of texts in one run of the model if none is given. */
  scoringBatchSize(learned: State): number;

  /** Counts the answers that the logits [rows, labels] of each text give. */
  score(encoded: Encoded<Example>, logits: readonly Float32Array[], learned: State): ScoredAnswers<Example>;
  /**
   * Prepares gold documents so that the model can be scored on them.
   * @throws DataError if the model knows none of their labels
   */
  meet(documents: readonly Document[], model: Knowing<State>, notices: NoticeLog): MetDocuments<State>;
  /** Learns what can be learnt from the kept checkpoint's answers, such as thresholds. */
  tune?(facts: TuningFacts<Example>, learned: State, settings: Settings): Tuned<State> | undefined;
  evaluate(
    encoded: Encoded<Example>,
    scored: ScoredAnswers<Example>,
    learned: State,
    sources: readonly CorpusSource[],
  ): Evaluation;

  /**
   * The tasks that an opened model answers, if its head joins several: the first finds what the second is asked about. If absent,
   * the task itself answers.
   */
  parts?(learned: State): { readonly main: OpenedPart; readonly finder: OpenedPart };
  /** Takes answers below a probability back; if absent, this task does not abstain. */
  abstain?(
    encoded: Encoded<Example>,
    scored: ScoredAnswers<Example>,
    learned: State,
    below: number,
  ): { readonly scored: ScoredAnswers<Example>; readonly abstention: Abstention };
  /** Asks again with words masked, types hidden and sentences denied; absent if the task has no such probes. */
  probe?(
    model: Answering<State>,
    encoded: Encoded<Example>,
    scored: ScoredAnswers<Example>,
    settings: PredictionSettings,
  ): Promise<Probes>;
  /** The answers to encoded examples, place by place, by which two models are compared; absent if they cannot be. */
  judge?(encoded: Encoded<Example>, scored: ScoredAnswers<Example>, learned: State): readonly Judgment[];

  predict(
    model: Answering<State>,
    inputs: readonly PredictionInput[],
    options: AnswerOptions,
  ): Promise<DocumentPrediction[]>;
  /** Explains a label by the words of the text; absent if the task explains nothing. */
  explain?(
    model: Pick<Answering<State>, "learned" | "tokenizer" | "maxLength">,
    attribute: Attribute,
    input: PredictionInput,
    pair: ExplainedPair,
  ): Promise<Explanation>;
  /** The document with the answers written into it. */
  annotate(document: Document, prediction: DocumentPrediction, learned: State): Document;

  /** The task's part of relata.json; `open` reads it. */
  store(learned: State): StoredTask;
  /** If absent, config.json names the head, and the graph is given texts as config.json says. */
  storedReading?(stored: StoredTask, id2label: readonly string[]): StoredReading;
  /**
   * The stored part in a few words, for `relata model verify`.
   * @param file the path of relata.json, for messages
   * @throws CheckpointError for a stored part that contradicts the labels
   */
  describeStored?(stored: StoredTask, id2label: readonly string[], file: string): string;
  /** @throws CheckpointError for a stored part that is not this task's, UsageError if something has to be given */
  open(facts: OpeningFacts): State;
  /** Labels that hold in both directions at once. */
  symmetricLabels?(learned: State): readonly string[];
  /** Types of entities that the model was shown in training; undefined if it sees none. */
  shownTypes?(model: Knowing<State>): ShownTypes | undefined;
  /** Describes how the model reads and decides, for reports, cards and `relata model info`. */
  facts(learned: State): Fact[];
  /** Describes the labels that mean more than their name says. */
  labelFacts(learned: State): Fact[];
  /** The words of the model card that are about this task. */
  card(learned: State, subject: CardSubject): CardText;
}
