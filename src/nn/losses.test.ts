import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../test/support/run-graph.ts";
import { backward, input } from "../autodiff/index.ts";
import { float32, floats } from "../runtime/session.ts";
import { classification, ignoredLabel, type ObjectiveOptions } from "./objectives.ts";

/** Made by `scripts/oracle/losses.py`. */
interface Oracle {
  readonly logits: number[][];
  readonly labels: number[];
  readonly several: number[][];
  readonly cases: readonly {
    readonly kind: "single" | "multi";
    readonly labelSmoothing?: number;
    readonly focalGamma?: number;
    readonly weights?: number[] | null;
    readonly loss: number;
    readonly gradient: number[];
  }[];
}
const file = new URL("../../test/oracle/losses.json", import.meta.url);
const oracle = JSON.parse(readFileSync(file, "utf8")) as Oracle;
const columns = oracle.logits[0]!.length;

/** Loss and gradient of logits, as a training step computes them. */
async function lossOf(
  options: ObjectiveOptions,
  rows: readonly number[][],
  labels: Int32Array,
): Promise<{ loss: number; gradient: number[] }> {
  const objective = classification(options);
  const values = input("logits", [rows.length, columns]);
  const { loss, inputs } = objective.loss(values);
  const [gradient] = backward(loss, [values]);
  const graph = await compile([values, ...inputs], { loss, gradient: gradient! });
  const feeds = new Map(objective.feeds(labels, columns, objective.countRows(labels, columns)));
  feeds.set("logits", float32(Float32Array.from(rows.flat()), [rows.length, columns]));
  const outputs = await graph.run(feeds);
  await graph.dispose();
  return { loss: floats(outputs.get("loss")!)[0]!, gradient: [...floats(outputs.get("gradient")!)] };
}

const labelsOf = (isMultiLabel: boolean): Int32Array =>
  Int32Array.from(isMultiLabel ? oracle.several.flat() : oracle.labels);

test("label smoothing and focal loss: loss and gradient of PyTorch, for one label and for several, sure answers too", async () => {
  expect(oracle.cases).toHaveLength(20);
  for (const { kind, weights, labelSmoothing, focalGamma, loss, gradient } of oracle.cases) {
    const isMultiLabel = kind === "multi";
    const options = { isMultiLabel, labelWeights: weights ?? undefined, labelSmoothing, focalGamma };
    const ours = await lossOf(options, oracle.logits, labelsOf(isMultiLabel));
    const about = JSON.stringify({ kind, weights, labelSmoothing, focalGamma });
    expect(Math.abs(ours.loss - loss) / loss, about).toBeLessThan(1e-5);
    for (const [i, value] of ours.gradient.entries())
      expect(Math.abs(value - gradient[i]!), `${about}, gradient ${i}`).toBeLessThan(1e-5);
  }
});

test.each([false, true])("a row without a label has neither loss nor gradient (several labels: %s)", async (multi) => {
  const options = { isMultiLabel: multi, labelSmoothing: 0.1, focalGamma: 2 };
  const labels = labelsOf(multi);
  const padding = Array.from({ length: multi ? columns : 1 }, () => ignoredLabel);
  const whole = await lossOf(options, oracle.logits, labels);
  const padded = await lossOf(options, [...oracle.logits, [50, 1, -1, 0]], Int32Array.of(...labels, ...padding));
  expect(padded.loss).toBeCloseTo(whole.loss, 6);
  expect(padded.gradient.slice(-columns).map(Math.abs)).toEqual([0, 0, 0, 0]);
});
