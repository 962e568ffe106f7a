// Document encoding through a whole model: what a pair is answered depends on its text and mentions alone.
import { describe, expect, test } from "vitest";
import { PredictionSession, classifierParameters } from "./support/luke.ts";
import { lukeMini, type LukeConfig } from "../src/model/encoders/luke/config.ts";
import { pairHeads } from "../src/model/heads/pair-head.ts";
import { initializeWeights } from "../src/nn/parameters.ts";
import { encodeDocument, type TypedSpan } from "../src/tokenization/inputs/document-encoding.ts";
import { tinyTokenizer } from "./support/tiny-tokenizer.ts";

const tokenizer = tinyTokenizer().withTypes(["OBJ", "SUBJ", "TIME", "VERB"]);
const numLabels = 3;
const config: LukeConfig = {
  ...lukeMini(tokenizer.words.vocabSize, tokenizer.entityVocab.size),
  hiddenSize: 16,
  entityEmbSize: 8,
  intermediateSize: 32,
  numAttentionHeads: 2,
  maxPositionEmbeddings: 258,
};

interface Text {
  readonly text: string;
  readonly spans: readonly TypedSpan[];
}
type Pair = readonly [head: number, tail: number];

/** Mentions in the order of the text. */
function text(content: string, ...mentions: readonly (readonly [surface: string, type: string])[]): Text {
  let from = 0;
  const spans = mentions.map(([surface, type]) => {
    const start = content.indexOf(surface, from);
    from = start + surface.length;
    return { start, end: from, type };
  });
  return { text: content, spans };
}

const short = text("She wrote", ["She", "SUBJ"], ["wrote", "VERB"]);
const usual = text(
  "Anna read the contract of 2002 today",
  ["Anna", "SUBJ"],
  ["read", "VERB"],
  ["the contract", "OBJ"],
  ["2002", "TIME"],
  ["today", "TIME"],
);
const untyped = text("Ben sent it", ["Ben", ""], ["it", "LETTER"]);
const words = "In March the owner of the house and his sister signed the letter and gave it to Carla".split(" ");
const long = text(words.join(" "), ...words.map((word) => [word, "OBJ"] as const));
const texts = [usual, short, long, untyped];

const allPairs = ({ spans }: Text): Pair[] =>
  spans.flatMap((_, head) => spans.flatMap((__, tail): Pair[] => (head === tail ? [] : [[head, tail]])));

type Session = Awaited<ReturnType<typeof PredictionSession.create>>;

/** Logits by pair, `0 1`, of texts that are scored together. */
async function logitsOf(
  session: Session,
  asked: readonly { text: Text; pairs?: readonly Pair[]; maxLength?: number }[],
  batchSize = 64,
): Promise<Map<string, Float32Array>[]> {
  const encoded = await Promise.all(
    asked.map(async ({ text: { text: content, spans }, pairs, maxLength }, of) => {
      const wanted = pairs ?? allPairs(asked[of]!.text);
      const { windows } = await encodeDocument(tokenizer, content, spans, wanted, { maxLength });
      return windows.map((window) => ({ of, window, wanted }));
    }),
  );
  const windows = encoded.flat();
  const logits = await session.logits(
    windows.map(({ window }) => window.encoding),
    { batchSize },
  );
  const answers = asked.map(() => new Map<string, Float32Array>());
  for (const [i, { of, window, wanted }] of windows.entries())
    for (const [row, pair] of window.pairs.entries())
      answers[of]!.set(wanted[pair]!.join(" "), logits[i]!.slice(row * numLabels, (row + 1) * numLabels));
  return answers;
}

/** The largest difference between the logits of the pairs that both have; at least `count` of them. */
function difference(
  a: ReadonlyMap<string, Float32Array>,
  b: ReadonlyMap<string, Float32Array>,
  count: number = a.size,
): number {
  const common = [...a].filter(([pair]) => b.has(pair));
  expect(common.length).toBeGreaterThanOrEqual(Math.max(1, count));
  return Math.max(...common.flatMap(([pair, row]) => [...row].map((value, i) => Math.abs(value - b.get(pair)![i]!))));
}

