/**
 * Relata's public library: all that the command line does. A job is a `Run` on a thread of its own, so that nothing here
 * blocks the caller: follow it with `for await (const event of run)`, wait for `await run.result`, stop it with
 * `run.stop()` or the `signal` of its options. Bad settings and bad data are errors of the run, not of the call.
 * @module
 */
import * as config from "./config.ts";
import * as several from "./experiment/settings.ts";
import * as label from "./label-config.ts";
import type { Corpus, ReadOptions } from "./formats/read.ts";
import type * as Options from "./options/index.ts";
import { adapterFolders, modelName, onePathOf, outputPath, pathsOf, settings } from "./run/given.ts";
import type { EventOf, JobName, ResultOf } from "./run/jobs.ts";
import { openAdaptersOnThread, type AdapterSet } from "./run/adapter-set.ts";
import { openOnThread, type OpenOptions, type ModelHandle as RelationModel } from "./run/relation-model.ts";
import { renameConfig } from "./formats/rename-settings.ts";
import { runJob } from "./run/run-job.ts";
import type { Run, RunOptions } from "./run/run.ts";
import type { Input } from "./run/thread.ts";
import { resolveSettings, type SettingSource } from "./settings.ts";

export * from "./run/exports.ts";
export { compare, findSuspects, joinTraining, planTraining, pullModel, sweep } from "./run/further-jobs.ts";
export { trainForQueue } from "./run/train-worker.ts";
export { listFormats, listModels, type FormatEntry } from "./run/listings.ts";
export * from "./scoring/exports.ts";
export { commitScoring, estimateScoring, planScoring, runScoring, scoringStatus, workOnQueue } from "./scoring/jobs.ts";

/** Files, folders, zip or gzip archives in any annotation format (docs/data.md). */
export type Data = string | readonly string[];
type JobRun<Name extends JobName> = Run<EventOf<Name>, ResultOf<Name>>;

/**
 * Trains a classifier for `task` (relations, or types of entities) on annotation exports and writes its model folder. Its
 * events are the data read, steps, evaluations and checkpoints saved; its result is the evaluation of the checkpoint that was kept
 * on the test part, or if there is none on the validation part, which chose it. If it is stopped, it keeps the best model so far.
 * @throws UserError for bad settings, bad data or an output folder that cannot be used
 */
export function train(
  data: Data,
  options: Options.TrainOptions,
  run: RunOptions & {
    /** The source of each setting, for the report of the run. */
    readonly sources?: Readonly<Record<string, SettingSource>> | undefined;
  } = {},
): JobRun<"train"> {
  const given = () => {
    const { config: checked, sources } = resolveSettings(config.trainConfig, { ...options });
    return { paths: pathsOf(data), config: checked, sources: run.sources ?? sources };
  };
  return runJob("train", given, run);
}

/**
 * Trains several times, for each of `folds` and of `seeds`, and writes the spread of the scores, `runs.json`, and one model.
 * Finished runs stay in the ledger of the output folder, and the same call goes on from there.
 */
export function repeat(data: Data, options: Options.RepeatOptions, run: RunOptions = {}): JobRun<"repeat"> {
  return runJob("repeat", () => ({ paths: pathsOf(data), config: settings(several.repeatConfig, options) }), run);
}

/**
 * Trains on more and more of the documents, several times each, and writes the learning curve: `curve.json` and
 * `curve.svg`. Finished runs stay in the ledger of the output folder, and the same call goes on from there.
 */
export function curve(data: Data, options: Options.CurveOptions, run: RunOptions = {}): JobRun<"curve"> {
  return runJob("curve", () => ({ paths: pathsOf(data), config: settings(several.curveConfig, options) }), run);
}

/**
 * Scores a model on annotated documents, beside the baselines: every ordered pair of entities, or every entity with a
 * type.
 * @throws UserError for a damaged model folder, bad data, or annotations of which the model knows no label
 */
