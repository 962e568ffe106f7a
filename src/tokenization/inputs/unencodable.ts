/** Why a text with its mentions has no encoding; `message` tells it to people. */
export interface Unencodable {
  readonly kind: "mention without tokens" | "mentions too far apart" | "mention too long";
  readonly message: string;
}

/** For a mention, `the head`, that is encoded to nothing. */
export const withoutTokens = (mention: string): Unencodable => ({
  kind: "mention without tokens",
  message: `${mention} has no token of its own: it is white space, or characters that the tokenizer leaves out`,
});

/** For mentions, or one, `the two mentions are 600 tokens apart`, that no window can hold. */
export const doesNotFit = (kind: Unencodable["kind"], extent: string, maxLength: number): Unencodable => ({
  kind,
  message: `${extent}, and ${maxLength - 2} fit (a maximum length of ${maxLength} less <s> and </s>)`,
});
