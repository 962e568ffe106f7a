/** The reason why a text with its mentions cannot be encoded; `message` is for the user. */
export interface Unencodable {
  readonly kind: "mention without tokens" | "mentions too far apart" | "mention too long";
  readonly message: string;
}

/** The reason for a mention, such as `the head`, that has no token. */
export const withoutTokens = (mention: string): Unencodable => ({
  kind: "mention without tokens",
  message: `${mention} has no token of its own: it is white space, or characters that the tokenizer leaves out`,
});

/** The reason for mentions that no window can hold; `extent` is such as `the two mentions are 600 tokens apart`. */
export const doesNotFit = (kind: Unencodable["kind"], extent: string, maxLength: number): Unencodable => ({
  kind,
  message: `${extent}, and ${maxLength - 2} fit (a maximum length of ${maxLength} less <s> and </s>)`,
});
