import { cardHead, fileName, libraryLine, withoutFolders } from "./card-head.ts";
import type { CardSettings } from "./card-settings.ts";

/** One score of the model beside those of simpler systems on the same examples. */
export interface CardScore {
  /** The hub's name of the metric: `f1`, `precision`, `recall`, `accuracy`. */
  readonly type: string;
  /** `micro F1 without NO_REL`. */
  readonly name: string;
  readonly value: number;
  /** Values of the baselines by name: `{ "majority label": 0.31 }`. */
  readonly baselines: Readonly<Record<string, number>>;
}

export interface CardFact {
  readonly name: string;
  readonly value: string;
}

/** The words of a card that depend on the task. */
export interface CardText {
  readonly task: string;
  /** The hub's name of what it does; text-classification if not given. */
  readonly pipeline?: string;
  readonly tags: readonly string[];
  /** The purpose and the parts of the model, as a sentence without its full stop. */
  readonly purpose: string;
  /** How it reads a text: one sentence. */
  readonly reading: string;
  /** The title of the column with the meanings of labels; absent if labels have only their names. */
  readonly meaning: string | undefined;
  /** The meaning of the no-relation label, if there is one. */
  readonly none: string | undefined;
  readonly limits: readonly string[];
  /** The limit of other libraries with this model, if there is one. */
  readonly elsewhere: string | undefined;
  /** Command-line flags that name spans of `exampleText`. */
  readonly spans: readonly string[];
  /**
   * A Python program that predicts with `transformers`; absent if `transformers` cannot encode texts as the model does.
   */
  readonly python: { readonly note: string | undefined; readonly code: string } | undefined;
}

/** The facts about a model that a task needs to write its part of the card. */
export interface CardSubject {
  /** The name of its folder, as a string of Python. */
  readonly folder: string;
  readonly entityTypes: readonly string[];
  readonly maxLength: number;
  readonly encoder: CardEncoder;
}

/** The encoder of a card's model. */
export interface CardEncoder {
  /** Its `model_type`. */
  readonly name: string;
  /** Ids of the words around head and tail in a text, where `transformers` has no class for a marked pair. */
  readonly markers: readonly [head: number, tail: number] | undefined;
  /** Ids of the special tokens before and after head and tail, if it has such. */
  readonly markerTokens?:
    | {
        readonly head: readonly [before: number, after: number];
        readonly tail: readonly [before: number, after: number];
      }
    | undefined;
}

/** The text of every example of a card, and where its two mentions are. */
export const exampleText = "Anna met Ben.";
export const exampleSpans = [
  { start: 0, end: 4 },
  { start: 9, end: 12 },
] as const;

export interface ModelCardFacts {
  readonly name: string;
  /** `studio-ousia/luke-base`; absent if training began from random weights. */
  readonly baseModel?: string;
  /** Whether the folder holds an adapter, whose weights are read with those of the base model. */
  readonly isAdapter?: boolean;
  /** The words that depend on the task. */
  readonly text: (subject: CardSubject) => CardText;
  /** Facts on how the model encodes texts and decides, each with its name. */
  readonly decisions: readonly CardFact[];
  /** The meanings of labels by their names. */
  readonly meanings: readonly CardFact[];
  readonly labels: { readonly noRelationLabel: string | null; readonly id2label: readonly string[] };
  readonly entityTypes: readonly string[];
  readonly maxLength: number;
  readonly encoder: CardEncoder;
  readonly data: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly documents: number;
    /** `validation` or `test` for a file that is that part whole. */
    readonly part?: string | undefined;
  }[];
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The command line, one argument each. */
  readonly command: readonly string[];
  readonly protocol: string;
  /** The part of the documents that the scores are from. */
  readonly part?: string | undefined;
  /** Facts for the head that the owner gave. */
  readonly owner?: CardSettings;
  /** Empty if nothing was held out. */
  readonly scores: readonly CardScore[];
  readonly createdWith: { readonly relata: string; readonly onnxruntime: string };
}

/** Whether a README.md was written by `modelCard`, whatever was added to it since. */
export const isModelCard = (readme: string): boolean =>
  /^---\r?\n[^]*?\r?\n---/.exec(readme)?.[0].split(/\r?\n/).includes(libraryLine) ?? false;

/**
 * Writes README.md of a model folder, after the hub's template (huggingface_hub, templates/modelcard_template.md).
 * Language, license and data sets on the hub are in it if the owner gave them. Folders may name people, so only the last part of a path outside the
 * working folder is written.
 */
