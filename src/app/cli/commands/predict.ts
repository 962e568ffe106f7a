import { Option, type Command } from "commander";
import {
  checkPredictionInput,
  type Document,
  type DocumentPrediction,
  type Explanation,
  flagOf,
  type GivenEntity,
  openModel,
  pickSettings,
  predictConfig,
  predictFiles,
  predictFilesConfig,
  type PredictFilesConfig,
  type PredictionInput,
  type RelationModel,
  type SettingSource,
  UsageError,
} from "../../../index.ts";
import { writePredictionsPage } from "../../../report/write-predictions-page.ts";
import { addSettings, settingsOf } from "../options.ts";
import { PredictionView, printNotes, printWritten } from "../predict-texts.ts";
import { predictionTable } from "../prediction-table.ts";
import { renderExplanation } from "../render-explanation.ts";
import { PullView } from "../render-pull.ts";
import { renderNotices } from "../render-training.ts";
import { parseSpan } from "../span-flag.ts";
import type { StatusLine } from "../status-line.ts";
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
    .option("--explain", "with --text: also print which words speak for each relation, by gradient × input")
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
  const shown = { json: options["json"] === true, explain: options["explain"] === true };
  await working({ outcome: () => kept }, (line) =>
    input ? predictOne(name, input, config, shown, line) : predictTexts(name, file!, config, line),
  );
}

/** Refuses flags that do nothing for --text, or nothing for a file. @throws UsageError */
function refuseIdleFlags(
  file: string | undefined,
  options: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, SettingSource>>,
): void {
  if (file !== undefined && options["explain"] === true)
    throw new UsageError("--explain belongs to --text: a program explains the answers to a file by model.explain().");
  if (file !== undefined && options["json"] === true)
    throw new UsageError("--json belongs to --text: the answers to a file are JSON Lines, or in the format of --to.");
  const refuse = (keys: readonly string[], why: string): void => {
    for (const key of keys)
      if ((sources[key] ?? "default") !== "default") throw new UsageError(`${flagOf(key)} ${why}`);
  };
  const ofPage = ["html", ...((sources["html"] ?? "default") === "default" ? [] : ["overwrite"])];
  const aboutFiles = Object.keys(predictFilesConfig.shape).filter(
    (key) => !(key in predictConfig.shape) && !ofPage.includes(key),
  );
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
  { json, explain }: { readonly json: boolean; readonly explain: boolean },
  line: StatusLine,
): Promise<void> {
  const pull = new PullView(line);
  const scoring = pickSettings(predictConfig, config);
  await using model = await openModel(name, scoring, { onPull: (event) => pull.show(event) });
  printNotes(model.notes, line);
  requireMentions(model, input.entities.length);
  const result = await model.predict(input);
  renderNotices(result.notices, [], line);
  if (config.html !== undefined) await writePicture(result, model, { ...config, html: config.html });
  const explanations = explain ? await explanationsOf(model, input, result) : [];
  if (json) {
    const all = explain ? { ...result, explanations } : result;
    process.stdout.write(`${JSON.stringify(all)}\n`);
    return;
  }
  const { lines, notes } = predictionTable(result, model.noRelationLabel);
  if (lines.length > 0) show(lines.join("\n"));
  for (const one of explanations) show(`\n${renderExplanation(one, result)}`);
  for (const note of notes) line.print(note);
}

/** Writes the page of `--html` with the one text. */
async function writePicture(
  { text, entities, relations }: DocumentPrediction,
  { noRelationLabel }: Pick<RelationModel, "noRelationLabel">,
  { html: path, overwrite }: { readonly html: string; readonly overwrite: boolean },
): Promise<void> {
  const found = relations.filter(({ label, abstained }) => !abstained && label !== noRelationLabel);
  async function* one(): AsyncGenerator<Document> {
    yield { id: "--text", text, entities: entities.map((entity) => ({ ...entity })), relations: found };
  }
  const titles = { title: "Entities and relations", subtitle: "Found in one text" };
  for await (const _ of writePredictionsPage(one(), { path, overwrite, ...titles }));
}

/** Explains the pair if there is one, else every pair that has a relation. */
async function explanationsOf(
  model: RelationModel,
  input: FlagInput,
  { entities, relations }: DocumentPrediction,
): Promise<Explanation[]> {
  const explained = relations.filter(
    ({ label, unscored }) => unscored === undefined && (relations.length === 1 || label !== model.noRelationLabel),
  );
  const given = { ...input, entities: entities.map(({ start, end, type }) => ({ start, end, type })) };
  const explanations: Explanation[] = [];
  for (const { head, tail } of explained) explanations.push(await model.explain(given, { head, tail }));
  return explanations;
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

/** Labels the texts of a file: JSON Lines on stdout, or pre-annotations in the format of `--to`. */
async function predictTexts(name: string, file: string, config: PredictFilesConfig, line: StatusLine): Promise<void> {
  const view = new PredictionView(line);
  const predicting = predictFiles(name, file === "-" ? process.stdin : file, config);
  const result = await follow(predicting, (event) =>
    event.type === "answer" ? write(`${JSON.stringify(event.answer)}\n`) : view.show(event),
  );
  line.clear();
  printWritten(result, config.html ?? `${config.output} (${config.to})`, view.isOfPairs, line);
}
