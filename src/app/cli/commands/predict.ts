import { plural } from "../../../quote.ts";
import type { Command } from "commander";
import { basename } from "node:path";
import { predictConfig, predictFilesConfig, type PredictFilesConfig } from "../../../config.ts";
import type { Document } from "../../../corpus/document.ts";
import { pairCount } from "../../../corpus/pairs.ts";
import { UsageError } from "../../../errors.ts";
import type { DocumentPrediction } from "../../../recipes/predict.ts";
import type { ShownTypes } from "../../../model/tasks/relations/type-notices.ts";
import { checkPredictionInput, type PredictionInput } from "../../../model/tasks/prediction-input.ts";
import { RecipeThread, resultOf } from "../../../recipes/thread/host.ts";
import { onInterrupt } from "../interrupt.ts";
import { predictionTable } from "../prediction-table.ts";
import { PullView } from "../render-pull.ts";
import { formatSettings } from "../../../formats/settings.ts";
import { PredictionNotices, readingNotices, spanNotices } from "../../../recipes/prediction-notices.ts";
import { flagOf, pickSettings, type SettingSource } from "../../../settings.ts";
import type { PredictionTexts } from "../prediction-texts.ts";
import { addSettings, settingsOf } from "../options.ts";
import type { DocumentInput } from "../../../recipes/pre-annotate.ts";
import { renderNotices } from "../render-training.ts";
import { parseSpan } from "../span-flag.ts";
import { duration, elapsed, Pace, StatusLine } from "../status-line.ts";

/** Texts scored in one go: enough to fill batches, few enough to answer a stream early. */
const textsAtOnce = 64;

/** From this many pairs on, fewer texts: the answers to all of them are held in memory. */
const pairsAtOnce = 50_000;

export function complete(command: Command): void {
  command
    .option("--text <text>", "a text, with two or more --span")
    .option(
      "--span <start:end[:type]>",
      "a mention in it; two ask for (first, second), more for every ordered pair",
      collect,
      [],
    )
    .option("--json", "with --text: print JSON instead of a table");
  addSettings(command, predictFilesConfig).action(run);
}

const collect = (value: string, before: string[]): string[] => [...before, value];

async function run(folder: string, file: string | undefined, options: Record<string, unknown>): Promise<void> {
  const { config, sources } = await settingsOf(predictFilesConfig, options);
  const scoring = pickSettings(predictConfig, config);
  const text = options["text"] as string | undefined;
  const spans = options["span"] as string[];
  if ((text === undefined) === (file === undefined)) {
    throw new UsageError("Give either a file of JSON Lines (- for standard input) or --text with two or more --span.");
  }
  if (text === undefined && spans.length > 0)
    throw new UsageError("--span belongs to --text; in a file, spans are in the lines.");
  if (text !== undefined && spans.length === 0) throw new UsageError(twoMentions(0));
  refuseIdleFlags(file, options, sources);
  const input = text === undefined ? undefined : flagInput(text, spans);

  const line = new StatusLine();
  const kept =
    config.output === undefined
      ? "Not all texts were answered; the lines that were printed are whole."
      : `Nothing was written to ${config.output}.`;
  const interrupt = onInterrupt({ line, tell: () => kept });
  const thread = new RecipeThread();
  try {
    const pull = new PullView(line);
    const opening = thread.call("open", { folder, config: scoring });
    let step = await opening.next();
    for (; !step.done; step = await opening.next()) pull.show(step.value.event);
    for (const note of step.value.notes) line.print(`note: ${note}`);
    if (step.value.kind === "pair" && spans.length === 1) throw new UsageError(twoMentions(1));
    if (step.value.kind !== "pair") refuseFlagsOfPairs(config);
    const predict: Predict = (inputs) => resultOf(thread.call("predict", { inputs, config: scoring }));
    if (input) await predictOne(input, options["json"] === true, { predict, line, model: step.value, folder });
    else await predictTexts(file!, config, { predict, line, model: step.value, folder });
  } finally {
    line.clear();
    interrupt.dispose();
    await thread.close();
  }
}

/** @throws UsageError for a flag that a classifier of entities has no use for. */
function refuseFlagsOfPairs({ relationsOnly, maxPairs }: PredictFilesConfig): void {
  const given = relationsOnly ? "relationsOnly" : maxPairs === undefined ? undefined : "maxPairs";
  if (given !== undefined)
    throw new UsageError(`${flagOf(given)} does nothing here: the model labels entities, not pairs. Leave it out.`);
}

/** @throws UsageError for a flag that says nothing about the text of --text, or about a file. */
function refuseIdleFlags(
  file: string | undefined,
  options: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, SettingSource>>,
): void {
  if (file !== undefined && options["json"] === true)
    throw new UsageError("--json belongs to --text: the answers to a file are JSON Lines, or in the format of --to.");
  const refuse = (keys: readonly string[], why: string): void => {
    for (const key of keys)
      if ((sources[key] ?? "default") !== "default") throw new UsageError(`${flagOf(key)} ${why}`);
  };
  const aboutFiles = [...Object.keys(formatSettings.shape), "to", "output", "overwrite", "toFields"];
  if (file === undefined)
    refuse(
      aboutFiles,
      "is about files and does nothing for --text, whose spans count UTF-16 code units. Leave it out.",
    );
  else if (sources["to"] === "default")
    refuse(["overwrite", "toFields"], "is about the output of --to, which was not given.");
}