describe.each(["states", "distance"] as const)("pairs by %s", (features) => {
  const head = pairHeads[features];
  // Wide random weights: at the usual range, answers hardly differ between pairs.
  const weights = initializeWeights(
    classifierParameters(head, config, numLabels),
    { ...config, initializerRange: 0.3 },
    1,
  );
  const withSession = async (use: (session: Session) => Promise<void>): Promise<void> => {
    const options = { head, intraOpNumThreads: 1 };
    const session = await PredictionSession.create(config, numLabels, weights, tokenizer.padding, options);
    await use(session);
    await session.dispose();
  };

  test("the answers differ from pair to pair, and with its direction and types", () =>
    withSession(async (session) => {
      const [answers, others] = await logitsOf(session, [
        { text: usual },
        { text: { ...usual, spans: usual.spans.map((span) => ({ ...span, type: "" })) } },
      ]);
      const values = [...answers!.values()].map((row) => [...row].map((value) => value.toFixed(3)).join(" "));
      expect(new Set(values).size).toBe(20);
      expect(difference(answers!, others!)).toBeGreaterThan(0.1);
    }));

  test("an answer does not depend on the batch: longer texts with more mentions beside it, in any order", () =>
    withSession(async (session) => {
      const alone = await logitsOf(
        session,
        texts.map((one) => ({ text: one })),
        1,
      );
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0],
        [1, 3],
      ]) {
        const together = await logitsOf(
          session,
          order.map((i) => ({ text: texts[i]! })),
        );
        for (const [place, i] of order.entries())
          expect(difference(alone[i]!, together[place]!), `text ${i} in ${order.join(" ")}`).toBeLessThan(1e-5);
      }
    }));

  test("nor on the other pairs asked about, in a text that fits and in windows of one that does not", () =>
    withSession(async (session) => {
      const single: Pair[] = allPairs(long).filter(([from, to]) => (from * 7 + to) % 5 === 0);
      for (const maxLength of [undefined, 20]) {
        const [all] = await logitsOf(session, [{ text: long, ...(maxLength ? { maxLength } : {}) }]);
        expect(all!.size).toBeGreaterThan(100);
        let found = 0;
        for (const pair of single) {
          const [one] = await logitsOf(session, [{ text: long, pairs: [pair], ...(maxLength ? { maxLength } : {}) }]);
          if (one!.size === 0) continue; // its mentions are too far apart
          found++;
          expect(difference(one!, all!), `pair ${pair.join(" ")}`).toBeLessThan(1e-5);
        }
        expect(found).toBeGreaterThan(20);
      }
    }));

  test("nor on the maximum length, as long as the text fits", () =>
    withSession(async (session) => {
      const { windows } = await encodeDocument(tokenizer, long.text, long.spans, [[0, 1]]);
      const enough = windows[0]!.encoding.inputIds.length;
      const [just, much, cut] = await logitsOf(
        session,
        [enough, 256, enough - 1].map((maxLength) => ({ text: long, maxLength })),
      );
      expect(just!.size).toBe(allPairs(long).length);
      expect(difference(just!, much!)).toBeLessThan(1e-5);
      expect(difference(just!, cut!, 1)).toBeGreaterThan(1e-3);
    }));

  test("a window answers as if its stretch were the whole text", () =>
    withSession(async (session) => {
      const repeated = (count: number): Text => ({
        text: " .".repeat(count),
        spans: Array.from({ length: count }, (_, i) => ({
          start: 2 * i + 1,
          end: 2 * i + 2,
          type: i % 2 ? "OBJ" : "",
        })),
      });
      const whole = repeated(30);
      const { windows } = await encodeDocument(tokenizer, whole.text, whole.spans, [[0, 1]]);
      const tokensEach = (windows[0]!.encoding.inputIds.length - 2) / 30;
      const maxLength = 18 * tokensEach + 2;
      const [inWindows, stretch] = await logitsOf(session, [{ text: whole, maxLength }, { text: repeated(18) }]);
      // Types alternate: a stretch of an even number of mentions ends as the text does.
      for (const [pair, same] of [
        ["0 1", "0 1"],
        ["28 29", "16 17"],
      ] as const)
        expect(difference(new Map([[same, inWindows!.get(pair)!]]), stretch!)).toBeLessThan(1e-5);
    }));
});
