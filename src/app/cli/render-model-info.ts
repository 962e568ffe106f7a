import type { AdapterInfo, ModelInfo, RelataInfo, TensorUse } from "../../index.ts";
import { plural } from "../../report/words.ts";
import { size } from "./render-pull.ts";

/** A row: its name, and its values on a line each. */
type Row = readonly [name: string, ...values: string[]];

/** Formats a model for the terminal: one fact a row, those of relata.json at the end. */
export function renderModelInfo(info: ModelInfo): string {
  const rows = [...modelRows(info), ...tensorRows(info.tensors), ...(info.relata ? relataRows(info.relata) : [])];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .flatMap(([name, ...values]) => values.map((value, i) => `${(i === 0 ? name : "").padEnd(width)}  ${value}`))
    .join("\n");
}

const heads = {
  pair: "classifies pairs of entities",
  entity: "classifies entities",
  span: "classifies spans",
  token: "classifies tokens",
  biaffine: "scores every span of tokens",
} as const;

function modelRows({ folder, architecture, head, encoder, ...info }: ModelInfo): Row[] {
  const { weights, tokenizer, parameters, labels } = info;
  const sharded = weights.isSharded ? " in shards" : "";
  return [
    ["folder", folder],
    ["written by", info.relata ? `Relata ${info.relata.createdWith.relata}` : "transformers"],
    ["architecture", `${architecture ?? "not named"}, ${head ? heads[head] : "an encoder without a head of Relata"}`],
    ["encoder", encoder.shape],
    ["sizes", `${encoder.tables}: texts up to ${info.maxWords} tokens`],
    ...(info.adapter ? adapterRows(info.adapter) : []),
    ["parameters", `${grouped(parameters.total)}, ${grouped(parameters.entityTable)} of them in the entity table`],
    ...(labels.length > 0 ? [["labels", `${labels.length}: ${labels.join(", ")}`] as const] : []),
    [
      "weights",
      `${weights.file}: ${weights.format}${sharded}, ${weights.dtypes.join(" and ")}, ` +
        `${plural(weights.tensors, "tensor")}, ${size(weights.bytes)}`,
      ...weights.warnings,
    ],
    [
      "tokenizer",
      "problem" in tokenizer
        ? `none that opens: ${tokenizer.problem}`
        : `${tokenizer.class}, ${tokenizer.vocabSize} word ids, ${tokenizer.entityVocabSize} entity ids, ` +
          `up to ${tokenizer.maxLength} tokens, mentions up to ${tokenizer.maxMentionLength}`,
    ],
  ];
}

const adapterRows = ({ base, baseFolder, rank, alpha, targetModules, tokens, parameters }: AdapterInfo): Row[] => [
  [
    "adapter",
    `LoRA of rank ${rank}, alpha ${alpha}, on ${targetModules.join(", ")}${tokens === 0 ? "" : `, and rows for ${plural(tokens, "token")}`}: ` +
      `${grouped(parameters)} numbers of its own`,
    `over ${base}${base === baseFolder ? "" : ` (${baseFolder})`}; the rest of this list is of both, merged`,
  ],
];

const grouped = (count: number): string => count.toLocaleString("en-US");

/** The number of names shown of each kind; `--json` has them all. */
const shownNames = 4;

function tensorRows({ used, copied, missing, unexpected, ignored }: TensorUse): Row[] {
  const list = (what: string, names: readonly string[]): string[] => {
    const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
    return names.length > 0 ? [`${names.length} ${what}: ${names.slice(0, shownNames).join(", ")}${more}`] : [];
  };
  const reasons = [...new Set(ignored.map(({ reason }) => reason))];
  return [
    [
      "tensors",
      `${used} used`,
      ...list(
        "missing, starting as copies of query",
        copied.map(({ name }) => name),
      ),
      ...list("missing", missing),
      ...list("unknown and not used", unexpected),
      ...reasons.flatMap((reason) =>
        list(
          `not used (${reason})`,
          ignored.filter((tensor) => tensor.reason === reason).map(({ name }) => name),
        ),
      ),
    ],
  ];
}

function relataRows(relata: RelataInfo): Row[] {
  const { createdWith, task, noRelationLabel, entityTypes, maxLength, data, changedSettings, meanings } = relata;
  const encoding = relata.decisions.find(({ name }) => name === "encoding")?.value.split(":")[0];
  const none = noRelationLabel === null ? "every label means something" : `${noRelationLabel} means no relation`;
  const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const settings = changedSettings.map(({ flag, value, default: fallback }) =>
    fallback === undefined ? `${flag} ${shown(value)}` : `${flag} ${shown(value)} (default ${shown(fallback)})`,
  );
  return [
    ["task", task],
    [
      encoding === undefined ? "texts" : "encoding",
      `${encoding === undefined ? "" : `${encoding}, `}up to ${maxLength} tokens; ${none}`,
    ],
    ...relata.decisions.flatMap(({ name, value }): Row[] => (name === "encoding" ? [] : [[name, value]])),
    ...(meanings.length > 0 ? [["relations", ...meanings.map(({ name, value }) => `${name}: ${value}`)] as const] : []),
    ...(entityTypes.length > 0 ? [["entity types", entityTypes.join(", ")] as const] : []),
    [
      "data",
      ...data.map(
        ({ path, sha256, documents, part }) =>
          `${path}${part === undefined ? "" : ` (${part} part)`}: ${plural(documents, "document")}, SHA-256 ${sha256}`,
      ),
    ],
    ["settings", ...(settings.length > 0 ? settings : ["all at their defaults"])],
    ["scores", ...scoreLines(relata)],
    ["step", String(relata.step)],
    ["versions", `relata ${createdWith.relata}, onnxruntime ${createdWith.onnxruntime}`],
  ];
}

/** Formats each score with its own protocol, and the protocol of all. */
function scoreLines({ scores, protocol }: RelataInfo): string[] {
  const protocols = (scores?.["protocol"] ?? {}) as Readonly<Record<string, unknown>>;
  const numbers = Object.entries(scores ?? {}).flatMap(([name, value]) => {
    const own = protocols[name];
    return typeof value === "number" && typeof own === "string" ? [`${name} ${value.toFixed(4)} (${own})`] : [];
  });
  return [...numbers, protocol];
}
