import type { TokenSpan } from "../../../tokenization/inputs/markers.ts";
import type { TagGrammar } from "./tags.ts";

/** The tokens that tags are decoded for. */
export interface TaggedTokens {
  readonly count: number;
  /** Log-probability of each tag, [tokens, tags]. */
  readonly scores: Float32Array;
  /** Whether an entity may begin or end before a token, or after the last, [tokens + 1]. */
  readonly isBoundary: ArrayLike<number>;
  /** Whether an entity may begin with a token, [tokens]: not with white space. */
  readonly mayBegin: ArrayLike<number>;
}

/** A span of tokens that was found. */
export interface FoundTokens extends TokenSpan {
  /** The position of its type among those of the grammar. */
  readonly type: number;
  /**
   * The probability that just these tokens are an entity of this type, given that the tags follow the grammar: the sum over
   * all such sequences of tags.
   */
  readonly probability: number;
}

/** The tags of a text that follow the grammar, by dynamic programming. */
export class TagLattice {
  readonly #grammar: TagGrammar;
  readonly #tokens: TaggedTokens;
  /** Log of the summed probability of all ways to a tag, [tokens, tags], and of all ways on from it. */
  #sums: { readonly to: Float64Array; readonly from: Float64Array; readonly all: number } | undefined;

  /** For each tag those with which it may go on, and the tags after which no entity is open. */
  readonly #ways: { readonly before: readonly (readonly number[])[]; readonly closed: readonly number[] };

