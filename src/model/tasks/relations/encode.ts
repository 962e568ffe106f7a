import { chooseCandidates, type CandidateBounds, type PairPlace } from "../../../corpus/candidates.ts";
import type { Document } from "../../../corpus/document.ts";
import { encodeDocument } from "../../../tokenization/inputs/document-encoding.ts";
import { addToReport, emptyLengthReport, type LengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { encodePairs } from "../../../tokenization/inputs/pair-encoding.ts";
import type { MarkersName } from "../../../tokenization/inputs/typed-markers.ts";
import { sumOfOmitted, withExcluded, type Encoded, type EncodedText, type Unscored } from "../encoded.ts";

/** How a text reaches the encoder: once for each pair, with markers, or once with all of its entities. */
export type EncodingName = "pair" | "document";

export interface EncodePairsOptions {
  readonly encoding: EncodingName;
  /** The markers of pair encoding; `plain` if not given. */
  readonly markers?: MarkersName | undefined;
  readonly maxLength: number | undefined;
  readonly bounds?: CandidateBounds;
}

/** Encodes pairs, document by document; texts and their pairs keep the order of the pairs. */
export async function encodeExamples<P extends PairPlace>(
  tokenizer: InputTokenizer,
  pairs: readonly P[],
  { bounds = {}, ...options }: EncodePairsOptions,
): Promise<Encoded<P>> {
  const { candidates, excluded } = chooseCandidates(pairs, bounds);
  const byDocument = new Map<Document, P[]>();
  for (const pair of candidates) {
    const known = byDocument.get(pair.document);
    if (known) known.push(pair);
    else byDocument.set(pair.document, [pair]);
  }
  const texts: EncodedText<P>[] = [];
  const unscored: Unscored<P>[] = [];
  const lengths = emptyLengthReport();
  const encode = options.encoding === "pair" ? encodeEach : encodeTogether;
  for (const [document, ofDocument] of byDocument) {
    const encoded = await encode(tokenizer, document, ofDocument, options, lengths);
    // Not spread: a document may have more pairs than a call takes arguments.
    for (const text of encoded.texts) texts.push(text);
    for (const pair of encoded.unscored) unscored.push(pair);
  }
  const count = texts.reduce((sum, { examples }) => sum + examples.length, 0);
  return withExcluded(
    { texts, count, unscored, lengths, excluded: {} },
    excluded.map(({ pair: example, why, message }) => ({ example, why, message })),
  );
}

/** Adds the number of pairs that were not made, since they lie beyond --max-pairs (makeExamples). */
export function withOmitted<P>(encoded: Encoded<P>, omitted: ReadonlyMap<Document, number>): Encoded<P> {
  if (omitted.size === 0) return encoded;
  const { excluded } = encoded;
  return { ...encoded, omitted, excluded: { ...excluded, count: (excluded["count"] ?? 0) + sumOfOmitted(omitted) } };
}

type EncodeOptions = Omit<EncodePairsOptions, "encoding" | "bounds">;
type EncodedHere<P> = Pick<Encoded<P>, "texts" | "unscored">;

/** A text for each pair. */
async function encodeEach<P extends PairPlace>(
  tokenizer: InputTokenizer,
  { text, entities }: Document,
  pairs: readonly P[],
  { maxLength, markers }: EncodeOptions,
  lengths: LengthReport,
): Promise<EncodedHere<P>> {
  const spans = pairs.map(({ head, tail }) => ({ head: entities[head]!, tail: entities[tail]! }));
  const results = await encodePairs(tokenizer, text, spans, { maxLength, markers });
  const encoded: { texts: EncodedText<P>[]; unscored: Unscored<P>[] } = { texts: [], unscored: [] };
  for (const [i, result] of results.entries()) {
    if ("encoding" in result) {
      addToReport(lengths, result.encoding);
      encoded.texts.push({ encoding: result.encoding, examples: [pairs[i]!] });
    } else {
      addToReport(lengths, result.unencodable);
      encoded.unscored.push({ example: pairs[i]!, message: result.unencodable.message, excluded: false });
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
): Promise<EncodedHere<P>> {
  const places = pairs.map(({ head, tail }) => [head, tail] as const);
  const { windows, unencodable, mentionCut } = await encodeDocument(tokenizer, text, entities, places, { maxLength });
  for (const { encoding, pairs: inWindow } of windows) {
    for (const pair of inWindow) {
      addToReport(lengths, { truncated: encoding.truncated, mentionCut: mentionCut[pair]! });
    }
  }
  for (const { unencodable: reason } of unencodable) addToReport(lengths, reason);
  return {
    texts: windows.map(({ encoding, pairs: inWindow }) => ({
      encoding,
      examples: inWindow.map((pair) => pairs[pair]!),
    })),
    unscored: unencodable.map(({ pair, unencodable: { message } }) => ({
      example: pairs[pair]!,
      message,
      excluded: false,
    })),
  };
}
