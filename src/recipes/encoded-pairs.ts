import { DataError } from "../errors.ts";
import type { Document } from "../corpus/document.ts";
import type { PairExample } from "../corpus/pairs.ts";
import type { Encoding } from "../tokenization/encoding.ts";
import { lengthReport, type LengthReport } from "../tokenization/length-report.ts";
import type { LukeTokenizer } from "../tokenization/luke-tokenizer.ts";
import { encodePairs, type PairEncodingResult } from "../tokenization/pair-encoding.ts";

/** Pairs as the model reads them. What has no encoding is kept apart, never dropped: it still counts when scored. */
export interface EncodedPairs<P> {
  readonly encoded: { readonly pair: P; readonly encoding: Encoding }[];
  readonly unencodable: { readonly pair: P; readonly message: string }[];
  readonly lengths: LengthReport;
}

/** Encodes pairs, document by document; the order of the pairs is kept. */
export async function encodeExamples<P extends Pick<PairExample, "document" | "head" | "tail">>(
  tokenizer: LukeTokenizer,
  pairs: readonly P[],
  maxLength: number | undefined,
): Promise<EncodedPairs<P>> {
  const byDocument = new Map<Document, P[]>();
  for (const pair of pairs) {
    const known = byDocument.get(pair.document);
    if (known) known.push(pair);
    else byDocument.set(pair.document, [pair]);
  }
  const results = new Map<P, PairEncodingResult>();
  for (const [document, ofDocument] of byDocument) {
    const spans = ofDocument.map(({ head, tail }) => ({
      head: document.entities[head]!,
      tail: document.entities[tail]!,
    }));
    const encodings = await encodePairs(tokenizer, document.text, spans, { maxLength });
    for (const [i, result] of encodings.entries()) results.set(ofDocument[i]!, result);
  }
  const encoded: { pair: P; encoding: Encoding }[] = [];
  const unencodable: { pair: P; message: string }[] = [];
  for (const pair of pairs) {
    const result = results.get(pair)!;
    if ("encoding" in result) encoded.push({ pair, encoding: result.encoding });
    else unencodable.push({ pair, message: result.unencodable.message });
  }
  return { encoded, unencodable, lengths: lengthReport(results.values()) };
}

/** @throws DataError if not one pair could be encoded, with the reason of the first. */
export function requireEncodable<P>(pairs: EncodedPairs<P>, what: string): void {
  const [first] = pairs.unencodable;
  if (pairs.encoded.length > 0 || !first) return;
  throw new DataError(
    `None of the ${pairs.unencodable.length} ${what} fits into the model; of the first: ${first.message}. Raise --max-length.`,
  );
}