export function modelCard(facts: ModelCardFacts): string {
  const { entityTypes, maxLength, encoder } = facts;
  const text = facts.text({ folder: JSON.stringify(wholeFolder(facts)), entityTypes, maxLength, encoder });
  const sections = [
    cardHead(facts, text),
    purpose(facts, text),
    labels(facts, text),
    training(facts),
    scores(facts),
    limits(text),
    usage(facts, text),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The folder that `transformers` opens: of an adapter, the merged one that `usage` makes. */
const wholeFolder = ({ name, isAdapter = false }: ModelCardFacts): string =>
  `${withoutFolders(name)}${isAdapter ? "-merged" : ""}`;

function purpose({ name, baseModel, entityTypes, maxLength }: ModelCardFacts, text: CardText): string {
  const origin = baseModel === undefined ? "random weights" : code(withoutFolders(baseModel));
  return `# ${withoutFolders(name)}

${text.purpose}, trained from ${origin} by
Relata. ${text.reading} It reads at most ${maxLength} tokens at once.

Entity types in its training texts: ${entityTypes.length > 0 ? entityTypes.map(code).join(", ") : "none"}.`;
}

function labels(
  { labels: { id2label, noRelationLabel }, decisions, meanings }: ModelCardFacts,
  { meaning: title, none = "" }: CardText,
): string {
  const known = new Map(meanings.map(({ name, value }) => [name, value]));
  const meaning = (label: string): string => (label === noRelationLabel ? none : (known.get(label) ?? ""));
  const rows = id2label.map((label, id) => [String(id), code(label), ...(title === undefined ? [] : [meaning(label)])]);
  const facts = decisions.map(({ name, value }) => `- ${name}: ${value}`);
  return `## Labels\n\n${table(["id", "label", ...(title === undefined ? [] : [title])], rows)}\n\n${facts.join("\n")}`;
}

function training({ data, seed, settings, command, createdWith }: ModelCardFacts): string {
  const files = data.map(({ path, sha256, documents, part }) => [
    `${code(fileName(path))}${part === undefined ? "" : ` (${part} part)`}`,
    String(documents),
    code(sha256),
  ]);
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const values = given.map(([key, value]) => [code(key), code(withoutFolders(show(value)))]);
  return `## How it was trained

${table(["file", "documents", "SHA-256"], files)}

The command, without the folders of its files, which are not named here:

\`\`\`sh
${command.map((argument) => quoteForShell(withoutFolders(argument))).join(" ")}
\`\`\`

Seed ${seed}, Relata ${createdWith.relata}, ONNX Runtime ${createdWith.onnxruntime}.

${table(["setting", "value"], values)}`;
}

function scores({ scores, protocol }: ModelCardFacts): string {
  if (scores.length === 0) return "## Scores\n\nNone: no example was held out.";
  const systems = [...new Set(scores.flatMap(({ baselines }) => Object.keys(baselines)))];
  const rows = scores.map(({ name, value, baselines }) => [
    name,
    shown(value),
    ...systems.map((system) => shown(baselines[system])),
  ]);
  return `## Scores\n\n${table(["", "this model", ...systems], rows)}\n\nHow they were made: ${protocol}`;
}

const limits = ({ limits: ofTask, elsewhere }: CardText): string => `## Limits

${ofTask.map((limit) => `- ${limit}\n`).join("")}- It knows the labels above and the language, subject and style of its training texts. Elsewhere, measure before use.
- Scores of labels with few examples are rough. So is any score of a small test set.${elsewhere === undefined ? "" : `\n- ${elsewhere}`}
- It repeats the mistakes and leanings of its annotators. Do not base decisions about people on it alone.`;

function usage(facts: ModelCardFacts, { spans, python }: CardText): string {
  const folder = quoteForShell(withoutFolders(facts.name));
  const relata = `## How to use it

The commands name this model's folder, ${code(withoutFolders(facts.name))}. Run them in the folder in which it lies, or name it by its own path or, once it is
there, by its name on the hub.

\`\`\`sh
${["npx relata predict", folder, "--text", JSON.stringify(exampleText), ...spans].join(" ")}
\`\`\``;
  if (!python) return relata;
  const note = python.note === undefined ? "" : `\n\n${python.note}`;
  const merging = facts.isAdapter
    ? `\n\nThis folder holds an adapter, as PEFT saves it, and no weights of the base model. One folder with both, for \`transformers\`:

\`\`\`sh
npx relata model export ${folder} ${quoteForShell(wholeFolder(facts))} --format safetensors
\`\`\``
    : "";
  return `${relata}${merging}${note}

\`\`\`python
${python.code}
\`\`\``;
}

/** The limit of a model that has to be given entities. */
export const needsSpans = "It finds no entities; their spans have to be given.";

/** "a LUKE encoder", "a bert encoder". */
export const encoderWords = ({ name }: CardEncoder): string => `a ${name === "luke" ? "LUKE" : name} encoder`;

/** Flags of `relata predict` that name spans of a text, with a type each if there are types. */
export const spanFlags = (
  spans: readonly { readonly start: number; readonly end: number }[],
  types: readonly string[],
): string[] =>
  spans.map(({ start, end }, at) => {
    const type = types[at] ?? types[0];
    return `--span ${quoteForShell(`${start}:${end}${type === undefined ? "" : `:${type}`}`)}`;
  });

const shown = (value: number | undefined): string =>
  value !== undefined && Number.isFinite(value) ? value.toFixed(4) : "–";
const show = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const quoteForShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes text as Markdown code, whatever backticks it holds. */
function code(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)));
  return text === "" ? "" : fence.length === 1 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`).replaceAll(/\s+/g, " ")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
