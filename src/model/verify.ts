import { basename, join } from "node:path";
import { formatShape } from "../autodiff/dims.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { configName, manifestName, unverifiedNames } from "./file-names.ts";
import type { RelataManifest } from "./manifest.ts";
import { fileSize } from "./read-file.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import { requireTransformersFiles, verifiedManifest } from "./folder-check.ts";
import { openFolderWeights } from "./adapters/open.ts";
import { UserError } from "../errors.ts";
import { TokenizerFilesError } from "../tokenization/tokenizers/tokenizer-files-error.ts";
import { tasks } from "./tasks/tasks.ts";
import { isRead, outlineOf, readModelConfig } from "./outline.ts";
import { readTokenizer } from "./read-tokenizer.ts";
import type { ModelConfig } from "../model/config-file.ts";
import type { Encoder, EncoderTokenizer, Misfit } from "./encoders/encoder.ts";
import { encoders } from "./encoders/encoders.ts";
import { findNonFinite } from "./weights/non-finite.ts";
import { mapped } from "../generators.ts";

export interface Check {
  readonly name: "files" | "config" | "weights" | "tensors" | "shapes" | "values" | "tokenizer" | "ids";
  /** The result; `skipped` means that a file that the check needs could not be read, as another check reports. */
  readonly status: "ok" | "failed" | "skipped";
  /** The finding; for a failure also the expectation and the advice. */
  readonly message: string;
}

export type VerifyEvent =
  | { readonly type: "check"; readonly check: Check }
  /** Reports the progress of reading tensors for their values. */
  | { readonly type: "progress"; readonly bytes: number; readonly totalBytes: number };

export interface Verification {
  readonly folder: string;
  /** Whether no check failed or was skipped. */
  readonly passed: boolean;
  readonly checks: readonly Check[];
}

/**
 * Verifies a whole model folder: files against relata.json, tensors against config.json and for NaN and infinity, and
 * the tokenizer against both. It goes on after a failure, and reads tensors in pieces of a few MB.
 */
export async function* verifyModel(folder: string): AsyncGenerator<VerifyEvent, Verification> {
  const checks: Check[] = [];
  for await (const event of makeChecks(folder)) {
    if (event.type === "check") checks.push(event.check);
    yield event;
  }
  return { folder, passed: checks.every(({ status }) => status === "ok"), checks };
}

async function* makeChecks(folder: string): AsyncGenerator<VerifyEvent, void> {
  const manifest = yield* check("files", () => checkFiles(folder));
  const model = yield* check("config", () => checkConfig(folder));
  const weights = yield* check("weights", () => checkWeights(folder, manifest ?? null));
  try {
    if (model && weights) {
      const { tensors, shapes } = checksOfTensors(folder, { model, weights, manifest: manifest ?? null });
      yield* check("tensors", tensors);
      yield* check("shapes", shapes);
    } else for (const name of ["tensors", "shapes"] as const) yield skipped(name, "config.json and the weights");
    if (weights) yield* checkValues(weights);
    else yield skipped("values", "the weights");
  } finally {
    await weights?.close();
  }
  // A folder whose config.json cannot be read may still have LUKE's tokenizer, the oldest.
  const encoder = model?.encoder ?? encoders[0]!;
  const tokenizer = yield* check("tokenizer", () => checkTokenizer(folder, encoder));
  if (model && tokenizer) yield* check("ids", async () => checkIds(folder, model, tokenizer));
  else yield skipped("ids", "config.json and the tokenizer");
}

interface Passed<T = undefined> {
  readonly message: string;
  readonly value: T;
}

const skipped = (name: Check["name"], needs: string): VerifyEvent => ({
  type: "check",
  check: { name, status: "skipped", message: `it needs ${needs}` },
});

/** Runs a check and returns the value that it read, for other checks; undefined if it failed. */
async function* check<T>(
  name: Check["name"],
  work: () => Promise<Passed<T>>,
): AsyncGenerator<VerifyEvent, T | undefined> {
  try {
    const { message, value } = await work();
    yield { type: "check", check: { name, status: "ok", message } };
    return value;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    yield { type: "check", check: { name, status: "failed", message: error.message } };
    return undefined;
  }
}

async function checkFiles(folder: string): Promise<Passed<RelataManifest | null>> {
  if ((await fileSize(join(folder, manifestName))) === undefined) {
    await requireTransformersFiles(folder);
    const message = `config.json and weights are there; without ${manifestName} there are no checksums to compare`;
    return { message, value: null };
  }
  const value = await verifiedManifest(folder, true);
  const count = Object.keys(value.files).filter((name) => !unverifiedNames.has(name)).length;
  const message = `${count} files have the sizes and SHA-256 of ${manifestName}; ${checkTask(folder, value)}`;
  return { message, value };
}

/** Describes what the task has stored. @throws CheckpointError if that contradicts the labels. */
function checkTask(folder: string, { task, labels }: RelataManifest): string {
  const own = tasks.find(({ name }) => name === task.name);
  return own?.describeStored?.(task, labels.id2label, join(folder, manifestName)) ?? `the task is ${task.name}`;
}

async function checkConfig(folder: string): Promise<Passed<ModelConfig>> {
  const value = await readModelConfig(folder);
  const { encoder, architecture, config } = value;
  const sizes = `num_hidden_layers ${config.numHiddenLayers}, hidden_size ${config.hiddenSize}`;
  return {
    message: `${configName} is of ${architecture ?? `a model of ${encoder.name} that names no class`}, ${sizes}`,
    value,
  };
}

