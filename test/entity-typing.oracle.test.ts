// A folder that `relata train --task entity-typing` wrote answers here as LukeForEntityClassification does.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openModel } from "../src/model/predictor.ts";
import { predict } from "../src/run/predict.ts";
import { predictConfig } from "../src/config.ts";

interface Answers {
  readonly versions: Readonly<Record<string, string>>;
  readonly labels: readonly string[];
  readonly cases: readonly { text: string; spans: [number, number][]; probabilities: number[][] }[];
}

const folder = fileURLToPath(new URL("oracle/entity-typing/", import.meta.url));
const { versions, labels, cases } = JSON.parse(readFileSync(`${folder}answers.json`, "utf8")) as Answers;

test(`types of spans, as transformers ${versions["transformers"]}`, async () => {
  const model = await openModel(folder, { intraOpNumThreads: 1 });
  expect([model.task.name, model.kind, model.learned.id2label]).toEqual(["entity-typing", "entity", labels]);
  const inputs = cases.map(({ text, spans }) => ({ text, entities: spans.map(([start, end]) => ({ start, end })) }));
  const answers = await predict(model, inputs, predictConfig.parse({ threads: 1 }));
  for (const [i, { probabilities }] of cases.entries()) {
    for (const [k, row] of probabilities.entries()) {
      const entity = answers[i]!.entities[k]!;
      for (const [id, label] of labels.entries())
        expect(Math.abs(entity.probabilities![label]! - row[id]!)).toBeLessThan(1e-5);
      expect(entity.type).toBe(labels[row.indexOf(Math.max(...row))]);
    }
  }
  await model.dispose();
});
