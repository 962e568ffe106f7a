import { z } from "zod";

/** One model that training may start from, as people choose it. */
const listedModel = z.strictObject({
  /** The value of `--model`. */
  name: z.string(),
  goal: z.string(),
  languages: z.string(),
  /** Numbers in the layers, in millions; each step changes all of them. */
  layers: z.number().positive(),
  /** Numbers in the tables of words and positions, in millions; a step changes the rows that it reads. */
  tables: z.number().positive(),
  license: z.string(),
  /** How fast it scores, where `npm run bench -- encoders` measured an encoder of these sizes. */
  speed: z.string().optional(),
  /** A score that was measured with it here (docs/results.md). */
  score: z.string().optional(),
});

export type StartOption = z.infer<typeof listedModel> & {
  /** Numbers in all, in millions. */
  readonly parameters: number;
  /** GB that fine-tuning takes, estimated from the numbers above. */
  readonly memory: number;
};

/**
 * GB of a training run: weights, gradients and two moments of AdamW for each number of the layers, the weights alone for
 * tables, and half a GB for the program and the values of a batch of 32 short texts.
 */
const memoryOf = ({ layers, tables }: z.infer<typeof listedModel>): number =>
  Math.round((16 * layers + 4 * tables) / 100 + 5) / 10;

/** RoBERTa's layers, which theirs are. */
const asRoberta = "2.9 × transformers, int8 8.1 ×";

const models: readonly z.input<typeof listedModel>[] = [
  {
    name: "relata-mini",
    goal: "a start without a download, for few documents",
    languages: "Latin script; measured on French and English",
    layers: 18,
    tables: 44,
    license: "MIT",
    score: "SemEval-2010 85.4",
  },
  {
    name: "luke-mini",
    goal: "other scripts without a download: it learns from random weights",
    languages: "any",
    layers: 0.5,
    tables: 0.6,
    license: "Apache-2.0",
    score: "SemEval-2010 64.2",
  },
  {
    name: "sentence-transformers/all-MiniLM-L6-v2",
    goal: "small and quick, short texts",
    languages: "English",
    layers: 10.6,
    tables: 11.9,
    license: "Apache-2.0",
    score: "SemEval-2010 85.6",
  },
  {
    name: "intfloat/multilingual-e5-small",
    goal: "small, many languages",
    languages: "about 100",
    layers: 21.3,
    tables: 96.2,
    license: "MIT",
  },
  {
    name: "jhu-clsp/ettin-encoder-17m",
    goal: "the smallest download, long texts",
    languages: "English",
    layers: 3.9,
    tables: 12.9,
    license: "MIT",
  },
  {
    name: "jhu-clsp/mmBERT-small",
    goal: "long texts in many languages",
    languages: "over 1,800",
    layers: 42.3,
    tables: 98.3,
    license: "MIT",
  },
  {
    name: "answerdotai/ModernBERT-base",
    goal: "long texts, up to 8,192 tokens",
    languages: "English",
    layers: 110.3,
    tables: 38.7,
    license: "Apache-2.0",
    speed: "3.0 × transformers, int8 7.7 ×",
  },
  {
    name: "almanach/camembert-base",
    goal: "French",
    languages: "French",
    layers: 85.1,
    tables: 25,
    license: "MIT",
    speed: asRoberta,
  },
  {
    name: "FacebookAI/xlm-roberta-base",
    goal: "many languages, widely known",
    languages: "100",
    layers: 85.1,
    tables: 192.4,
    license: "MIT",
    speed: asRoberta,
  },
  {
    name: "studio-ousia/mluke-base-lite",
    goal: "entities of their own in the encoder, every pair of a text at once",
    languages: "24",
    layers: 106.3,
    tables: 192.4,
    license: "Apache-2.0",
  },
  {
    name: "FacebookAI/roberta-large",
    goal: "published relation classifiers with typed markers stand on it",
    languages: "English",
    layers: 302.3,
    tables: 52,
    license: "MIT",
  },
  {
    name: "microsoft/deberta-v3-base",
    goal: "accuracy before speed",
    languages: "English",
    layers: 85.1,
    tables: 98.8,
    license: "MIT",
    speed: "3.5 × transformers, int8 8.6 ×",
  },
  {
    name: "microsoft/mdeberta-v3-base",
    goal: "accuracy before speed, many languages",
    languages: "about 100",
    layers: 85.1,
    tables: 193.2,
    license: "MIT",
    speed: "3.5 × transformers, int8 8.6 ×",
  },
];

/** Lists models that training may start from, the smallest and nearest first; `--model` takes every other of their families too. */
export const listedModels = (): StartOption[] =>
  models.map((given) => {
    const model = listedModel.parse(given);
    return { ...model, parameters: Math.round((model.layers + model.tables) * 10) / 10, memory: memoryOf(model) };
  });

/** The columns of the table, for the terminal and for README. */
export const modelColumns: readonly (readonly [head: string, cell: (model: StartOption) => string])[] = [
  ["model", ({ name }) => name],
  ["for", ({ goal }) => goal],
  ["languages", ({ languages }) => languages],
  ["parameters", ({ parameters }) => `${parameters < 10 ? parameters : Math.round(parameters)} M`],
  ["licence", ({ license }) => license],
  ["memory to fine-tune, estimated", ({ memory }) => `${memory} GB`],
  ["scoring", ({ speed }) => speed ?? "–"],
  ["score", ({ score }) => score ?? "–"],
];
