import { RecordError } from "../../corpus/errors.ts";
import { listed } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { FileSpan } from "../offsets.ts";

interface Token {
  readonly id?: number | null | undefined;
  readonly start: number;
  readonly end: number;
}

/** A span of a task: the end is exclusive for characters, inclusive for tokens. */
export interface TaskSpan {
  readonly start: number;
  readonly end: number;
  readonly token_end?: number | null | undefined;
  readonly label?: string | null | undefined;
  readonly text?: string | null | undefined;
}

interface KnownSpan extends FileSpan {
  readonly label: string;
  readonly lastToken: number | undefined;
}

/** The spans of a task, and further spans that only its relations name. */
export class TaskSpans {
  /**
   * All spans: first those that the task lists, then those that only a relation names. Offsets are those of the file.
   */
  readonly all: KnownSpan[] = [];
  /** Number of spans that the task lists. */
  readonly listed: number;
  readonly #tokens: ReadonlyMap<number, Token>;
  readonly #at: SourceLocation;

  constructor(spans: readonly TaskSpan[], tokens: readonly Token[], at: SourceLocation) {
    this.#tokens = new Map(tokens.map((token, i) => [token.id ?? i, token]));
    this.#at = at;
    for (const span of spans) this.#add(span);
    this.listed = spans.length;
  }

  /**
   * Position of an argument in `all`. It is found by its characters if the relation has them (dependencies link tokens
   * outside of all spans), else by the last token of a span.
   * @param role for messages: `head of relation "WHO_DO"`
   * @throws RecordError for a token that does not exist.
   */
  positionOf(lastToken: number, named: TaskSpan | undefined, role: string): number {
    if (named) {
      const places = [...this.all.keys()].filter((i) => this.#isAt(i, named));
      const sameLabel = places.find((i) => this.all[i]!.label === (named.label ?? ""));
      return sameLabel ?? places[0] ?? this.#add(named);
    }
    const place = this.all.findIndex((span) => span.lastToken === lastToken);
    if (place >= 0) return place;
    const token = this.#tokens.get(lastToken);
    if (token) return this.#add({ start: token.start, end: token.end, token_end: lastToken });
    const known = this.all.flatMap(({ lastToken }) => lastToken ?? []).map(String);
    throw new RecordError(
      `the last token of a span as ${role}: ${known.length > 0 ? listed(known) : "but the task has no span"}`,
      String(lastToken),
      this.#at,
    );
  }

  #isAt(place: number, { start, end }: TaskSpan): boolean {
    const span = this.all[place]!;
    return span.start === start && span.end === end;
  }

  #add({ start, end, token_end, label, text }: TaskSpan): number {
    const lastToken = token_end ?? [...this.#tokens].find(([, token]) => token.end === end)?.[0];
    return this.all.push({ start, end, label: label ?? "", lastToken, surface: text ?? undefined }) - 1;
  }
}
