import type { Span } from "../../corpus/document.ts";
import { isList, isObject, type JsonObject } from "../source/probe.ts";
import { offsetsToUtf16 } from "../offsets.ts";

/** A conversation as one text, with each turn on its own line. */
export interface Dialogue {
  readonly text: string;
  /** Further data of each turn, such as speaker and time; undefined if there is none. */
  readonly others: readonly object[] | undefined;
  /** Converts characters of turns to a span in UTF-16 code units of `text`; undefined if there is no such turn. */
  span(first: number, start: number, last: number, end: number, unit: "utf-16" | "code-point"): Span | undefined;
}

const speaker = /^(?:author|speaker|role|name|from|user|id)$/i;

/** The key under which the turns of a list have their text; undefined if it is no list of turns. */
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
