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
    .example(
      "relata train mails.jsonl --output runs/mails",
      "train on your annotations, some of them held out to score it",
    )
    .example("relata train mails.jsonl --dry-run", "what would be trained, how long and with how much memory")
    .example("relata train mails.jsonl --task entities --output runs/entities", "a model that finds the entities")
    .example(
      "relata train mails.jsonl --config relata.yaml --epochs 20 --output runs/mails-2",
      "settings from a file; flags win",
    )
    .argument(...dataArgument),
  new LateCommand("worker", () => import("./commands/worker.ts"))
    .description(
      "Train the runs of sweeps and cross-validations that a queue on Redis or Valkey names; start as many workers as you like, anywhere.",
    )
    .example(
      "relata worker --queue redis://localhost:6379",
      "for relata train --folds 5 --queue redis://localhost:6379",
    ),
  new LateCommand("curve", () => import("./commands/curve.ts"))
    .description(
      "Draw the learning curve: train on more and more of the documents, several times each, to see where more labels stop paying.",
    )
    .example("relata curve mails.jsonl --output runs/curve", "would more annotations help?")
    .argument(...dataArgument),
  new LateCommand("evaluate", () => import("./commands/evaluate.ts"))
    .description("Score a model on annotated documents, beside the baselines learnt with it.")
    .example("relata evaluate runs/mails test.jsonl", "score on documents that the training never saw")
    .example("relata evaluate runs/mails test.jsonl --entities runs/entities", "also from text alone")
    .argument(...modelArgument)
    .argument(...dataArgument),
  new LateCommand("compare", () => import("./commands/compare.ts"))
    .description(
      "Compare two models on the same annotated documents: is the second better, where, and by more than chance?",
    )
    .example("relata compare runs/old runs/new test.jsonl", "where they differ, with intervals")
    .example("relata compare runs/old runs/new test.jsonl --require better", "in a script: exit code 1 if it is not")
    .argument("<first>", "model folder, or org/name[@revision] on the hub")
    .argument("<second>", "the model that is compared with it")
    .argument(...dataArgument),
  new LateCommand("predict", () => import("./commands/predict.ts"))
    .description(
      "Label pairs of entities, or entities by a model of their types: one text by flags, or many from a file.",
    )
    .example(
      'relata predict runs/mails --text "Je voudrais une attestation." --span 0:2 --span 3:11',
      "one text, by flags",
    )
    .example("relata predict runs/mails new.jsonl > answers.jsonl", "many texts, one JSON line each")
    .example(
      "relata predict runs/mails new.jsonl --entities runs/entities --html answers.html",
      "find the entities too, and look at pictures",
    )
    .argument(...modelArgument)
    .argument(
      "[file]",
      "JSON Lines of {text, entities}, or texts with entities in any annotation format; - for standard input",
    ),
  new LateCommand("annotate", () => import("./commands/annotate.ts"))
    .description(
      "Write texts with the entities and relations that a model finds, or simple rules, as pre-annotations for an annotation tool.",
    )
    .example(
      "relata annotate runs/both new.jsonl --to label-studio --output tasks.json",
      "entities and relations to be checked by hand",
    )
    .example(
      "relata annotate rules.yaml new.jsonl --to label-studio --output tasks.json",
      "before there is a model: words, dates, types that may be related",
    )
    .argument("<model>", "model folder, org/name[@revision] on the hub, or a file of rules (.json, .yaml)")
    .argument("<file>", "texts in any annotation format, or JSON Lines of {text}: a file or folder"),
  new LateCommand("serve", () => import("./commands/serve.ts"))
    .description("Answer requests over HTTP: a JSON API, the Open Inference Protocol, health, metrics and OpenAPI.")
    .example("relata serve runs/mails --open", "answer on http://127.0.0.1:8080, and open the page there")
    .example("relata serve runs/mails --annotate new.jsonl --open", "correct what it proposes, and train on that")
    .argument(
      "<model...>",
      "model folders, or org/name[@revision] on the hub; NAME=FOLDER gives a model another name than its folder's",
    ),
  scoreCommand(),
  new LateCommand("export", () => import("./commands/export.ts"))
    .description(
      "Write a model of relations as a static page that predicts in the browser: nothing leaves the reader's machine.",
    )
    .example("relata export runs/mails --page mails-page", "a folder for any file server")
    .argument(...modelArgument),
  new LateCommand("demo", () => import("./commands/demo.ts"))
    .description("See it work: train on the bundled example once, start the server, and open its page in a browser.")
    .example("relata demo", "from nothing to a page with arrows over a sentence"),
  dataCommand(),
  modelCommand(),
  new LateCommand("doctor", () => import("./commands/doctor.ts"))
    .description("Look at this machine: Node, runtime, processor, memory, folders; say what is wrong and what to do.")
    .example("relata doctor", "does everything work here? The exit code is 69 if not")
    .example("relata doctor --json", "the same for programs, and for a report of a problem"),
  new LateCommand("init", () => import("./commands/init.ts"))
    .description(
      "Write a config file for `relata train`: every setting with its default and what it does, as comments.",
    )
    .argument("[file]", "file to write, YAML; - for standard output", "relata.yaml")
    .example(
      "relata init",
      "write relata.yaml; then: relata train mails.jsonl --config relata.yaml --output runs/mails",
    ),
  new LateCommand("completion", () => import("./commands/completion.ts"))
    .description("Print the completion of commands, flags and their values for a shell.")
    .argument("<shell>", "bash, zsh or fish")
    .example("source <(relata completion bash)", "for this terminal; in ~/.bashrc for all")
    .example("relata completion fish > ~/.config/fish/completions/relata.fish", "for fish"),
];

