import { parseLukeConfig } from "./luke.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openSafetensors } from "../../src/model/weights/safetensors/read.ts";
import { type LukeConfig } from "../../src/model/encoders/luke/config.ts";
import { entityHead } from "../../src/model/heads/entity-head.ts";
import { type Head, withBias } from "../../src/model/heads/head.ts";
import { pairHead } from "../../src/model/heads/pair-head.ts";
import type { Weights } from "../../src/nn/parameters.ts";
import { spanHead } from "../../src/model/heads/span-head.ts";
import type { Batch } from "../../src/tokenization/inputs/collate.ts";
import { multiLabel, type Objective, singleLabel } from "../../src/nn/objectives.ts";

/** A batch under the names of `transformers`, as lists of lists. */
interface BatchFile {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly entity_ids: number[][];
  readonly entity_attention_mask: number[][];
  readonly entity_position_ids: number[][][];
  readonly entity_start_positions?: number[][];
  readonly entity_end_positions?: number[][];
  readonly pairs: number[][];
  readonly labels: number[] | number[][] | number[][][];
}

/** A loss of torch.nn.functional. */
type LossFunction = "cross_entropy" | "binary_cross_entropy_with_logits";

interface TrainingFile {
  readonly settings: Record<
    "learningRate" | "warmupRatio" | "weightDecay" | "adamBeta1" | "adamBeta2" | "adamEpsilon" | "maxGradNorm",
    number
  > & { readonly headLearningRate?: number };
  readonly batches: readonly BatchFile[];
  readonly losses: readonly number[];
  readonly learningRates: readonly number[];
  readonly gradientNorms: readonly number[];
}

interface AnswersFile {
  readonly versions: { readonly transformers: string; readonly torch: string };
  readonly models: readonly {
    readonly name: string;
    /** A pair classifier as `transformers` builds it, where the file does not say. */
    readonly head?: "pair" | "entity" | "span";
    readonly config: unknown;
    readonly cases: readonly {
      name: string;
      loss_function?: LossFunction;
      batch: BatchFile;
      logits: number[][];
      loss: number;
    }[];
    readonly training?: TrainingFile;
    readonly headRateTraining?: TrainingFile;
  }[];
}

export interface OracleCase {
  readonly name: string;
  readonly objective: Objective;
  readonly batch: Batch;
  readonly logits: readonly number[];
  readonly loss: number;
}

export interface OracleTraining extends Omit<TrainingFile, "batches"> {
  readonly batches: readonly Batch[];
}

/** A tiny model of scripts/oracle/luke_training.py or luke_heads.py, its tensors still on disk. */
export interface OracleModel {
  readonly name: string;
  readonly head: Head;
  readonly config: LukeConfig;
  readonly numLabels: number;
  readonly cases: readonly OracleCase[];
  readonly training: OracleTraining | undefined;
  /** The same with a learning rate of its own for the classifier. */
  readonly headRateTraining: OracleTraining | undefined;
  /** The tensors stored under `prefix/`, by the rest of their name; a fresh copy each time. */
  readonly tensors: (prefix: string) => Promise<Weights>;
}

function toBatch(file: BatchFile): Batch {
  const { input_ids, entity_position_ids, pairs, labels } = file;
  const { entity_start_positions: starts, entity_end_positions: ends } = file;
  return {
    batch: input_ids.length,
    words: input_ids[0]!.length,
    entities: entity_position_ids[0]!.length,
    mention: entity_position_ids[0]![0]!.length,
    pairCount: pairs.length,
    inputIds: Int32Array.from(input_ids.flat()),
    attentionMask: Uint8Array.from(file.attention_mask.flat()),
    entityIds: Int32Array.from(file.entity_ids.flat()),
    entityAttentionMask: Uint8Array.from(file.entity_attention_mask.flat()),
    entityPositionIds: Int32Array.from(entity_position_ids.flat(2)),
    entityStartPositions: starts && Int32Array.from(starts.flat()),
    entityEndPositions: ends && Int32Array.from(ends.flat()),
    pairs: Int32Array.from(pairs.flat()),
    labels: Int32Array.from(labels.flat(2)),
  };
}

async function readTensors(path: string, prefix: string): Promise<Weights> {
  const file = await openSafetensors(path);
  const weights: Weights = new Map();
  for (const name of file.names) {
    if (!name.startsWith(`${prefix}/`)) continue;
    weights.set(name.slice(prefix.length + 1), { shape: file.info(name).shape, data: await file.read(name) });
  }
  await file.close();
  return weights;
}

const heads = { pair: withBias(pairHead), entity: entityHead, span: spanHead };

const openTraining = (training: TrainingFile): OracleTraining => ({
  ...training,
  batches: training.batches.map(toBatch),
});

function readAnswers(folder: URL): { versions: AnswersFile["versions"]; models: readonly OracleModel[] } {
  const answers: AnswersFile = JSON.parse(readFileSync(new URL("answers.json", folder), "utf8"));
  const models = answers.models.map(({ name, head, config: file, cases, training, headRateTraining }) => {
    const { config, id2label } = parseLukeConfig(JSON.stringify(file), "config.json");
    return {
      name,
      head: head ? heads[head] : pairHead,
      config,
      numLabels: id2label.length,
      cases: cases.map(({ batch, logits, loss_function, ...rest }) => ({
        ...rest,
        objective: loss_function === "binary_cross_entropy_with_logits" ? multiLabel : singleLabel,
        batch: toBatch(batch),
        logits: logits.flat(),
      })),
      training: training && openTraining(training),
      headRateTraining: headRateTraining && openTraining(headRateTraining),
      tensors: (prefix: string) => readTensors(fileURLToPath(new URL(`${name}.safetensors`, folder)), prefix),
    };
  });
  return { versions: answers.versions, models };
}

const training = readAnswers(new URL("../oracle/luke-training/", import.meta.url));
const ofHeads = readAnswers(new URL("../oracle/luke-heads/", import.meta.url));

export const versions: readonly AnswersFile["versions"][] = [training.versions, ofHeads.versions];
export const models: readonly OracleModel[] = [...training.models, ...ofHeads.models];
