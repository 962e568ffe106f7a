import { expect, test } from "vitest";
import { compile } from "../../../test/support/run-graph.ts";
import { backward, input } from "../../autodiff/index.ts";
import { GraphBuilder } from "../../nn/graph-builder.ts";
import { initializeWeights } from "../../nn/parameters.ts";
import { random } from "../../random.ts";
import { float32, floats, type TensorValue } from "../../runtime/values.ts";
import type { TokenEncoding } from "../../tokenization/inputs/token-encoding.ts";
import { biaffineHead, emptyTargets } from "./biaffine-head.ts";

const [batch, words, hidden, types] = [2, 6, 5, 3];
const sizes = { hiddenSize: hidden, hiddenDropoutProb: 0 };
const specs = biaffineHead.parameters(sizes, types);
const weights = initializeWeights(specs, { initializerRange: 0.4 }, 1);
// Biases begin as zeros; here they are to count.
const noise = random("biaffine", "values");
for (const [name, { data }] of weights)
  if (name.endsWith(".bias")) for (const i of data.keys()) data[i] = noise.normal() / 2;
const states = Float32Array.from({ length: batch * words * hidden }, () => noise.normal());

const builder = new GraphBuilder(specs, false);
const statesInput = input("states", ["batch", "words", hidden]);
const logits = biaffineHead.logits(builder, { words: statesInput, mentions: undefined }, sizes);
const feeds = (): Map<string, TensorValue> =>
  new Map([
    ["states", float32(states, [batch, words, hidden])],
    ...[...weights].map(([name, { data, shape }]) => [name, float32(data, shape)] as const),
  ]);

/** The formula of the head, span by span. */
function logitOf(text: number, first: number, last: number, type: number): number {
  const dense = (token: number, name: string, row: number): number => {
    const matrix = weights.get(`biaffine_${name}.weight`)!.data;
    let sum = weights.get(`biaffine_${name}.bias`)!.data[row]!;
    for (let i = 0; i < hidden; i++) sum += matrix[row * hidden + i]! * states[(text * words + token) * hidden + i]!;
    return sum;
  };
  let logit = 0;
  for (let k = 0; k < 64; k++) logit += (dense(first, "start", k) * dense(last, "end", type * 64 + k)) / 8;
  for (let token = first; token <= last; token++) logit -= Math.log1p(Math.exp(-dense(token, "inside", type)));
  return logit;
}

/** Texts of six tokens and of four; a window that is asked about spans near its beginning alone. */
const encodings = [
  { inputIds: new Int32Array(6), askedSums: { from: 0, to: 5 } },
  { inputIds: new Int32Array(4), askedSums: { from: 0, to: 99 } },
] as unknown as readonly TokenEncoding[];
const isAsked = (text: number, first: number, last: number): boolean =>
  first > 0 && first <= last && (text === 0 ? last < 5 && first + last <= 5 : last < 3);

test("the logit of every span and type is that of the formula", async () => {
  const session = await compile([statesInput, ...builder.parameters.values()], { logits });
  const value = (await session.run(feeds())).get("logits")!;
  await session.dispose();
  expect(value.dims).toEqual([batch * words * words, types]);
  for (let text = 0; text < batch; text++) {
    const rows = floats(value).subarray(text * words * words * types, (text + 1) * words * words * types);
    const kept = biaffineHead.condense!(rows, encodings[text]!, types);
    let rest = 0;
    const expected: number[] = [];
    for (let first = 0; first < words; first++)
      for (let last = first; last < words; last++)
        for (let type = 0; type < types; type++) {
          const logit = logitOf(text, first, last, type);
          expect(rows[(first * words + last) * types + type]).toBeCloseTo(logit, 4);
          if (!isAsked(text, first, last)) continue;
          if (logit < Math.log(0.001 / 0.999)) rest += Math.log1p(Math.exp(logit));
          else expected.push(first, last, type, logit);
        }
    expect(kept.length).toBe(1 + expected.length);
    for (const [i, number] of [rest, ...expected].entries()) expect(kept[i]).toBeCloseTo(number, 4);
  }
});

test("the loss counts the spans that are asked about, and its gradients are those of finite differences", async () => {
  const labels = new Int32Array(batch * words * words * types);
  for (const [text, encoding] of encodings.entries())
    labels.set(emptyTargets(encoding, words, types), text * words * words * types);
  const at = (text: number, first: number, last: number, type: number): number =>
    ((text * words + first) * words + last) * types + type;
  const gold = [at(0, 1, 2, 0), at(0, 1, 1, 1), at(0, 2, 3, 0), at(1, 1, 2, 2)];
  for (const place of gold) labels[place] = 1;
  const objective = biaffineHead.objective({ isMultiLabel: true });
  expect(objective.countRows(labels, types) * types).toBe(4);
  const { loss, inputs } = objective.loss(logits);
  const targets = [statesInput, ...builder.parameters.values()];
  const gradients = backward(loss, targets);
  const outputs = Object.fromEntries(gradients.map((gradient, i) => [`d${i}`, gradient!]));
  const session = await compile([...targets, ...inputs], { loss, ...outputs });
  const run = async (): Promise<ReadonlyMap<string, TensorValue>> =>
    session.run(new Map([...feeds(), ...objective.feeds(labels, types, objective.countRows(labels, types))]));
  const analytic = await run();

  let expected = 0;
  for (const text of [0, 1])
    for (let first = 0; first < words; first++)
      for (let last = first; last < words; last++)
        for (let type = 0; type < types; type++) {
          if (!isAsked(text, first, last)) continue;
          const logit = logitOf(text, first, last, type);
          expected += Math.log1p(Math.exp(gold.includes(at(text, first, last, type)) ? -logit : logit)) / 4;
        }
  expect(floats(analytic.get("loss")!)[0]).toBeCloseTo(expected, 4);

  const lossAt = async (): Promise<number> => floats((await run()).get("loss")!)[0]!;
  for (const [i, target] of targets.entries()) {
    const { name } = target.source as { name: string };
    const data = name === "states" ? states : weights.get(name)!.data;
    const gradient = floats(analytic.get(`d${i}`)!);
    // Every seventh number of the large matrices.
    for (let k = 0; k < data.length; k += data.length > 100 ? 7 : 1) {
      const [value, h] = [data[k]!, 2 ** -6];
      const sides: number[] = [];
      for (const step of [h, -h, 2 * h, -2 * h]) {
        data[k] = value + step;
        sides.push(await lossAt());
      }
      data[k] = value;
      const [up, down, farUp, farDown] = sides as [number, number, number, number];
      const numeric = (4 * ((up - down) / (2 * h)) - (farUp - farDown) / (4 * h)) / 3;
      expect(Math.abs(numeric - gradient[k]!), `${name} ${k}`).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    }
  }
  await session.dispose();
});
