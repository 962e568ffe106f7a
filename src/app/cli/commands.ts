import { Command } from "commander";
import { LateCommand } from "./late-command.ts";

const modelArgument = ["<model>", "model folder, or org/name[@revision] on the hub"] as const;

/** The commands as the help of the program lists them; each loads its flags and its work when it is called. */
export const commands = (): Command[] => [
  new LateCommand("train", () => import("./commands/train.ts"))
    .description("Train a relation classifier on annotated documents and write its model folder.")
    .argument("<data...>", "annotation exports: Annotto jsonlines, SemEval-2010 Task 8 text"),
  new LateCommand("curve", () => import("./commands/curve.ts"))
    .description(
      "Train on more and more of the documents, several times each, and draw what they are worth: where more labels stop paying.",
    )
    .argument("<data...>", "annotation exports, as for train"),
  new LateCommand("evaluate", () => import("./commands/evaluate.ts"))
    .description("Score a model folder on annotated documents, beside the baselines learnt with it.")
    .argument("<model>", "model folder")
    .argument("<data...>", "annotation exports"),
  new LateCommand("predict", () => import("./commands/predict.ts"))
    .description(
      "Label pairs of entities (or entities, by LUKE's other heads) with a trained model: one text by flags, or many as JSON Lines.",
    )
    .argument("<model>", "model folder, or org/name on the hub")
    .argument(
      "[file]",
      "JSON Lines of {text, entities}, - for standard input; or texts with entities in any annotation format",
    ),
  dataCommand(),
  modelCommand(),
];

const dataCommand = (): Command =>
  new Command("data")
    .description("Bring annotation files into another format, check them, count what they hold, and split them.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("convert", () => import("./commands/data-convert.ts"))
        .description(
          "Write annotation files in another format, one document at a time: files of any size. Tells everything that the other format does not hold.",
        )
        .usage("[options] <in...> <out>")
        .argument(
          "<files...>",
          "what to read (files, gzip, zip, folders), and last where to write: a file, packed if it ends in .gz; a folder; or - for standard output",
        ),
    )
    .addCommand(
      new LateCommand("check", () => import("./commands/data-check.ts"))
        .description("Find what is wrong in annotation files, or likely to be, and repair what is certain.")
        .argument("<data...>", "annotation files: of any format, gzip, zip, folders"),
    )
    .addCommand(
      new LateCommand("stats", () => import("./commands/data-stats.ts"))
        .description(
          "Count what annotation files hold: entities, relations, pairs, lengths, distances, and what a model will not see.",
        )
        .argument("<data...>", "annotation files: of any format, gzip, zip, folders"),
    )
    .addCommand(
      new LateCommand("formats", () => import("./commands/data-formats.ts")).description(
        "List the annotation formats that are read and written, with what a file of each looks like.",
      ),
    )
    .addCommand(
      new LateCommand("split", () => import("./commands/data-split.ts"))
        .description(
          "Split annotation files into parts or folds by document: equal texts stay together, and each part has its share of every relation.",
        )
        .argument("<data...>", "annotation files of one format, which is also that of the parts"),
    );

const modelCommand = (): Command =>
  new Command("model")
    .description("Look at models, check them, fetch them from the hub, and export them for other programs.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("info", () => import("./commands/model/info.ts"))
        .description(
          "Tell what a model is: architecture, sizes, labels, weights, tokenizer, and how Relata trained it.",
        )
        .argument(...modelArgument),
    )
    .addCommand(
      new LateCommand("graph", () => import("./commands/model/graph.ts"))
        .description("Print the graph of a model, a line per node, or write it as ONNX for a viewer.")
        .argument(...modelArgument),
    )
    .addCommand(
      new LateCommand("verify", () => import("./commands/model/verify.ts"))
        .description("Check all of a model: its files, every tensor against config.json and for NaN, its tokenizer.")
        .argument(...modelArgument),
    )
    .addCommand(
      new LateCommand("pull", () => import("./commands/model/pull.ts"))
        .description("Fetch a model from the hub into the cache that is shared with Python, and check all its files.")
        .argument("<model>", "org/name[@revision] on the hub"),
    )
    .addCommand(
      new LateCommand("export", () => import("./commands/model/export.ts"))
        .description("Write a model for other programs: one safetensors file, or ONNX, with config.json and tokenizer.")
        .argument(...modelArgument)
        .argument("<output>", "folder for the export, empty or not there yet"),
    );
