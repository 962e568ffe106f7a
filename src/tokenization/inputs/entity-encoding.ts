import type { Span } from "../../corpus/document.ts";
import type { Encoding } from "./encoding.ts";
import type { InputTokenizer } from "./input-tokenizer.ts";
import { insertMarkers } from "./markers.ts";
import { encodeMentions } from "./mention-tokens.ts";
import { checkPairSpan } from "./pair-span-error.ts";
import { doesNotFit, type Unencodable, withoutTokens } from "./unencodable.ts";
import { encodeWindow, type EncodingOptions } from "./window-encoding.ts";

export type EntityEncodingResult = { readonly encoding: Encoding } | { readonly unencodable: Unencodable };

/**
 * Encodes a text with `<ent>` around one mention, whose entity is `[MASK]`. Texts that fit into `maxLength` are encoded
 * as transformers' LukeTokenizer encodes them for the task `entity_classification`. Longer texts keep a window around
 * the mention. Throws a PairSpanError for a span that is not part of the text.
 */
export async function encodeEntity(
  tokenizer: InputTokenizer,
  text: string,
  span: Span,
  { maxLength = tokenizer.maxLength }: EncodingOptions = {},
): Promise<EntityEncodingResult> {
  checkPairSpan(text, span, "the mention");
  const [encoded] = encodeMentions(tokenizer.words, text, [[span]]);
  const { tokens, mentions } = encoded!;
  const [mention] = mentions;
  if (mention!.start === mention!.end) return { unencodable: withoutTokens("the mention") };
  const marked = insertMarkers(tokens, [{ span: mention!, marker: tokenizer.words.specialTokenIds.ent }]);
  const window = encodeWindow(tokenizer, marked.tokens, marked.mentions, maxLength);
  if (window === undefined) {
    const extent = `the mention has ${mention!.end - mention!.start + 2} tokens with its markers`;
    return { unencodable: doesNotFit("mention too long", extent, maxLength) };
  }
  const { inputIds, entityPositionIds, truncated, mentionCut } = window;
  const entityIds = Int32Array.of(tokenizer.entities.mask);
  return { encoding: { inputIds, entityIds, entityPositionIds, pairs: [], truncated, mentionCut } };
}