async function checkWeights(folder: string, manifest: RelataManifest | null): Promise<Passed<TensorFile>> {
  const value = await openFolderWeights(folder, manifest);
  const tensors = `${value.names.length} tensors`;
  const message = manifest?.adapter
    ? `${basename(value.path)} and its base, which is the one that it was trained on, make ${tensors}`
    : `the directory of ${basename(value.path)} lists ${tensors}`;
  return { message, value };
}

/** A folder's description, its tensors and its relata.json, to be compared. */
interface Compared {
  readonly model: ModelConfig;
  readonly weights: TensorFile;
  readonly manifest: RelataManifest | null;
}

function checksOfTensors(
  folder: string,
  { model, weights, manifest }: Compared,
): Record<"tensors" | "shapes", () => Promise<Passed>> {
  const { parameters } = outlineOf(model, weights, manifest);
  const { encoder } = model;
  const keys = encoder.keys(weights.names, parameters);
  const { copied, missing, unexpected } = keys;
  const next = "Is config.json that of another model? Copy or download both again.";
  return {
    tensors: async () => {
      const absent = missing.filter((name) => parameters.some((spec) => spec.name === name && isRead(spec)));
      const strange = unexpected.filter((name) => encoder.isEncoderTensor(name));
      const problems = [
        ...(absent.length > 0 ? [`none for ${some(absent)}`] : []),
        ...(strange.length > 0 ? [`no place for ${some(strange)}`] : []),
      ];
      if (problems.length > 0) {
        throw new CheckpointError("the weights are not those of config.json", {
          file: folder,
          expected: "one tensor for each weight that config.json describes",
          found: problems.join(" and "),
          next,
        });
      }
      const notes = [
        ...(copied.length > 0 ? [`${copied.length} weights start as copies of others`] : []),
        ...(unexpected.length > 0 ? [`not used: ${some(unexpected)}`] : []),
      ];
      return { message: ["every weight has its tensor", ...notes].join("; "), value: undefined };
    },
    shapes: async () => {
      const found = parameters.flatMap(({ name, shape }) => {
        const tensor = keys.source(name);
        return tensor === undefined ? [] : [{ tensor, expected: shape, found: weights.info(tensor).shape }];
      });
      const wrong = found.filter((one) => formatShape(one.expected) !== formatShape(one.found));
      const [first] = wrong;
      if (!first) return { message: `${found.length} tensors have the shapes of ${configName}`, value: undefined };
      const others = wrong.length > 1 ? `; ${some(wrong.slice(1).map(({ tensor }) => tensor))} differ too` : "";
      throw new CheckpointError("it does not fit config.json", {
        file: folder,
        tensor: first.tensor,
        expected: formatShape(first.expected),
        found: formatShape(first.found) + others,
        next,
      });
    },
  };
}

const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");

async function* checkValues(weights: TensorFile): AsyncGenerator<VerifyEvent, void> {
  const search = mapped(findNonFinite(weights), (read): VerifyEvent => ({ type: "progress", ...read }));
  const { tensors, elements, found } = yield* search;
  yield* check("values", async () => {
    const [first] = found;
    if (!first) return { message: `all ${elements} numbers are finite`, value: undefined };
    const count = found.reduce((sum, one) => sum + one.count, 0);
    throw new CheckpointError("unusable weights", {
      file: weights.path,
      tensor: first.tensor,
      expected: "finite numbers",
      found: `${first.value} at ${first.index}; ${count} such numbers in ${found.length} of ${tensors} tensors`,
      next: "The training that wrote them diverged, or the file is damaged: train or download the model again.",
    });
  });
}

async function checkTokenizer(folder: string, encoder: Encoder): Promise<Passed<EncoderTokenizer>> {
  try {
    const value = await readTokenizer(encoder, folder);
    const { words, entityCount } = value;
    const entities = entityCount > 0 ? ` and ${entityCount} entity ids` : "";
    const message = `${words.tokenizerClass} with ${words.vocabSize} word ids${entities} opens`;
    return { message, value };
  } catch (error) {
    if (!(error instanceof TokenizerFilesError)) throw error;
    throw new CheckpointError("the tokenizer does not open", {
      file: folder,
      expected: `the files of a ${encoder.tokenizerClasses.join(" or ")}`,
      found: error.message.replace(/\.$/, ""),
      next: "Copy them from the model that this one was trained from.",
    });
  }
}

function checkIds(folder: string, { encoder, config }: ModelConfig, tokenizer: EncoderTokenizer): Passed {
  const { vocabSize, padTokenId } = config;
  const { words } = tokenizer;
  const misfits: Misfit[] = [];
  if (words.vocabSize > vocabSize)
    misfits.push({ expected: `word ids below vocab_size ${vocabSize}`, found: `the word id ${words.vocabSize - 1}` });
  misfits.push(...(encoder.misfits?.(config, tokenizer) ?? []));
  if (words.specialTokenIds.pad !== padTokenId)
    misfits.push({ expected: `pad_token_id ${padTokenId} for <pad>`, found: `${words.specialTokenIds.pad}` });
  if (misfits.length === 0) return { message: "every id of the tokenizer has its row in the model", value: undefined };
  throw new CheckpointError("the tokenizer is not that of config.json", {
    file: folder,
    expected: misfits.map(({ expected }) => expected).join(", "),
    found: misfits.map(({ found }) => found).join(", "),
    next: "Are its files those of another model? Copy or download them again.",
  });
}