const twoMentions = (found: number): string =>
  `A pair needs two mentions: give --span START:END twice or more; found ${found}.`;

type Predict = (inputs: PredictionInput[]) => Promise<DocumentPrediction[]>;

/** Two spans ask for (first, second), more for every ordered pair. */
function flagInput(text: string, spans: readonly string[]): PredictionInput {
  const entities = spans.map(parseSpan);
  const input = { text, entities, pairs: entities.length === 2 ? ([[0, 1]] as const) : undefined };
  checkPredictionInput(input);
  return input;
}

interface Opened {
  readonly predict: Predict;
  readonly line: StatusLine;
  readonly model: {
    readonly kind: "pair" | "entity" | "span";
    readonly noRelationLabel: string | undefined;
    readonly shownTypes: ShownTypes | undefined;
  };
  readonly folder: string;
}

/** Labels the text of the flags: a table, or JSON. */
async function predictOne(input: PredictionInput, json: boolean, opened: Opened): Promise<void> {
  const { predict, line, model } = opened;
  const result = (await predict([input]))[0]!;
  const seen = new PredictionNotices(model);
  seen.see({ source: { file: "--text" } }, result);
  renderNotices([...spanNotices(result, "--text"), ...seen.list()], [], line);
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const { lines, notes } = predictionTable(result, model.noRelationLabel);
  process.stdout.write(lines.map((row) => `${row}\n`).join(""));
  for (const note of notes) line.print(note);
}

/** Labels the texts of a file: JSON Lines on stdout, or pre-annotations in the format of `--to`. */
async function predictTexts(file: string, config: PredictFilesConfig, opened: Opened): Promise<void> {
  const { line, model, folder } = opened;
  const { to, output, overwrite, toFields } = config;
  if ((to === undefined) !== (output === undefined))
    throw new UsageError("--to and --output belong together: the format of the pre-annotations, and where they go.");
  const started = performance.now();
  // The formats take longer to load than a help text may take.
  const { readPredictionTexts } = await import("../prediction-texts.ts");
  const { predictedDocument, preAnnotate } = await import("../../../recipes/pre-annotate.ts");
  const reading = await readPredictionTexts(file, config, (read) => line.update([`${plural(read, "text")} read`]));
  const seen = new PredictionNotices(model);
  let count = 0;
  if (to === undefined || output === undefined) {
    for await (const { input, result } of predicted(reading, seen, { ...opened, maxPairs: config.maxPairs })) {
      await write(`${JSON.stringify(input.metadata ? { ...result, metadata: input.metadata } : result)}\n`);
      count++;
    }
  } else {
    const noRelationLabel = model.noRelationLabel ?? "NO_REL";
    async function* documents(): AsyncGenerator<Document> {
      for await (const { input, result } of predicted(reading, seen, { ...opened, maxPairs: config.maxPairs }))
        yield predictedDocument(input, result, ++count, noRelationLabel);
    }
    const options = { to, output, overwrite, fields: toFields, noRelationLabel, modelVersion: basename(folder) };
    const written = await preAnnotate(documents(), options);
    line.print(`${plural(written.relations, "relation")} written to ${output} (${to}).`);
    renderNotices(written.losses, [], line);
  }
  renderNotices([...readingNotices(reading.notices.list()), ...seen.list()], [], line);
  line.print(`${plural(count, "text")} in ${elapsed((performance.now() - started) / 1000)}.`);
}

/** Texts with their answers, many scored at once; of a stream, those before a bad one are answered before it is thrown. */
async function* predicted(
  { texts, count }: PredictionTexts,
  seen: PredictionNotices,
  { predict, line, maxPairs }: Opened & { readonly maxPairs: number | undefined },
): AsyncGenerator<{ readonly input: DocumentInput; readonly result: DocumentPrediction }> {
  const pace = new Pace();
  let done = 0;
  let waiting: DocumentInput[] = [];
  async function* flush(): AsyncGenerator<{ input: DocumentInput; result: DocumentPrediction }> {
    const inputs = waiting;
    waiting = [];
    const results = await predict(inputs);
    for (const [i, input] of inputs.entries()) {
      seen.see(input, results[i]!);
      yield { input, result: results[i]! };
    }
    done += inputs.length;
    const { rate, secondsLeft } = pace.at(done, count ?? done);
    const known = count ? [line.bar(done / count), `${duration(secondsLeft)} left`] : [];
    line.update([...known, plural(done, "text"), `${rate.toFixed(0)} texts/s`]);
  }
  let failure: unknown;
  let pairs = 0;
  try {
    for await (const text of texts) {
      waiting.push(text);
      pairs += text.pairs?.length ?? Math.min(pairCount(text.entities.length), maxPairs ?? Infinity);
      if (waiting.length < textsAtOnce && pairs < pairsAtOnce) continue;
      yield* flush();
      pairs = 0;
    }
  } catch (error) {
    failure = error;
  }
  if (waiting.length > 0) yield* flush();
  if (failure !== undefined) throw failure;
}

/** Waits for a slow reader, so that a long file does not pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