const runArgument = ["<folder>", "folder of the run, which `relata score plan` has made"] as const;

const scoreCommand = (): Command =>
  new Command("score")
    .description("Score millions of texts in shards: by one process, by many machines, by the engine of a cluster.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("plan", () => import("./commands/score/plan.ts"))
        .description("Cut the inputs into shards and write the plan of a run.")
        .argument(...modelArgument)
        .argument(
          "<inputs...>",
          "files, folders and patterns in quotes ('texts/*.jsonl'), of any annotation format; Relata's JSON Lines are read where they lie",
        ),
    )
    .addCommand(
      new LateCommand("run", () => import("./commands/score/run.ts"))
        .description("Score the shards of a run that are not done yet, with the same answers as relata predict.")
        .argument(...runArgument),
    )
    .addCommand(
      new LateCommand("worker", () => import("./commands/score/worker.ts")).description(
        "Score shards that a queue on Redis or Valkey names, of any run; start as many workers as you like, anywhere.",
      ),
    )
    .addCommand(
      new LateCommand("status", () => import("./commands/score/status.ts"))
        .description("Count the shards that are done, and list those that failed.")
        .argument(...runArgument),
    )
    .addCommand(
      new LateCommand("commit", () => import("./commands/score/commit.ts"))
        .description("Check that all shards are done and whole, and join their answers in the order of the input.")
        .argument(...runArgument),
    );

