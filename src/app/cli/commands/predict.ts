import { Command } from "commander";
import { predictConfig } from "../../../config.ts";
import { UsageError } from "../../../errors.ts";
import type { DocumentPrediction, PredictionInput } from "../../../recipes/predict.ts";
import { RecipeThread, resultOf } from "../../../recipes/thread/host.ts";
import { onInterrupt } from "../interrupt.ts";
import { addSettings, settingsOf } from "../options.ts";
import { readPredictionLines } from "../prediction-lines.ts";
import { parseSpan } from "../span-flag.ts";
import { duration, Pace, StatusLine } from "../status-line.ts";

/** Texts scored in one go: enough to fill batches, few enough to answer a stream early. */
const textsAtOnce = 64;

export function predictCommand(): Command {
  const command = new Command("predict")
    .description("Label pairs of entities with a trained model: one text by flags, or many as JSON Lines.")
    .argument("<model>", "model folder")
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
  if (text !== undefined && spans.length < 2) {
    throw new UsageError(`A pair needs two mentions: give --span START:END twice or more; found ${spans.length}.`);
  }

  const line = new StatusLine();
  const interrupt = onInterrupt((message) => line.print(message));
  const thread = new RecipeThread();
  try {
    await resultOf(thread.call("open", { folder, config }));
    const predict = (inputs: PredictionInput[]): Promise<DocumentPrediction[]> =>
      resultOf(thread.call("predict", { inputs, config }, interrupt.signal));
    if (text === undefined) await predictFile(file!, predict, line);
    else await predictText(text, spans, options["json"] === true, predict);
  } finally {
    line.clear();
    interrupt.dispose();
    await thread.close();
  }
}

type Predict = (inputs: PredictionInput[]) => Promise<DocumentPrediction[]>;

async function predictText(text: string, spans: readonly string[], json: boolean, predict: Predict): Promise<void> {
  const entities = spans.map(parseSpan);
  const pairs = entities.length === 2 ? ([[0, 1]] as const) : undefined;
  const [result] = await predict([{ text, entities, ...(pairs ? { pairs } : {}) }]);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : predictionTable(result!));
}

/** One line a pair: head, tail, the label with its probability, and the runners-up. */
function predictionTable({ entities, relations }: DocumentPrediction): string {
  return relations
    .map(({ head, tail, label, probability, probabilities, unscored }) => {
      const pair = `${entities[head]!.text} → ${entities[tail]!.text}`;
      if (unscored) return `${pair}:  not scored, ${unscored}\n`;
      const others = Object.entries(probabilities)
        .filter(([other]) => other !== label)
        .sort(([, a], [, b]) => b - a)
        .slice(0, 2)
        .map(([other, value]) => `${other} ${value.toFixed(3)}`);
      return `${pair}:  ${label} ${probability.toFixed(3)}   (${others.join(", ")})\n`;
    })
    .join("");
}

async function predictFile(file: string, predict: Predict, line: StatusLine): Promise<void> {
  const started = performance.now();
  const pace = new Pace();
  let texts = 0;
  let waiting: PredictionInput[] = [];
  const flush = async (): Promise<void> => {
    for (const result of await predict(waiting)) await write(`${JSON.stringify(result)}\n`);
    texts += waiting.length;
    waiting = [];
    line.update(`${texts} texts  ${pace.at(texts, texts).rate.toFixed(0)} texts/s`);
  };
  for await (const input of readPredictionLines(file)) {
    waiting.push(input);
    if (waiting.length === textsAtOnce) await flush();
  }
  if (waiting.length > 0) await flush();
  line.print(`${texts} texts in ${duration((performance.now() - started) / 1000)}.`);
}

/** Waits for a slow reader, so that a long file does not pile up in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
