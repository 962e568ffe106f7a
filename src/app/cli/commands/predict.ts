import { Command } from "commander";
import { predictConfig } from "../../../config.ts";
import { UsageError } from "../../../errors.ts";
import type { DocumentPrediction } from "../../../recipes/predict.ts";
import { checkPredictionInput, type PredictionInput } from "../../../recipes/prediction-input.ts";
import { RecipeThread, resultOf } from "../../../recipes/thread/host.ts";
import { endOnInterrupt } from "../interrupt.ts";
import { PullView } from "../render-pull.ts";
import { addSettings, settingsOf } from "../options.ts";
import { readPredictionLines } from "../prediction-lines.ts";
import { parseSpan } from "../span-flag.ts";
import { elapsed, Pace, plural, StatusLine } from "../status-line.ts";

/** Texts scored in one go: enough to fill batches, few enough to answer a stream early. */
const textsAtOnce = 64;

export function predictCommand(): Command {
  const command = new Command("predict")
    .description(
      "Label pairs of entities (or entities, by LUKE's other heads) with a trained model: one text by flags, or many as JSON Lines.",
    )
    .argument("<model>", "model folder, or org/name on the hub")
    .argument("[file]", "JSON Lines of {text, entities}, - for standard input")
    .option("--text <text>", "a text, with two or more --span")
    .option(
      "--span <start:end[:type]>",
      "a mention in it; two ask for (first, second), more for every ordered pair",
      collect,
      [],
    )
    .option("--json", "with --text: print JSON instead of a table");
  return addSettings(command, predictConfig).action(run);
}

const collect = (value: string, before: string[]): string[] => [...before, value];

async function run(folder: string, file: string | undefined, options: Record<string, unknown>): Promise<void> {
  const { config } = await settingsOf(predictConfig, options);
  const text = options["text"] as string | undefined;
  const spans = options["span"] as string[];
  if ((text === undefined) === (file === undefined)) {
    throw new UsageError("Give either a file of JSON Lines (- for standard input) or --text with two or more --span.");
  }
  if (text === undefined && spans.length > 0)
    throw new UsageError("--span belongs to --text; in a file, spans are in the lines.");
  if (text !== undefined && spans.length === 0) throw new UsageError(twoMentions(0));
  const input = text === undefined ? undefined : flagInput(text, spans);

  const line = new StatusLine();
  const interrupt = endOnInterrupt(line);
  const thread = new RecipeThread();
  try {
    const pull = new PullView(line);
    const opening = thread.call("open", { folder, config });
    let step = await opening.next();
    for (; !step.done; step = await opening.next()) pull.show(step.value.event);
    for (const note of step.value.notes) line.print(`note: ${note}`);
    if (step.value.kind === "pair" && spans.length === 1) throw new UsageError(twoMentions(1));
    const predict: Predict = (inputs) => resultOf(thread.call("predict", { inputs, config }));
    if (input) await predictOne(input, options["json"] === true, predict);
    else await predictFile(file!, predict, line);
  } finally {
    line.clear();
    interrupt.dispose();
    await thread.close();
  }
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

async function predictOne(input: PredictionInput, json: boolean, predict: Predict): Promise<void> {
  const [result] = await predict([input]);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : predictionTable(result!));
}

interface Answer {
  readonly label?: string;
  readonly probability?: number;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly unscored?: string;
}

/** One line a pair, or an entity: the label with its probability, and the runners-up. */
function predictionTable({ entities, relations }: DocumentPrediction): string {
  const pairs = relations.map((answer) =>
    row(`${entities[answer.head]!.text} → ${entities[answer.tail]!.text}`, answer),
  );
  const labelled = entities.filter(({ label, unscored }) => label ?? unscored);
  return [...pairs, ...labelled.map((entity) => row(entity.text, entity))].join("");
}

function row(what: string, { label, probability, probabilities = {}, unscored }: Answer): string {
  if (unscored) return `${what}:  not scored, ${unscored}\n`;
  const others = Object.entries(probabilities)
    .filter(([other]) => other !== label)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([other, value]) => `${other} ${value.toFixed(3)}`);
  return `${what}:  ${label} ${probability?.toFixed(3)}   (${others.join(", ")})\n`;
}

async function predictFile(file: string, predict: Predict, line: StatusLine): Promise<void> {
  const started = performance.now();
  const pace = new Pace();
  let texts = 0;
  let waiting: PredictionInput[] = [];
  const flush = async (): Promise<void> => {
    const inputs = waiting;
    waiting = [];
    for (const result of await predict(inputs)) await write(`${JSON.stringify(result)}\n`);
    texts += inputs.length;
    line.update([plural(texts, "text"), `${pace.at(texts, texts).rate.toFixed(0)} texts/s`]);
  };
  try {
    for await (const input of readPredictionLines(file)) {
      waiting.push(input);
      if (waiting.length === textsAtOnce) await flush();
    }
  } finally {
    // Lines before a bad one have their results.
    if (waiting.length > 0) await flush();
  }
  line.print(`${plural(texts, "text")} in ${elapsed((performance.now() - started) / 1000)}.`);
}

/** Waits for a slow reader, so that a long file does not pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
