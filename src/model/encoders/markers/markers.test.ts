// Markers of encoders of words: vocabulary and files, and levitated markers at spans of every kind.
import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { random } from "../../../random.ts";
import { float32, type TensorValue } from "../../../runtime/values.ts";
import { collate } from "../../../tokenization/inputs/collate.ts";
import { encodeDocument, type TypedSpan } from "../../../tokenization/inputs/document-encoding.ts";
import { encodePairs } from "../../../tokenization/inputs/pair-encoding.ts";
import { compile } from "../../../../test/support/run-graph.ts";
import { modelFolder, sentencePiece, texts, tokenizers } from "../../../../test/support/word-encoders.ts";
import { openCheckpoint } from "../../checkpoint.ts";
import { classifierFeeds, classifierGraph } from "../../classifier.ts";
import { pairHeads } from "../../heads/pair-head.ts";
import { openedEncoder, type Encoder } from "../encoder.ts";
import { encoderOf } from "../encoders.ts";
import { WordsTokenizer } from "../words/tokenizer.ts";
import { markedBatch } from "./levitated.ts";
import { isMarkerToken, levitatedMarkers, pairMarkers } from "./marker-tokens.ts";

const folder = modelFolder("roberta");
afterAll(() => rmSync(folder, { recursive: true }));

const types = ["SUBJ", "document type", "é]["];
const tokens = [...pairMarkers, ...["", ...types].flatMap(levitatedMarkers)];

test.each(tokenizers)("$name: markers are added to the files, and read from them; words stay as they are", (oracle) => {
  const files = oracle.files["tokenizer.json"] === undefined ? { ...oracle.files, ...sentencePiece } : oracle.files;
  const { encoder } = { encoder: encoderOf(oracle.name.replace("-cased", "")) as Encoder };
  const plain = WordsTokenizer.fromFiles(files, encoder.tokenizerClasses);
  const marked = plain.withMarkers(tokens);
  expect(marked.withMarkers(pairMarkers).files()).toEqual(marked.files());
  const again = WordsTokenizer.fromFiles(marked.files(), encoder.tokenizerClasses);
  expect(again.markers).toEqual(tokens);
  expect(again.files()).toEqual(marked.files());
  expect(again.entityTypes).toEqual(types);
  expect(again.words.vocabSize).toBe(oracle.vocabSize + tokens.length);
  expect(again.markerTokens).toEqual({
    head: [oracle.vocabSize, oracle.vocabSize + 1],
    tail: [oracle.vocabSize + 2, oracle.vocabSize + 3],
  });
  expect(again.entities.ofType("SUBJ")).toBe(oracle.vocabSize + tokens.indexOf("[TYPE:SUBJ]"));
  expect(again.entities.ofType("never seen")).toBe(oracle.vocabSize + tokens.indexOf("[MENTION]"));
  for (const text of texts.slice(0, 50)) expect(again.words.encode(text)).toEqual(plain.words.encode(text));
  expect(again.words.decode([oracle.vocabSize, oracle.vocabSize + 1])).toBe("[E1][/E1]");
  expect(plain.files()).toBe(files);
});

test("a marker's name is that of no ordinary token", () => {
  expect(tokens.every(isMarkerToken)).toBe(true);
  for (const token of ["[MASK]", "[E3]", "[TYPE:]", "E1", "[unused1]", "[[E1]]"])
    expect(isMarkerToken(token)).toBe(false);
});

/** Spans of a text that nest, overlap, are equal, cut a word, or are one character long, blanks apart. */
function spansOf(text: string, seed: number): TypedSpan[] {
  const stream = random(seed, "spans", text);
  const at = (): number => stream.below(text.length);
  const spans = Array.from({ length: 6 }, (_, i) => {
    const start = at();
    const end = i % 3 === 0 ? start + 1 : Math.min(text.length, start + 1 + stream.below(12));
    return { start, end, type: ["", "SUBJ", "new"][i % 3]! };
  });
  const splits = (offset: number): boolean => /[\uD800-\uDBFF]$/.test(text.slice(0, offset));
  return [...spans, { ...spans[1]!, type: "SUBJ" }].filter(
    ({ start, end }) => text.slice(start, end).trim() !== "" && !splits(start) && !splits(end),
  );
}

