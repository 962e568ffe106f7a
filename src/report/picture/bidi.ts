import type { Grapheme } from "./widths.ts";

const rightToLeft =
  /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\u200f]/u;
const digit = /^\p{Nd}/u;
const letter = /^[\p{L}\p{M}\p{So}\p{Emoji_Presentation}\u200e]/u;

type Direction = "L" | "R" | "digit" | "neutral";

function directionOf(text: string): Direction {
  if (digit.test(text)) return "digit";
  if (rightToLeft.test(text)) return "R";
  return letter.test(text) ? "L" : "neutral";
}

/** Whether a paragraph runs from right to left: its first letter decides. */
export const isRightToLeft = (text: string): boolean => {
  const first = /[\p{L}\u200e\u200f]/u.exec(text);
  return first !== null && rightToLeft.test(first[0]);
};

/**
 * The embedding level of each character of a paragraph: even ones run to the right. These are the rules of Unicode's
 * bidirectional algorithm (UAX #9) for letters, numbers and what stands between, without explicit marks.
 */
export function levelsOf(graphemes: readonly Grapheme[], rtl: boolean): number[] {
  const base: number = rtl ? 1 : 0;
  const kinds = graphemes.map(({ text }) => directionOf(text));
  if (!rtl && !kinds.includes("R")) return kinds.map(() => 0);
  // A separator between two digits belongs to the number.
  for (let i = 1; i + 1 < kinds.length; i++)
    if (kinds[i - 1] === "digit" && kinds[i + 1] === "digit" && /^[.,:/+-]$/.test(graphemes[i]!.text))
      kinds[i] = "digit";
  const levels = kinds.map(() => base);
  let strong: "L" | "R" = rtl ? "R" : "L";
  // The side to which a neutral's left neighbour belongs: numbers in a right-to-left context count as R.
  let side = strong;
  let waiting: number[] = [];
  for (const [i, kind] of kinds.entries()) {
    if (kind === "neutral") {
      waiting.push(i);
      continue;
    }
    if (kind !== "digit") strong = kind;
    const isLeft = kind === "L" || (kind === "digit" && strong === "L");
    levels[i] = isLeft ? 2 * base : kind === "digit" ? 2 : 1;
    const now = isLeft ? "L" : "R";
    if (now === side) for (const j of waiting) levels[j] = now === "L" ? 2 * base : 1;
    waiting = [];
    side = now;
  }
  return levels;
}

/** The order in which pieces of these levels stand from left to right. */
export function visualOrder(levels: readonly number[]): number[] {
  const order = levels.map((_, i) => i);
  for (let level = Math.max(0, ...levels); level > 0; level--) {
    for (let i = 0; i < order.length; i++) {
      if (levels[order[i]!]! < level) continue;
      let end = i;
      while (end < order.length && levels[order[end]!]! >= level) end++;
      order.splice(i, end - i, ...order.slice(i, end).reverse());
      i = end;
    }
  }
  return order;
}
