import type { Entity, Span } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import type { SourceLocation } from "../errors.ts";
import type { TaggedSpan } from "./tags.ts";

/** The entities of a tokenized text; arguments of relations that are no entity are added. */
export class TokenArguments {
  readonly entities: Entity[] = [];
  /** By tokens `start end`: the position of the entity, and whether another entity has the same tokens. */
  readonly #bySpan = new Map<string, { readonly position: number; isAmbiguous: boolean }>();
  readonly #byLastToken = new Map<number, number>();
  readonly #byToken = new Map<number, number>();
  readonly #text: string;
  readonly #place: (first: number, end: number) => Span;
  readonly #notices: NoticeLog;
  readonly #at: SourceLocation;

  /** @param place the characters of the tokens [first, end) */
  constructor(
    { text, span }: { readonly text: string; readonly span: (first: number, end: number) => Span },
    tagged: readonly TaggedSpan[],
    notices: NoticeLog,
    at: SourceLocation,
  ) {
    this.#text = text;
    this.#place = span;
    this.#notices = notices;
    this.#at = at;
    for (const span of tagged) this.#add(span);
  }

  /**
   * Position of the entity with exactly these tokens; if there is none, an entity without a type is added and counted.
   */
  ofTokens(start: number, end: number): number {
    const found = this.#bySpan.get(`${start} ${end}`);
    if (!found) return this.#addUntyped(start, end);
    if (found.isAmbiguous) {
      const message = "arguments that could be any of several entities, read as the first";
      this.#notices.add("ambiguous-argument", message, this.#at);
    }
    return found.position;
  }

  /**
   * Position of the entity that ends with this token, else of an entity that contains it; if there is none, an entity
   * without a type is added. All but the first case are counted.
   */
  ofLastToken(token: number): number {
    const ends = this.#byLastToken.get(token);
    if (ends !== undefined) return ends;
    const holds = this.#byToken.get(token);
    if (holds === undefined) return this.#addUntyped(token, token + 1);
    const message = "arguments of relations inside of an entity, read as that entity";
    this.#notices.add("argument-inside", message, { ...this.#at, detail: this.#quoted(this.entities[holds]!) });
    return holds;
  }

  #addUntyped(start: number, end: number): number {
    const position = this.#add({ start, end, type: "" });
    const message = "arguments of relations that are no entity of the file, read as one without type";
    this.#notices.add("untyped-argument", message, { ...this.#at, detail: this.#quoted(this.entities[position]!) });
    return position;
  }

  #add(tagged: TaggedSpan): number {
    const { start, end, type } = tagged;
    const position = this.entities.push({ ...this.#place(start, end), type }) - 1;
    const known = this.#bySpan.get(`${start} ${end}`);
    if (known) known.isAmbiguous = true;
    else this.#bySpan.set(`${start} ${end}`, { position, isAmbiguous: false });
    if (!this.#byLastToken.has(end - 1)) this.#byLastToken.set(end - 1, position);
    for (let token = start; token < end; token++) if (!this.#byToken.has(token)) this.#byToken.set(token, position);
    return position;
  }

  #quoted({ start, end }: Span): string {
    return `${quote(this.#text.slice(Math.max(0, start), Math.max(0, end)), 30)} [${start}, ${end})`;
  }
}