export function evaluate(
  model: string,
  data: Data,
  options: Options.EvaluateOptions = {},
  run: RunOptions = {},
): JobRun<"evaluate"> {
  const given = () => ({
    model: modelName(model),
    paths: pathsOf(data),
    config: settings(config.evaluateConfig, options),
  });
  return runJob("evaluate", given, run);
}

/**
 * Opens a trained classifier, of relations or of types of entities, to ask it text by text.
 * @param model a model folder of Relata or transformers, or `org/name[@revision]` on the hub
 * @throws UserError if there is no such model, or it is not whole
 */
export async function openModel(
  model: string,
  options: Options.PredictOptions = {},
  open: OpenOptions = {},
): Promise<RelationModel> {
  return openOnThread(modelName(model), settings(config.predictConfig, options), open);
}

/**
 * Opens adapters (`relata train --lora`, or PEFT) over one base: the weights of the base are in memory once, and each adapter answers
 * what its merged model answers (docs/adapters.md).
 * @param base the folder or hub name of the model that they were trained on
 * @param adapters their folders, by names of your choice: `models[name].predict(…)`
 */
export async function openAdapters<Name extends string>(
  base: string,
  adapters: Readonly<Record<Name, string>>,
  options: config.PredictOptions = {},
  open: OpenOptions = {},
): Promise<AdapterSet<Name>> {
  return openAdaptersOnThread(
    modelName(base),
    adapterFolders<Name>(adapters),
    settings(config.predictConfig, options),
    open,
  );
}

/**
 * Labels the texts of a file, folder or stream in any annotation format. The answers are events (`type: "answer"`); with
 * the settings `to` and `output` they are written as pre-annotations instead.
 * @param data a path; or the bytes of a stream, answered as they come
 */
export function predictFiles(
  model: string,
  data: string | Input,
  options: Options.PredictFilesOptions = {},
  run: RunOptions = {},
): JobRun<"predictFiles"> {
  const isStream = typeof data === "object" && data !== null && Symbol.asyncIterator in data;
  const given = () => ({
    model: modelName(model),
    path: isStream ? undefined : onePathOf(data),
    config: settings(config.predictFilesConfig, options),
  });
  return runJob("predictFiles", given, { ...run, input: isStream ? data : undefined });
}

/**
 * Writes the texts of a file or folder with the entities and relations that a model finds, as pre-annotations for an
 * annotation tool.
 * @param model a model, or a file of rules (`.json`, `.yaml`) that finds them before there is a model (docs/labelling.md)
 */
export function annotate(
  model: string,
  data: string,
  options: label.AnnotateOptions,
  run: RunOptions = {},
): JobRun<"predictFiles"> {
  const given = () => ({
    model: modelName(model),
    path: onePathOf(data),
    config: { ...settings(label.annotateConfig, options), html: undefined },
  });
  return runJob("predictFiles", given, run);
}

/**
 * Chooses the texts that are worth labelling next: those of which the model is least sure, those with rare labels, none like another.
 * They are written, best first, with the model's answers as pre-annotations.
 */
export function sampleData(
  model: string,
  data: string,
  options: label.SampleOptions,
  run: RunOptions = {},
): JobRun<"sample"> {
  const given = () => ({
    model: modelName(model),
    path: onePathOf(data),
    config: settings(label.sampleConfig, options),
  });
  return runJob("sample", given, run);
}

/**
 * Reads annotation exports into memory, as training does: what is left out is counted in `notices`, among it documents with
 * fewer entities than `fewestEntities` (2 if not given).
 */
export async function readCorpus(
  data: Data,
  { fewestEntities, ...options }: ReadOptions & { readonly fewestEntities?: number } = {},
  run: RunOptions = {},
): Promise<Corpus> {
  return runJob("read", () => ({ paths: pathsOf(data), options, fewestEntities }), run).result;
}

