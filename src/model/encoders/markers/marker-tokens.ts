/** The tokens of `--markers tokens`, around head and tail. */
export const pairMarkers = ["[E1]", "[/E1]", "[E2]", "[/E2]"] as const;

/** The two levitated markers of mentions of a type: `[TYPE:TIME]` and `[/TYPE:TIME]`; of mentions without one `[MENTION]`. */
export const levitatedMarkers = (type: string): readonly [opening: string, closing: string] =>
  type === "" ? ["[MENTION]", "[/MENTION]"] : [`[TYPE:${type}]`, `[/TYPE:${type}]`];

/** Whether a token of a vocabulary is one of these markers. */
export const isMarkerToken = (token: string): boolean => /^\[\/?(?:E[12]|MENTION|TYPE:.+)\]$/s.test(token);

/** Returns the type of a levitated opening marker, "" for that of mentions without one; undefined for other tokens. */
export const typeOfMarker = (token: string): string | undefined =>
  token === "[MENTION]" ? "" : /^\[TYPE:(.+)\]$/s.exec(token)?.[1];
