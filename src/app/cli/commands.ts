import { Command } from "commander";
import { LateCommand } from "./late-command.ts";

const modelArgument = ["<model>", "model folder, or org/name[@revision] on the hub"] as const;
const dataArgument = [
  "<data...>",
  "annotation files, of any format that `relata data formats` lists: files, gzip, zip, folders",
] as const;

/** The commands in the order of the program's help; each loads its flags and its code when it is called. */
export const commands = (): Command[] => [
  new LateCommand("train", () => import("./commands/train.ts"))
    .description("Train a model of relations or entity types on annotated documents and write its model folder.")
    .argument(...dataArgument),
  new LateCommand("curve", () => import("./commands/curve.ts"))
    .description(
      "Draw the learning curve: train on more and more of the documents, several times each, to see where more labels stop paying.",
    )
    .argument(...dataArgument),
  new LateCommand("evaluate", () => import("./commands/evaluate.ts"))
    .description("Score a model on annotated documents, beside the baselines learnt with it.")
    .argument(...modelArgument)
    .argument(...dataArgument),
  new LateCommand("predict", () => import("./commands/predict.ts"))
    .description(
      "Label pairs of entities, or entities by a model of their types: one text by flags, or many from a file.",
    )
    .argument(...modelArgument)
    .argument(
      "[file]",
      "JSON Lines of {text, entities}, or texts with entities in any annotation format; - for standard input",
    ),
  new LateCommand("serve", () => import("./commands/serve.ts"))
    .description("Answer requests over HTTP: a JSON API, the Open Inference Protocol, health, metrics and OpenAPI.")
    .argument(
      "<model...>",
      "model folders, or org/name[@revision] on the hub; NAME=FOLDER gives a model another name than its folder's",
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
          "Write annotation files in another format, one document at a time, so of any size. Reports everything that the other format does not hold.",
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
        .argument(...dataArgument),
    )
    .addCommand(
      new LateCommand("stats", () => import("./commands/data-stats.ts"))
        .description(
          "Count what annotation files hold: entities, relations, pairs, lengths, distances, and what a model will not see.",
        )
        .argument(...dataArgument),
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
        .argument("<data...>", "annotation files of one format, which the parts have too: files, gzip, zip, folders"),
    );

const modelCommand = (): Command =>
  new Command("model")
    .description("Look at models, check them, fetch them from the hub, and export them for other programs.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("info", () => import("./commands/model/info.ts"))
        .description("Describe a model: architecture, sizes, labels, weights, tokenizer, and how Relata trained it.")
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