const dataCommand = (): Command =>
  new Command("data")
    .description("Bring annotation files into another format, check them, count what they hold, and split them.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("convert", () => import("./commands/data-convert.ts"))
        .description(
          "Write annotation files in another format, one document at a time, so of any size. Reports everything that the other format does not hold.",
        )
        .example(
          "relata data convert export.json mails.jsonl --to relata",
          "bring a tool's export into the format of Relata",
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
        .example("relata data check export.json", "what is wrong, or likely to be; exit code 65 if there is an error")
        .example(
          "relata data check export.json --fix mended.jsonl",
          "write the documents with every certain repair made",
        )
        .argument(...dataArgument),
    )
    .addCommand(
      new LateCommand("stats", () => import("./commands/data-stats.ts"))
        .description(
          "Count what annotation files hold: entities, relations, pairs, lengths, distances, and what a model will not see.",
        )
        .example("relata data stats mails.jsonl --html stats.html", "counts in the terminal, plots on a page")
        .argument(...dataArgument),
    )
    .addCommand(
      new LateCommand("formats", () => import("./commands/data-formats.ts")).description(
        "List the annotation formats that are read and written, with what a file of each looks like.",
      ),
    )
    .addCommand(
      new LateCommand("suspects", () => import("./commands/data-suspects.ts"))
        .description(
          "Find annotations that are likely wrong or missing: models trained on the other documents judge each one.",
        )
        .example(
          "relata data suspects mails.jsonl --to label-studio --output suspects.json",
          "the most suspicious documents, to be looked at again",
        )
        .argument(...dataArgument),
    )
    .addCommand(
      new LateCommand("split", () => import("./commands/data-split.ts"))
        .description(
          "Split annotation files into parts or folds by document: equal texts stay together, and each part has its share of every relation.",
        )
        .example("relata data split mails.jsonl --output parts", "train, dev and test parts by document")
        .argument("<data...>", "annotation files of one format, which the parts have too: files, gzip, zip, folders"),
    )
    .addCommand(sampleCommand())
    .addCommand(renameCommand());

const sampleCommand = (): Command =>
  new LateCommand("sample", () => import("./commands/data-sample.ts"))
    .description(
      "Choose what to label next: texts of which a model is unsure, texts with rare labels, none like another; written with the model's answers.",
    )
    .example(
      "relata data sample runs/both new.jsonl --count 20 --to label-studio --output next.json",
      "the next twenty texts, best first",
    )
    .argument("<model>", "model folder, org/name[@revision] on the hub, or a file of rules (.json, .yaml)")
    .argument("<file>", "texts in any annotation format, or JSON Lines of {text}: a file or folder");

const renameCommand = (): Command =>
  new LateCommand("rename", () => import("./commands/data-rename.ts"))
    .description("Rename, swap and drop relation labels and entity types of annotation files, in their format.")
    .usage("[options] <in...> <out>")
    .argument("<files...>", "what to read, and last where to write")
    .example("relata data rename mails.jsonl new.jsonl --label DO_WHEN=AT_TIME --type TIME=DATE", "new names")
    .example(
      'relata data rename mails.jsonl new.jsonl --label "DO_WHEN(TIME,OBJ)=TIME_OF_WHAT" --drop-label SAME_AS',
      "a label between two types only; leave another out",
    );

const modelCommand = (): Command =>
  new Command("model")
    .description("Look at models, check them, fetch them from the hub, and export them for other programs.")
    .helpCommand(false)
    .addCommand(
      new LateCommand("list", () => import("./commands/model/list.ts"))
        .description(
          "List models that training may start from: for what, languages, licence, size, memory, speed and scores.",
        )
        .example("relata model list", "which model for which job"),
    )
    .addCommand(
      new LateCommand("info", () => import("./commands/model/info.ts"))
        .description("Describe a model: architecture, sizes, labels, weights, tokenizer, and how Relata trained it.")
        .example("relata model info runs/mails", "labels, sizes, and how it was trained")
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
        .example("relata model verify runs/mails", "check every file and tensor")
        .argument(...modelArgument),
    )
    .addCommand(
      new LateCommand("pull", () => import("./commands/model/pull.ts"))
        .description("Fetch a model from the hub into the cache that is shared with Python, and check all its files.")
        .example("relata model pull studio-ousia/mluke-base-lite", "into the cache that Python shares")
        .argument("<model>", "org/name[@revision] on the hub"),
    )
    .addCommand(
      new LateCommand("export", () => import("./commands/model/export.ts"))
        .description("Write a model for other programs: one safetensors file, or ONNX, with config.json and tokenizer.")
        .example("relata model export runs/mails exported --format onnx", "for programs that run ONNX")
        .argument(...modelArgument)
        .argument("<output>", "folder for the export, empty or not there yet"),
    );
