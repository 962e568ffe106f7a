import { Option, type Command } from "commander";
import {
  checkPredictionInput,
  countOfUnit,
  entityUnit,
  flagOf,
  type GivenEntity,
  openModel,
  pickSettings,
  predictConfig,
  predictFiles,
  predictFilesConfig,
  type PredictFilesConfig,
  type PredictFilesEvent,
  type PredictionInput,
  type RelationModel,
  predictionNotices,
  type SettingSource,
  UsageError,
} from "../../../index.ts";
import { plural } from "../../../report/words.ts";
import { addSettings, settingsOf } from "../options.ts";
import { predictionTable } from "../prediction-table.ts";
import { PullView } from "../render-pull.ts";
import { ReadingView } from "../render-reading.ts";
import { renderNotices } from "../render-training.ts";
import { parseSpan } from "../span-flag.ts";
import { duration, elapsed, Pace, type StatusLine } from "../status-line.ts";
import { follow, working, write, show } from "../work.ts";

export function complete(command: Command): void {
  command
    .option("--text <text>", "a text, with two or more --span unless the model finds its entities")
    .option(
      "--span <start:end[:type]>",
      "a mention in it; two ask for (first, second), more for every ordered pair",
      collect,
      [],
    )
    .option("--json", "with --text: print JSON instead of a table")
    .addOption(new Option("--annotator <name>").hideHelp().argParser(refuseAnnotator));
  addSettings(command, predictFilesConfig).action(run);
}

function refuseAnnotator(): never {
  throw new UsageError(
    "--annotator does nothing here: predict finds relations anew, between the entities of every copy of a text. Leave it out, " +
      "or choose copies before: relata data convert FILE CHOSEN.jsonl --to relata --annotator NAME.",
  );
}

const collect = (value: string, before: string[]): string[] => [...before, value];

async function run(name: string, file: string | undefined, options: Record<string, unknown>): Promise<void> {
  const { config, sources } = await settingsOf(predictFilesConfig, options);
  const text = options["text"] as string | undefined;
  const spans = options["span"] as string[];
  if ((text === undefined) === (file === undefined)) {
    throw new UsageError(
      "Give either a file of JSON Lines (- for standard input) or --text, with two or more --span unless the model finds entities.",
    );
  }
  if (text === undefined && spans.length > 0)
    throw new UsageError("--span belongs to --text; in a file, spans are in the lines.");
  refuseIdleFlags(file, options, sources);
  const input = text === undefined ? undefined : flagInput(text, spans);
  const kept =
    (config.html ?? config.output) === undefined
      ? "Not all texts were answered; the lines that were printed are whole."
      : `Nothing was written to ${config.html ?? config.output}.`;
  await working({ outcome: () => kept }, (line) =>
    input ? predictOne(name, input, config, options["json"] === true, line) : predictTexts(name, file!, config, line),
  );
}

/** Refuses flags that do nothing for --text, or nothing for a file. @throws UsageError */
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
  const aboutFiles = Object.keys(predictFilesConfig.shape).filter((key) => !(key in predictConfig.shape));
  if (file === undefined)
    refuse(
      aboutFiles,
      "is about files and does nothing for --text, whose spans count UTF-16 code units. Leave it out.",
    );
  else if (sources["to"] === "default") {
    refuse(["toFields"], "is about the output of --to, which was not given.");
    if (sources["html"] === "default")
      refuse(["overwrite"], "is about the output of --to or --html, which were not given.");
  }
}

const twoMentions = (found: number): string =>
  `A pair needs two mentions: give --span START:END twice or more; found ${found}.`;

type FlagInput = PredictionInput & { readonly entities: readonly GivenEntity[] };

/** Lists the pairs: (first, second) for two spans, every ordered pair for more. */
function flagInput(text: string, spans: readonly string[]): FlagInput {
  const entities = spans.map(parseSpan);
  const input = { text, entities, pairs: entities.length === 2 ? ([[0, 1]] as const) : undefined };
  checkPredictionInput(input);
  return input;
}

/** Labels the text of the flags and prints a table or JSON. */
async function predictOne(
  name: string,
  input: FlagInput,
  config: PredictFilesConfig,
  json: boolean,
  line: StatusLine,
): Promise<void> {
  const pull = new PullView(line);
  const scoring = pickSettings(predictConfig, config);
  await using model = await openModel(name, scoring, { onPull: (event) => pull.show(event) });
  printNotes(model.notes, line);
  requireMentions(model, input.entities.length);
  const result = await model.predict(input);
  renderNotices(predictionNotices(model, result, "--text"), [], line);
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const { lines, notes } = predictionTable(result, model.noRelationLabel);
  if (lines.length > 0) show(lines.join("\n"));
  for (const note of notes) line.print(note);
}

/** @throws UsageError for fewer mentions than the model needs, or for any if it finds them */
function requireMentions({ kind, finds }: Pick<RelationModel, "kind" | "finds">, count: number): void {
  if (finds && kind !== "pair" && count > 0)
    throw new UsageError("--span does nothing here: the model finds the entities of a text itself. Leave it out.");
  if (finds && count === 0) return;
  if (kind === "pair" && count < 2) throw new UsageError(twoMentions(count));
  if (count === 0)
    throw new UsageError("The model needs the spans that it is to label: give --span START:END; found none.");
}

function printNotes(notes: readonly string[], line: StatusLine): void {
  for (const note of notes) line.print(`note: ${note}`);
}

/** Labels the texts of a file: JSON Lines on stdout, or pre-annotations in the format of `--to`. */
async function predictTexts(name: string, file: string, config: PredictFilesConfig, line: StatusLine): Promise<void> {
  const view = new PredictionView(line);
  const predicting = predictFiles(name, file === "-" ? process.stdin : file, config);
  const { texts, written, notices, seconds } = await follow(predicting, (event) =>
    event.type === "answer" ? write(`${JSON.stringify(event.answer)}\n`) : view.show(event),
  );
  line.clear();
  if (written) {
    const answers = view.isOfPairs ? plural(written.relations, "relation") : countOfUnit(written.entities, entityUnit);
    line.print(`${answers} written to ${config.html ?? `${config.output} (${config.to})`}.`);
    renderNotices(written.losses, [], line);
  }
  renderNotices(notices, [], line);
  line.print(`${plural(texts, "text")} in ${elapsed(seconds)}.`);
}

/** Shows the download and opening of the model, the texts read, and the number of answers. */
class PredictionView {
  readonly #line: StatusLine;
  readonly #pull: PullView;
  readonly #reading: ReadingView;
  #pace: Pace | undefined;
  /** Whether the model answers for pairs of entities, or for the entities themselves. */
  isOfPairs = true;

  constructor(line: StatusLine) {
    this.#line = line;
    this.#pull = new PullView(line);
    this.#reading = new ReadingView(line);
  }

  show(event: Exclude<PredictFilesEvent, { readonly type: "answer" }>): void {
    if (event.type === "pull") this.#pull.show(event.event);
    else if (event.type === "model") {
      this.isOfPairs = event.model.kind === "pair";
      printNotes(event.model.notes, this.#line);
    } else if (event.type === "reading") this.#reading.show(event);
    else this.#showProgress(event.done, event.total);
  }

  #showProgress(done: number, total: number | undefined): void {
    const line = this.#line;
    const { rate, secondsLeft } = (this.#pace ??= new Pace()).at(done, total ?? done);
    const known = total ? [line.bar(done / total), `${duration(secondsLeft)} left`] : [];
    line.update([...known, plural(done, "text"), `${rate.toFixed(0)} texts/s`]);
  }
}