async function opened(attention: "pair" | "all"): Promise<Awaited<ReturnType<typeof openCheckpoint>>> {
  const head = pairHeads["words+distance+product"];
  const model = await openCheckpoint(folder, { head, id2label: ["NONE", "A"], complete: true });
  return model.encoder.withMarkers!(model, {
    hasTokens: false,
    levitated: { attention, state: "mean" },
    types: ["SUBJ"],
  });
}

describe.each(["pair", "all"] as const)("attention %s", (attention) => {
  test("a marker is at its word; words see words alone; a marker sees words, itself, its partner and who it may", async () => {
    const { tokenizer } = await opened(attention);
    for (const [seed, text] of texts.slice(0, 40).entries()) {
      const spans = spansOf(text, seed);
      if (spans.length < 2) continue;
      const pairs = spans.map((_, i) => [i, (i + 1) % spans.length] as const);
      const { windows } = await encodeDocument(tokenizer, text, spans, pairs, { maxLength: 24 });
      if (windows.length === 0) continue;
      const batch = collate(windows.map(({ encoding }) => encoding), tokenizer.padding); // prettier-ignore
      const { words: W, entities: E } = batch;
      const places = Int32Array.from(batch.inputIds, (_, i) => i % W);
      const { opening, closing, bias, tokens: n } = markedBatch(batch, places, attention, { id: 1, position: 0 });
      expect(n).toBe(W + 2 * E);
      const sees = (row: number, query: number, key: number): boolean => bias[(row * n + query) * n + key] === 0;
      for (const [row, { encoding }] of windows.entries()) {
        const words = encoding.inputIds.length;
        const count = encoding.entityIds.length;
        for (const [slot, own] of encoding.entityPositionIds.entries()) {
          expect(opening.positions[row * E + slot]).toBe(own[0]);
          expect(closing.positions[row * E + slot]).toBe(own.at(-1));
          expect(closing.ids[row * E + slot]).toBe(opening.ids[row * E + slot]! + 1);
        }
        for (let query = 0; query < n; query++) {
          const side = query < W ? undefined : (query - W) % E;
          for (let key = 0; key < n; key++) {
            const other = key < W ? undefined : (key - W) % E;
            const isOwn = side !== undefined && side < count && other !== undefined && other < count;
            const may = key < W ? key < words : isOwn && (attention === "all" || side === other);
            expect(sees(row, query, key)).toBe(may);
          }
        }
      }
    }
  });

  test("the states of words do not depend on the mentions, nor a text's answers on the other texts of its batch", async () => {
    const model = await opened(attention);
    const { encoder, config, head, weights, tokenizer } = model;
    const shape = { encoder, config, head, numLabels: 2 };
    const { builder, logits } = classifierGraph(shape, { training: false });
    const last = builder.layers.at(-1)!.output;
    const session = await compile([...builder.inputs, ...builder.parameters.values()], { last, logits });
    const run = async (
      encodings: Parameters<typeof collate>[0],
    ): Promise<{ last: number[]; logits: number[]; W: number }> => {
      const batch = collate(encodings, tokenizer.padding);
      const feeds = new Map<string, TensorValue>(classifierFeeds(shape, batch));
      for (const [name, { data, shape: size }] of weights) feeds.set(name, float32(data, size));
      const results = await session.run(feeds);
      const values = (name: string): number[] => [...(results.get(name)!.data as Float32Array)];
      return { last: values("last"), logits: values("logits"), W: batch.words };
    };
    const encode = async (text: string, spans: readonly TypedSpan[]): Promise<Parameters<typeof collate>[0][number]> =>
      (await encodeDocument(tokenizer, text, spans, [[0, 1], [1, 0]])).windows[0]!.encoding; // prettier-ignore
    const text = "Anna wrote a letter";
    const few = await encode(text, [{ start: 0, end: 4, type: "SUBJ" }, { start: 13, end: 19, type: "" }]); // prettier-ignore
    // The same words with other mentions: of the whole text, nested, equal, of one token.
    const places = [[1, 2, 3], [2], [2], [1, 2]].map((own) => Int32Array.from(own));
    const [mention, subject] = [tokenizer.entities.ofType(""), tokenizer.entities.ofType("SUBJ")];
    const entityIds = Int32Array.of(mention, subject, subject, mention);
    const many = { ...few, entityIds, entityPositionIds: places };
    const [a, b] = [await run([few]), await run([many])];
    const width = config.hiddenSize;
    expect(b.last.slice(0, b.W * width)).toEqual(a.last.slice(0, a.W * width).map((value) => expect.closeTo(value, 5)));
    const longer = await encode(`${text} to Ben, who read it`, [{ start: 0, end: 4, type: "" }, { start: 23, end: 26, type: "SUBJ" }]); // prettier-ignore
    const together = await run([few, longer]);
    expect(together.logits.slice(0, a.logits.length)).toEqual(a.logits.map((value) => expect.closeTo(value, 5)));
    await session.dispose();
  });
});

