// Classifiers of tokens that transformers wrote, against transformers itself (scripts/oracle/token_classification.py): logits,
// loss and gradients, and the entities that tags stand for.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { cpu } from "../src/runtime/cpu.ts";
import { openCheckpoint } from "../src/model/checkpoint.ts";
import { openModel } from "../src/model/predictor.ts";
import { trainableClassifier } from "../src/model/trainable.ts";
import { openSafetensors } from "../src/model/weights/safetensors/read.ts";
import { collate } from "../src/tokenization/inputs/collate.ts";
import { textTokens } from "../src/tokenization/inputs/text-tokens.ts";
import { encodeTokens } from "../src/tokenization/inputs/token-encoding.ts";
import { TrainingSession } from "../src/training/training-session.ts";
import { wholeGradient } from "./support/whole-gradient.ts";

interface Answers {
  readonly versions: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly models: readonly {
    readonly name: string;
    readonly loss: number;
    readonly texts: readonly { readonly text: string; readonly logits: number[][]; readonly tags: number[] }[];
  }[];
}
const folder = fileURLToPath(new URL("oracle/token-classification/", import.meta.url));
const { versions, tags, models } = JSON.parse(readFileSync(`${folder}answers.json`, "utf8")) as Answers;

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe.each(models)(`$name, as transformers ${versions["transformers"]}`, ({ name, loss, texts }) => {
  test("logits of every token, and entities that tags allow", async () => {
    const model = await openModel(folder + name, { intraOpNumThreads: 1 });
    expect([model.task.name, model.kind, model.learned.id2label]).toEqual(["entities", "token", tags]);
    const encodings = texts.flatMap(({ text }) =>
      encodeTokens(model.tokenizer, textTokens(model.tokenizer.words, text)),
    );
    const found = await model.session.logits(encodings, { batchSize: 3 });
    for (const [i, { logits }] of texts.entries()) expect(difference(found[i]!, logits.flat())).toBeLessThan(1e-5);
    const answers = await model.task.predict(
      model,
      texts.map(({ text }) => ({ text, entities: [] })),
      { batchSize: 2, relationsOnly: false },
    );
    for (const { text, entities } of answers) {
      for (const { start, end, type, probability } of entities) {
        expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
        expect(["DATE", "PER"]).toContain(type);
        expect(probability).toBeGreaterThan(0);
      }
      for (const [i, { end }] of entities.entries())
        expect(entities[i + 1]?.start ?? Infinity).toBeGreaterThanOrEqual(end);
    }
    await model.dispose();
  });

  test("loss and gradients", async () => {
    const { weights, tokenizer, ...model } = await openCheckpoint(folder + name, { complete: true });
    const encodings = texts.flatMap(({ text }) => encodeTokens(tokenizer, textTokens(tokenizer.words, text)));
    const batch = collate(encodings, tokenizer.padding);
    const labels = new Int32Array(batch.batch * batch.words).fill(-100);
    for (const [row, text] of texts.entries()) labels.set(text.tags, row * batch.words);
    const trainable = trainableClassifier({ ...model, numLabels: tags.length });
    const session = await TrainingSession.create(trainable, weights, { seed: 1, intraOpNumThreads: 1, device: cpu });
    const step = await session.run({ ...batch, labels }, { epoch: 0, step: 0 });
    await session.dispose();
    expect(Math.abs(step.loss - loss)).toBeLessThan(1e-5);
    const file = await openSafetensors(`${folder}${name}.safetensors`);
    let compared = 0;
    for (const spec of session.specs) {
      if (!file.has(`gradients/${spec.name}`)) continue;
      const theirs = await file.read(`gradients/${spec.name}`);
      expect(difference(wholeGradient(step.gradients, spec)!, theirs), spec.name).toBeLessThan(2e-6);
      compared++;
    }
    expect(compared).toBe(file.names.length);
    await file.close();
  });
});
