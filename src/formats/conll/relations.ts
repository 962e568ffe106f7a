import { RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

/** A relation as Flair writes it: tokens of head and tail count from 1, ends inclusive. */
export interface TokenRelation {
  readonly head: readonly [first: number, last: number];
  readonly tail: readonly [first: number, last: number];
  readonly label: string;
}

const shape = /^\s*(\d{1,9});(\d{1,9});(\d{1,9});(\d{1,9});(.*)$/s;

/**
 * Parses relations such as `4;4;1;2;founded_by|…`.
 * @throws {RecordError} for anything else, and for a token that the sentence does not have.
 */
export function parseRelations(value: string, tokens: number, at: SourceLocation): TokenRelation[] {
  if (value.trim() === "") return [];
  return value.split(/\|(?=\s*\d+;\d+;\d+;\d+;)/).map((part) => {
    const [, headFirst, headLast, tailFirst, tailLast, label] = shape.exec(part) ?? [];
    if (label === undefined) {
      throw new RecordError("relations as head_first;head_last;tail_first;tail_last;label", quote(part), at);
    }
    const head = [Number(headFirst), Number(headLast)] as const;
    const tail = [Number(tailFirst), Number(tailLast)] as const;
    for (const [first, last] of [head, tail]) {
      if (first >= 1 && first <= last && last <= tokens) continue;
      throw new RecordError(`tokens from 1 to ${tokens} in a relation`, `${first} to ${last} in ${quote(part)}`, at);
    }
    return { head, tail, label };
  });
}

export const formatRelations = (relations: readonly TokenRelation[]): string =>
  relations.map(({ head, tail, label }) => [...head, ...tail, label].join(";")).join("|");
