import type { Scorer } from "./scorer.ts";
import { sizeOf, type LabelledExample } from "../evaluation/mistakes.ts";
import type { Encoded } from "./tasks/encoded.ts";
import type { Progress } from "../training/loop.ts";
import type { PredictionOptions } from "./prediction-session.ts";

/** Logits [rows, labels] of each text, batch by batch; yields how many examples are scored. */
export async function* scoredParts<Example extends LabelledExample>(
  { texts }: Encoded<Example>,
  session: Scorer,
  options: PredictionOptions,
): AsyncGenerator<Progress, Float32Array[]> {
  const logits: Float32Array[] = Array.from({ length: texts.length });
  const encodings = texts.map(({ encoding }) => encoding);
  let done = 0;
  const total = sizeOf(texts.flatMap(({ examples }) => examples));
  for await (const part of session.inParts(encodings, options)) {
    for (const [index, rows] of part) {
      logits[index] = rows;
      done += sizeOf(texts[index]!.examples);
    }
    yield { done, total };
  }
  return logits;
}
