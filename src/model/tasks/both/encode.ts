import { ignoredLabel } from "../../../nn/objectives.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { jointLabels } from "../../heads/joint-head.ts";
import { exampleTargets, rowTargets, type Encoded, type EncodedText } from "../encoded.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import type { LabelledExample } from "../../../evaluation/mistakes.ts";
import type { EncodedTokens } from "../entities/encode.ts";
import { entities } from "../entities/entities.ts";
import type { TextExample } from "../entities/learn.ts";
import { relations } from "../relations/relations.ts";
import type { Asked } from "../task.ts";
import type { BothLearned } from "./learned.ts";

/** A pair, or a text whose entities are asked for. */
export type BothExample = PairExample | TextExample;

export const isText = (example: LabelledExample): example is TextExample => "gold" in example;

/** Examples of both tasks as the model reads them: each text once with its mentions, and once bare. */
export interface EncodedBoth extends Encoded<BothExample> {
  readonly relations: Encoded<PairExample>;
  readonly entities: EncodedTokens<TextExample>;
}

export async function encodeBoth(
  tokenizer: InputTokenizer,
  { examples, excluded, omitted }: Asked<BothExample>,
  learned: BothLearned,
  maxLength: number,
): Promise<EncodedBoth> {
  const pairs = examples.filter((one): one is PairExample => !isText(one));
  const excludedPairs = excluded.flatMap(({ example, ...rest }) => (isText(example) ? [] : [{ ...rest, example }]));
  const ofPairs = await relations.encode(
    tokenizer,
    { examples: pairs, excluded: excludedPairs, omitted },
    learned,
    maxLength,
  );
  const texts = { examples: examples.filter(isText), excluded: [], omitted: new Map() };
  const ofTexts = (await entities.encode(tokenizer, texts, learned.entities, maxLength)) as EncodedTokens<TextExample>;
  // Rows of bare texts have targets of their own, which the pairs of a batch know nothing of.
  const bare = new Map(
    ofTexts.texts.map((text): [EncodedText<BothExample>, EncodedText<TextExample>] => [
      // A batch of bare texts alone is for the same graph, which reads mentions.
      { encoding: { ...text.encoding, fewestEntities: 1 }, examples: text.examples },
      text,
    ]),
  );
  const labelsOfPair = exampleTargets(learned.multiLabel ? learned.id2label.length : undefined);
  return {
    ...ofPairs,
    texts: [...ofPairs.texts, ...bare.keys()],
    count: ofPairs.count + ofTexts.count,
    unscored: [...ofPairs.unscored, ...ofTexts.unscored],
    relations: ofPairs,
    entities: ofTexts,
    batchLabels(chosen, { words }) {
      const rows = words * (learned.entities.decoder.name === "flat" ? 1 : words * learned.entities.id2label.length);
      return jointLabels(
        chosen.flatMap((text) => (bare.has(text) ? [] : text.examples.flatMap(labelsOfPair))),
        chosen.map((text) => {
          const asked = bare.get(text);
          return asked ? rowTargets(asked, words) : new Int32Array(rows).fill(ignoredLabel);
        }),
      );
    },
  };
}
