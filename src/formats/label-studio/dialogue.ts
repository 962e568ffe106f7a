import type { Span } from "../../corpus/document.ts";
import { isList, isObject, type JsonObject } from "../source/probe.ts";
import { offsetsToUtf16 } from "../offsets.ts";

/** A conversation as one text, its turns on lines of their own. */
export interface Dialogue {
  readonly text: string;
  /** What else is said of each turn: who speaks, when. Absent where nothing is. */
  readonly others: readonly object[] | undefined;
  /** From characters of turns to UTF-16 code units of `text`; undefined where there is no such turn. */
  span(first: number, start: number, last: number, end: number, unit: "utf-16" | "code-point"): Span | undefined;
}

const speaker = /^(?:author|speaker|role|name|from|user|id)$/i;

/** Under which key the turns of a list have what was said; undefined for a list of anything else. */
function textKeyOf(turns: readonly unknown[]): string | undefined {
  const [first] = turns;
  if (!isObject(first) || !turns.every(isObject)) return undefined;
  const strings = Object.keys(first).filter((key) => turns.every((turn) => typeof turn[key] === "string"));
  return strings.includes("text") ? "text" : strings.find((key) => !speaker.test(key));
}

/** Whether a value is a conversation: a list of turns, each with a text. */
export const isDialogue = (value: unknown): value is readonly JsonObject[] =>
  isList(value) && textKeyOf(value) !== undefined;

export function openDialogue(turns: readonly JsonObject[]): Dialogue {
  const key = textKeyOf(turns)!;
  const said = turns.map((turn) => String(turn[key]));
  const starts: number[] = [];
  let length = 0;
  for (const text of said) {
    starts.push(length);
    length += text.length + 1;
  }
  const others = turns.map((turn) => Object.fromEntries(Object.entries(turn).filter(([name]) => name !== key)));
  return {
    text: said.join("\n"),
    others: others.some((rest) => Object.keys(rest).length > 0) ? others : undefined,
    span(first, start, last, end, unit) {
      const at = (turn: number, offset: number): number | undefined =>
        said[turn] === undefined || offset < 0 ? undefined : starts[turn]! + offsetsToUtf16(said[turn], unit)(offset);
      const [from, to] = [at(first, start), at(last, end)];
      return from === undefined || to === undefined ? undefined : { start: from, end: to };
    },
  };
}