test("new rows start as the mean of the pieces of a type's name, as the mask, and as the plain markers", async () => {
  const before = await openCheckpoint(folder, { head: pairHeads.states, id2label: ["NONE", "A"], complete: true });
  const model = before.encoder.withMarkers!(before, {
    hasTokens: true,
    levitated: { attention: "all", state: "both" },
    types: ["SUBJ"],
  });
  const table = "roberta.embeddings.word_embeddings.weight";
  const row = (id: number): number[] => [...model.weights.get(table)!.data.subarray(16 * id, 16 * id + 16)];
  const first = before.tokenizer.words.vocabSize;
  const { ent, mask } = before.tokenizer.words.specialTokenIds;
  expect(model.config.vocabSize).toBe(first + 8);
  expect(row(first)).toEqual(row(ent));
  expect(row(first + 4)).toEqual(row(mask));
  const pieces = before.tokenizer.words.encode("subj");
  const mean = row(0).map((_, i) => pieces.reduce((sum, id) => sum + row(id)[i]!, 0) / pieces.length);
  expect(row(first + 6)).toEqual(mean.map((value) => expect.closeTo(value, 5)));
  // Opened again, nothing is added twice.
  const files = model.tokenizer.files();
  const { tokenizer } = openedEncoder(model.encoder, model.config, files);
  expect(model.encoder.withMarkers!({ ...model, tokenizer }, { hasTokens: true, levitated: undefined, types: [] }).config).toMatchObject({ vocabSize: first + 8, levitated: undefined }); // prettier-ignore
});

test("[E1] and its like stand around head and tail, nested and overlapping ones as other markers do", async () => {
  const model = await openCheckpoint(folder, { head: pairHeads.states, id2label: ["NONE", "A"], complete: true });
  const { tokenizer } = model.encoder.withMarkers!(model, { hasTokens: true, levitated: undefined, types: [] });
  const first = model.tokenizer.words.vocabSize;
  for (const [seed, text] of texts.slice(0, 60).entries()) {
    const [head, tail] = spansOf(text, seed);
    if (!head || !tail) continue;
    const [plain] = await encodePairs(tokenizer, text, [{ head, tail }]);
    const [result] = await encodePairs(tokenizer, text, [{ head, tail }], { markers: "tokens" });
    if (!("encoding" in result!) || !("encoding" in plain!)) {
      expect(result).toEqual(plain);
      continue;
    }
    const { ent, ent2 } = tokenizer.words.specialTokenIds;
    const ids = [...result.encoding.inputIds];
    expect(ids.filter((id) => id >= first).sort((a, b) => a - b)).toEqual([first, first + 1, first + 2, first + 3]);
    expect(ids.map((id) => (id < first ? id : id < first + 2 ? ent : ent2))).toEqual([...plain.encoding.inputIds]);
    expect(result.encoding.entityPositionIds.map((places) => ids[places[0]!])).toEqual([first, first + 2]);
  }
});
