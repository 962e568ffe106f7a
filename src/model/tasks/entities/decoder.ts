import type { TextTokens } from "../../../tokenization/inputs/text-tokens.ts";
import type { TokenSpan } from "../../../tokenization/inputs/markers.ts";
import type { TokenEncoding } from "../../../tokenization/inputs/token-encoding.ts";
import type { Head } from "../../heads/head.ts";
import type { EncodedText } from "../encoded.ts";
import type { AlignmentLosses, TokenEntity } from "./align.ts";
import type { FoundSpan } from "./spans.ts";

/** A window of a text's tokens, and what the head makes of it. */
export interface ScoredWindow {
  readonly encoding: TokenEncoding;
  /** As the scorer returns them for the head. */
  readonly logits: Float32Array;
  readonly targets: WindowTargets;
}

/** The gold entities of a window, as the head learns them. */
export interface WindowTargets extends Pick<EncodedText<unknown>, "targets" | "paddedTargets"> {
  /** The number of entities that the window is asked about, if a window is asked about spans. */
  readonly entities: readonly TokenEntity[];
}

/** The entities of a text, and the probability of any other. */
export interface Finding {
  readonly found: readonly FoundSpan[];
  /** The probability that a span of tokens is an entity of this type. */
  readonly probability: (span: TokenSpan, type: number) => number;
}

/** A sum of losses, and the number of things that a mean is over. */
export interface SummedLoss {
  readonly sum: number;
  readonly count: number;
}

/** A way to find the entities of a text: which head is trained, on what, and how its logits become entities. */
export interface Decoder {
  /** `flat`: no two entities overlap; `nested`: any two may. */
  readonly name: "flat" | "nested";
  readonly head: Head;
  /** Whether a row of logits may have several classes. */
  readonly isMultiLabel: boolean;
  /** The entities that can be learnt; those that cannot are added to `losses`. */
  readonly learnable: (gold: readonly TokenEntity[], losses: AlignmentLosses) => readonly TokenEntity[];
  /** The targets of the head for these entities of a text, in one of its windows. */
  readonly targets: (gold: readonly TokenEntity[], encoding: TokenEncoding) => WindowTargets;
  readonly find: (tokens: TextTokens, windows: readonly ScoredWindow[]) => Finding;
  readonly loss: (window: ScoredWindow) => SummedLoss;
  /** The meaning of the mean loss. */
  readonly lossProtocol: string;
  /** How entities are found, for reports: `by a tag for each token; no two overlap`. */
  readonly description: string;
}