/**
 * Converts annotation files of any format into another, in a stream.
 * @param output a file, or for some formats a folder; null for the text as events (`type: "text"`)
 * @throws UserError for bad settings, bad data or an output that is there already
 */
export function convertData(
  data: Data,
  output: string | null,
  options: Options.ConvertOptions,
  run: RunOptions = {},
): JobRun<"convert"> {
  const given = () => ({
    paths: pathsOf(data),
    output: output === null ? undefined : outputPath(output),
    config: settings(config.convertConfig, options),
  });
  return runJob("convert", given, run);
}

/**
 * Looks for problems in annotation files: spans, relations, labels, near duplicates, encodings. Its events are how far the
 * reading is, and every problem with its place and advice.
 * @throws UserError for bad settings and files that cannot be read
 */
export function checkData(data: Data, options: Options.CheckOptions = {}, run: RunOptions = {}): JobRun<"check"> {
  return runJob("check", () => ({ paths: pathsOf(data), config: settings(config.checkConfig, options) }), run);
}

/**
 * Checks annotation files, and writes them anew with everything repaired that is certain.
 * @param output a file, or for some formats a folder
 */
export function repairData(
  data: Data,
  output: string,
  options: Omit<Options.CheckOptions, "fix"> = {},
  run: RunOptions = {},
): JobRun<"repair"> {
  const given = () => ({
    paths: pathsOf(data),
    output: outputPath(output),
    config: settings(config.checkConfig, options),
  });
  return runJob("repair", given, run);
}

/** Splits annotation files into parts or folds by document; equal texts stay together. */
export function splitData(data: Data, options: Options.SplitOptions, run: RunOptions = {}): JobRun<"split"> {
  return runJob("split", () => ({ paths: pathsOf(data), config: settings(config.splitConfig, options) }), run);
}

/** Renames and drops labels and entity types of annotation files, in their format. */
export function renameData(
  data: Data,
  output: string,
  options: Options.RenameOptions = {},
  run: RunOptions = {},
): JobRun<"rename"> {
  const given = () => ({ paths: pathsOf(data), output: outputPath(output), config: settings(renameConfig, options) });
  return runJob("rename", given, run);
}

/** Counts the entities, relations, pairs, lengths and distances of annotation files. */
export function dataStatistics(data: Data, options: Options.StatsOptions = {}, run: RunOptions = {}): JobRun<"stats"> {
  return runJob("stats", () => ({ paths: pathsOf(data), config: settings(config.statsConfig, options) }), run);
}

/** Verifies all of a model: its files, every tensor against config.json and for NaN, its tokenizer. */
export function verifyModel(model: string, run: RunOptions = {}): JobRun<"verify"> {
  return runJob("verify", () => ({ model: modelName(model) }), run);
}

/** Writes a model for other programs: one safetensors file, or ONNX, with config.json and tokenizer. */
export function exportModel(
  model: string,
  output: string,
  options: Options.ExportOptions,
  run: RunOptions = {},
): JobRun<"export"> {
  const given = () => ({
    model: modelName(model),
    output: outputPath(output),
    config: settings(config.exportConfig, options),
  });
  return runJob("export", given, run);
}

/** Shows the graph of a model's predictions, or of its training, a line per node; or writes it as ONNX for a viewer. */
export function modelGraph(model: string, options: Options.GraphOptions = {}, run: RunOptions = {}): JobRun<"graph"> {
  return runJob("graph", () => ({ model: modelName(model), config: settings(config.graphConfig, options) }), run);
}

/** Looks at this machine: Node, runtime, processor, memory, folders, and what is wrong with them. */
export function examineMachine(run: RunOptions = {}): JobRun<"examine"> {
  return runJob("examine", () => undefined, run);
}

/** Describes a model: architecture, sizes, labels, weights, tokenizer, and how Relata trained it. */
export function modelInfo(model: string, run: RunOptions = {}): JobRun<"info"> {
  return runJob("info", () => ({ model: modelName(model) }), run);
}
