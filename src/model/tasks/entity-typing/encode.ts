import type { Span } from "../../../corpus/document.ts";
import { encodeEntity } from "../../../tokenization/inputs/entity-encoding.ts";
import { addToReport, emptyLengthReport, type LengthReport } from "../../../tokenization/inputs/length-report.ts";
import type { InputTokenizer } from "../../../tokenization/inputs/input-tokenizer.ts";
import { encodeSpans } from "../../../tokenization/inputs/span-encoding.ts";
import type { Encoded, EncodedText, Unscored } from "../encoded.ts";

/** A span of a text, which gold examples and questions without an answer have in common. */
export interface SpanPlace {
  readonly document: { readonly text: string; readonly entities: readonly Span[] };
  readonly entity: number;
}

/**
 * Encodes spans, each in a text of its own with markers around it (`entity`), or all of a text at once (`span`).
 * The order of the examples is kept; consecutive ones of one document share a text with `span`.
 */
export async function encodeSpansOf<P extends SpanPlace>(
  tokenizer: InputTokenizer,
  examples: readonly P[],
  reads: "entity" | "span",
  maxLength: number,
): Promise<Encoded<P>> {
  const texts: EncodedText<P>[] = [];
  const unscored: Unscored<P>[] = [];
  const lengths: LengthReport = emptyLengthReport();
  for (const group of reads === "span" ? byDocument(examples) : examples.map((example) => [example])) {
    const { text, entities } = group[0]!.document;
    const spans = group.map(({ entity }) => entities[entity]!);
    const result =
      reads === "span"
        ? await encodeSpans(tokenizer, text, spans, { maxLength })
        : await encodeEntity(tokenizer, text, spans[0]!, { maxLength });
    if ("encoding" in result) texts.push({ encoding: result.encoding, examples: group });
    else for (const example of group) unscored.push({ example, message: result.unencodable.message, excluded: false });
    for (const _ of group) addToReport(lengths, "encoding" in result ? result.encoding : result.unencodable);
  }
  const count = texts.reduce((sum, text) => sum + text.examples.length, 0);
  return { texts, count, unscored, lengths, excluded: {} };
}

function byDocument<P extends SpanPlace>(examples: readonly P[]): P[][] {
  const groups = new Map<P["document"], P[]>();
  for (const example of examples) {
    const group = groups.get(example.document);
    if (group) group.push(example);
    else groups.set(example.document, [example]);
  }
  return [...groups.values()];
}
