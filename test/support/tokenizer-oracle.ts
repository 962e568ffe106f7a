import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

type Range = readonly [start: number, end: number];

/** The record that scripts/oracle/tokenizer_cases.py stores for one text; spans are UTF-16 offsets. */
export interface TokenizerCase {
  readonly text: string;
  readonly spans: readonly Range[];
  readonly inputIds: readonly number[];
  readonly entityIds: readonly number[];
  /** Of each entity the first of its positions and their number. */
  readonly positions: readonly (readonly [first: number, count: number])[];
  /** Only where there are no markers; the ends are inclusive. */
  readonly starts?: readonly number[];
  readonly ends?: readonly number[];
}

export interface PaddedCases {
  readonly texts: readonly string[];
  readonly spans: readonly (readonly Range[])[];
  readonly input_ids: readonly number[][];
  readonly attention_mask: readonly number[][];
  readonly entity_ids: readonly number[][];
  readonly entity_attention_mask: readonly number[][];
  readonly entity_position_ids: readonly number[][][];
}

export interface TokenizerOracle {
  readonly versions: Readonly<Record<string, string>>;
  readonly sha256: Readonly<Record<string, string>>;
  readonly vocabSize: number;
  readonly cases: Readonly<
    Record<"entity_pair_classification" | "entity_classification" | "entity_span_classification", TokenizerCase[]>
  >;
  readonly differences: Readonly<Record<string, TokenizerCase>>;
  /** Texts in which rounding decides; of mLUKE only. */
  readonly tied?: readonly TokenizerCase[];
  readonly padded: PaddedCases;
}

export function tokenizerOracle(name: "luke_tokenizer" | "mluke_tokenizer"): TokenizerOracle {
  const path = new URL(`../oracle/${name}.json.gz`, import.meta.url);
  const oracle: TokenizerOracle = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
  return oracle;
}
