import { chooseCandidates, type CandidateBounds, type Candidates, type PairPlace } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { DataError } from "../../../errors.ts";
import { encodeDocument } from "../../../tokenization/inputs/document-encoding.ts";
import type { Encoding } from "../../../tokenization/inputs/encoding.ts";
import { addToReport, emptyLengthReport, type LengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { encodePairs } from "../../../tokenization/inputs/pair-encoding.ts";
import type { MarkersName } from "../../../tokenization/inputs/typed-markers.ts";

/** How a text reaches the encoder: once for each pair, with markers, or once with all of its entities. */
export type EncodingName = "pair" | "document";

export interface EncodePairsOptions {
  readonly encoding: EncodingName;
  /** In pair encoding; `plain` unless told otherwise. */
  readonly markers?: MarkersName | undefined;
  readonly maxLength: number | undefined;
  readonly bounds?: CandidateBounds;
}

/** A text as the model reads it, and whose rows of logits its answers are. */
export interface EncodedText<P> {
  readonly encoding: Encoding;
  /** In the order of `encoding.pairs`. */
  readonly pairs: readonly P[];
}

/** A pair that the model is not shown, and why: because a bound excludes it, or because it cannot be encoded. */
export interface UnscoredPair<P> {
  readonly pair: P;
  readonly message: string;
  readonly excluded: boolean;
}

/** Pairs as the model reads them. What it is not shown is kept apart, never dropped: it still counts when scored. */
export interface EncodedPairs<P> {
  readonly texts: readonly EncodedText<P>[];
  /** Pairs in all texts. */
  readonly count: number;
  readonly unscored: readonly UnscoredPair<P>[];
  readonly lengths: LengthReport;
  /** Pairs that the bounds left out, by reason. */
  readonly excluded: Readonly<Record<"types" | "distance" | "count", number>>;
}

/** Encodes pairs, document by document; texts and their pairs keep the order of the pairs. */
export async function encodeExamples<P extends PairPlace>(
  tokenizer: InputTokenizer,
  pairs: readonly P[],
  { bounds = {}, ...options }: EncodePairsOptions,
): Promise<EncodedPairs<P>> {
  const { candidates, excluded } = chooseCandidates(pairs, bounds);
  const byDocument = new Map<Document, P[]>();
  for (const pair of candidates) {
    const known = byDocument.get(pair.document);
    if (known) known.push(pair);
    else byDocument.set(pair.document, [pair]);
  }
  const texts: EncodedText<P>[] = [];
  const unscored: UnscoredPair<P>[] = [];
  const lengths = emptyLengthReport();
  const encode = options.encoding === "pair" ? encodeEach : encodeTogether;
  for (const [document, ofDocument] of byDocument) {
    const encoded = await encode(tokenizer, document, ofDocument, options, lengths);
    // Not spread: a document may have more pairs than a call takes arguments.
    for (const text of encoded.texts) texts.push(text);
    for (const pair of encoded.unscored) unscored.push(pair);
  }
  const count = texts.reduce((sum, { pairs: ofText }) => sum + ofText.length, 0);
  return withExcluded({ texts, count, unscored, lengths, excluded: noneExcluded }, excluded);
}

const noneExcluded = { types: 0, distance: 0, count: 0 };

/** With pairs that a bound left out before the others were encoded. */
export function withExcluded<P extends PairPlace>(
  encoded: EncodedPairs<P>,
  excluded: Candidates<P>["excluded"],
): EncodedPairs<P> {
  const counts = { ...encoded.excluded };
  for (const { why } of excluded) counts[why]++;
  const unscored = excluded.map(({ pair, message }): UnscoredPair<P> => ({ pair, message, excluded: true }));
  return { ...encoded, unscored: [...unscored, ...encoded.unscored], excluded: counts };
}

type EncodeOptions = Omit<EncodePairsOptions, "encoding" | "bounds">;
type Encoded<P> = Pick<EncodedPairs<P>, "texts" | "unscored">;

/** A text for each pair. */
async function encodeEach<P extends PairPlace>(
  tokenizer: InputTokenizer,
  { text, entities }: Document,
  pairs: readonly P[],
  { maxLength, markers }: EncodeOptions,
  lengths: LengthReport,
): Promise<Encoded<P>> {
  const spans = pairs.map(({ head, tail }) => ({ head: entities[head]!, tail: entities[tail]! }));
  const results = await encodePairs(tokenizer, text, spans, { maxLength, markers });
  const encoded: { texts: EncodedText<P>[]; unscored: UnscoredPair<P>[] } = { texts: [], unscored: [] };
  for (const [i, result] of results.entries()) {
    if ("encoding" in result) {
      addToReport(lengths, result.encoding);
      encoded.texts.push({ encoding: result.encoding, pairs: [pairs[i]!] });
    } else {
      addToReport(lengths, result.unencodable);
      encoded.unscored.push({ pair: pairs[i]!, message: result.unencodable.message, excluded: false });
    }
  }
  return encoded;
}

/** A text for all pairs of a document, or several windows of a long one. */
async function encodeTogether<P extends PairPlace>(
  tokenizer: InputTokenizer,
  { text, entities }: Document,
  pairs: readonly P[],
  { maxLength }: EncodeOptions,
  lengths: LengthReport,
): Promise<Encoded<P>> {
  const places = pairs.map(({ head, tail }) => [head, tail] as const);
  const { windows, unencodable, mentionCut } = await encodeDocument(tokenizer, text, entities, places, { maxLength });
  for (const { encoding, pairs: inWindow } of windows) {
    for (const pair of inWindow) {
      addToReport(lengths, { truncated: encoding.truncated, mentionCut: mentionCut[pair]! });
    }
  }
  for (const { unencodable: reason } of unencodable) addToReport(lengths, reason);
  return {
    texts: windows.map(({ encoding, pairs: inWindow }) => ({ encoding, pairs: inWindow.map((pair) => pairs[pair]!) })),
    unscored: unencodable.map(({ pair, unencodable: { message } }) => ({
      pair: pairs[pair]!,
      message,
      excluded: false,
    })),
  };
}

/** Each pair with its row of the logits [pairs, labels] of its text. */
export function rowsOfPairs<P>(
  texts: readonly EncodedText<P>[],
  logits: readonly Float32Array[],
): { readonly pair: P; readonly logits: Float32Array }[] {
  return texts.flatMap(({ pairs }, text) => {
    const rows = logits[text]!;
    const labels = rows.length / pairs.length;
    return pairs.map((pair, i) => ({ pair, logits: rows.subarray(i * labels, (i + 1) * labels) }));
  });
}

/** @throws DataError if not one pair could be encoded, with the reason of the first. */
export function requireEncodable<P>({ texts, unscored }: EncodedPairs<P>, what: string): void {
  const [first] = unscored;
  if (texts.length > 0 || !first) return;
  throw new DataError(
    `None of the ${unscored.length} ${what} can be given to the model; of the first: ${first.message}.`,
  );
}