  constructor(grammar: TagGrammar, tokens: TaggedTokens) {
    this.#grammar = grammar;
    this.#tokens = tokens;
    const { tags } = grammar;
    const ids = [...tags.keys()];
    this.#ways = {
      before: ids.map((tag) => ids.filter((other) => this.#continues(other, tag))),
      closed: ids.filter((tag) => tags[tag]!.ends),
    };
  }

  /**
   * The most probable sequence of tags (Viterbi 1967), as the spans that it has, in the order of the text. No two of them
   * overlap; none begins or ends where `isBoundary` is 0.
   */
  best(): FoundTokens[] {
    const tags = this.#bestTags();
    const { tags: kinds } = this.#grammar;
    const spans: { start: number; end: number; path: number[] }[] = [];
    for (const [token, tag] of tags.entries()) {
      const last = spans.at(-1);
      const before = token === 0 ? undefined : tags[token - 1]!;
      if (last && before !== undefined && last.end === token && this.#continues(before, tag)) {
        last.end++;
        last.path.push(tag);
      } else if (kinds[tag]!.type !== -1) spans.push({ start: token, end: token + 1, path: [tag] });
    }
    return spans.map(({ start, end, path }) => ({
      start,
      end,
      type: kinds[path[0]!]!.type,
      probability: this.#probability(start, path),
    }));
  }

  /** The probability of a span of this type, as `FoundTokens` has it; 0 where it cannot be. */
  probability({ start, end }: TokenSpan, type: number): number {
    return this.#pathsOf(end - start, type).reduce((sum, path) => sum + this.#probability(start, path), 0);
  }

  /** Every sequence of tags that stands for a span of this many tokens. */
  #pathsOf(length: number, type: number): number[][] {
    const { tags } = this.#grammar;
    const ids = [...tags.keys()].filter((id) => tags[id]!.type === type);
    let paths = ids.filter((id) => tags[id]!.begins).map((id) => [id]);
    for (let i = 1; i < length; i++)
      paths = paths.flatMap((path) => ids.filter((id) => this.#continues(path.at(-1)!, id)).map((id) => [...path, id]));
    return paths.filter((path) => tags[path.at(-1)!]!.ends);
  }

  /** Whether `tag` goes on with the entity of the tag before it. */
  #continues(before: number, tag: number): boolean {
    const { tags } = this.#grammar;
    return tags[tag]!.continues && tags[before]!.isOpen && tags[before]!.type === tags[tag]!.type;
  }

  /** Whether a tag may stand where no entity goes on. */
  #mayComeNew(tag: number, token: number): boolean {
    const { tags, outside } = this.#grammar;
    return tag === outside || (tags[tag]!.begins && this.#tokens.mayBegin[token] !== 0);
  }

  /** Whether `tag` may stand at a token and go on with nothing, after `before`. */
  #mayFollow(before: number, tag: number, token: number): boolean {
    const { tags, outside } = this.#grammar;
    if (!tags[before]!.ends || this.#continues(before, tag) || !this.#mayComeNew(tag, token)) return false;
    return this.#tokens.isBoundary[token] !== 0 || (tag === outside && before === outside);
  }

  #bestTags(): number[] {
    const { count, scores } = this.#tokens;
    const { tags, outside } = this.#grammar;
    const width = tags.length;
    if (count === 0) return [];
    const best = new Float64Array(count * width).fill(-Infinity);
    const from = new Int32Array(count * width);
    for (let tag = 0; tag < width; tag++) if (this.#mayComeNew(tag, 0)) best[tag] = scores[tag]!;
    for (let token = 1; token < count; token++) {
      const [at, before] = [token * width, (token - 1) * width];
      this.#eachWay(token, (tag, others) => {
        let [most, way] = [-Infinity, 0];
        for (const other of others) {
          if (best[before + other]! <= most) continue;
          most = best[before + other]!;
          way = other;
        }
        if (most + scores[at + tag]! <= best[at + tag]!) return;
        best[at + tag] = most + scores[at + tag]!;
        from[at + tag] = way;
      });
    }
    let last = outside;
    const end = (count - 1) * width;
    for (let tag = 0; tag < width; tag++) if (tags[tag]!.ends && best[end + tag]! > best[end + last]!) last = tag;
    const path = [last];
    for (let token = count - 1; token > 0; token--) path.push(from[token * width + path.at(-1)!]!);
    return path.reverse();
  }

  /** Calls `visit` with each tag that may stand at a token and those that may stand before it; a tag may come twice. */
  #eachWay(token: number, visit: (tag: number, others: readonly number[]) => void): void {
    const { before, closed } = this.#ways;
    const { tags, outside } = this.#grammar;
    for (const [tag, { continues }] of tags.entries()) {
      if (continues && before[tag]!.length > 0) visit(tag, before[tag]!);
      if (!this.#mayComeNew(tag, token)) continue;
      if (this.#tokens.isBoundary[token] === 0) {
        if (tag === outside) visit(tag, [outside]);
      } else visit(tag, continues ? closed.filter((other) => !this.#continues(other, tag)) : closed);
    }
  }

  #probability(start: number, path: readonly number[]): number {
    const { count, scores, isBoundary } = this.#tokens;
    const width = this.#grammar.tags.length;
    const end = start + path.length;
    const [first, last] = [path[0]!, path.at(-1)!];
    if (!this.#mayComeNew(first, start) || isBoundary[start] === 0 || isBoundary[end] === 0) return 0;
    const { to, from, all } = (this.#sums ??= this.#summed());
    let log = path.reduce((sum, tag, i) => sum + scores[(start + i) * width + tag]!, -all);
    const sumOf = (values: Float64Array, token: number, isMeant: (tag: number) => boolean): number => {
      let sum = -Infinity;
      for (let tag = 0; tag < width; tag++) if (isMeant(tag)) sum = logAdd(sum, values[token * width + tag]!);
      return sum;
    };
    if (start > 0) log += sumOf(to, start - 1, (tag) => this.#mayFollow(tag, first, start));
    if (end < count) log += sumOf(from, end, (tag) => this.#mayFollow(last, tag, end));
    return Math.min(1, Math.exp(log));
  }

  /** The forward-backward sums (Rabiner 1989). */
  #summed(): { to: Float64Array; from: Float64Array; all: number } {
    const { count, scores } = this.#tokens;
    const { tags } = this.#grammar;
    const { closed } = this.#ways;
    const width = tags.length;
    const to = new Float64Array(count * width).fill(-Infinity);
    const from = new Float64Array(count * width).fill(-Infinity);
    for (let tag = 0; tag < width; tag++) {
      if (this.#mayComeNew(tag, 0)) to[tag] = scores[tag]!;
      const end = (count - 1) * width + tag;
      if (tags[tag]!.ends) from[end] = scores[end]!;
    }
    for (let token = 1; token < count; token++) {
      const [at, before] = [token * width, (token - 1) * width];
      // All new tags have the same ways to them: summed once.
      let ofClosed: number | undefined;
      this.#eachWay(token, (tag, others) => {
        let sum = others === closed ? ofClosed : undefined;
        if (sum === undefined) {
          sum = -Infinity;
          for (const other of others) sum = logAdd(sum, to[before + other]!);
          if (others === closed) ofClosed = sum;
        }
        to[at + tag] = logAdd(to[at + tag]!, sum + scores[at + tag]!);
      });
    }
    for (let token = count - 1; token > 0; token--) {
      const [at, before] = [token * width, (token - 1) * width];
      let toClosed = -Infinity;
      this.#eachWay(token, (tag, others) => {
        if (others === closed) toClosed = logAdd(toClosed, from[at + tag]!);
        else for (const other of others) from[before + other] = logAdd(from[before + other]!, from[at + tag]!);
      });
      for (const other of closed) from[before + other] = logAdd(from[before + other]!, toClosed);
      for (let tag = 0; tag < width; tag++) from[before + tag]! += scores[before + tag]!;
    }
    let all = -Infinity;
    for (const tag of closed) all = logAdd(all, to[(count - 1) * width + tag]!);
    return { to, from, all };
  }
}

function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  const [high, low] = a > b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}
