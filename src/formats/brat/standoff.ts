import type { SourceLocation } from "../../errors.ts";
import type { Span } from "../../corpus/document.ts";
import { DuplicateEntityError, RecordError } from "../../corpus/errors.ts";
import { quote } from "../../corpus/quote.ts";
import type { Line } from "../source/lines.ts";

/** A `T` line. */
export interface TextBound {
  readonly id: string;
  readonly type: string;
  /** One, or the pieces of a discontinuous span, in the offsets of the file. */
  readonly fragments: readonly Span[];
  /** The fragments with one blank between them; undefined where the line does not record it. */
  readonly surface: string | undefined;
}

/** What joins two ids of the file, of T or E lines: an `R` line, a role of an `E` line, two members of a `*` line. */
export interface Arc {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly at: SourceLocation;
}

/** An `E` line without its roles, which are arcs from the event itself. */
export interface Event {
  readonly id: string;
  readonly type: string;
  /** Id of the T line where the event is named in the text. */
  readonly trigger: string;
  readonly roles: number;
  readonly at: SourceLocation;
}

/** The annotations of one text as their file has them, each kind in its order. */
export interface Standoff {
  readonly textBounds: TextBound[];
  readonly events: Event[];
  readonly arcs: Arc[];
  /** Ids of R lines. */
  readonly relationIds: Set<string>;
  /** `*` lines. */
  readonly equivalences: { readonly label: string; readonly at: SourceLocation }[];
  /** Attributes, modifiers, normalizations and notes, of which nothing is read. */
  readonly unread: SourceLocation[];
}

const span = String.raw`-?\d+ +-?\d+`;
const textBoundData = new RegExp(String.raw`^(\S+) +(${span}(?: *; *${span})*) *$`);

const shapes = {
  T: "T1<TAB>TYPE start end<TAB>text",
  R: "R1<TAB>TYPE Arg1:T1 Arg2:T2",
  E: "E1<TAB>TYPE:T1 Role:T2",
  "*": "*<TAB>TYPE T1 T2",
} as const;

const words = (text: string | undefined): string[] => text?.split(/\s+/).filter((word) => word !== "") ?? [];

/** `Role:T1`; undefined for anything else. */
function argument(text: string | undefined): { name: string; id: string } | undefined {
  const [name, id, ...rest] = text?.split(":") ?? [];
  return name && id && rest.length === 0 ? { name, id } : undefined;
}

/** brat tells apart the arguments of one role by a number behind it: Theme, Theme2. */
const roleName = (name: string): string => name.replace(/(?<=.)\d+$/, "");

/** @throws {RecordError} for a line of another shape; DuplicateEntityError for an id of two T or E lines. */
export function parseStandoff(lines: readonly Line[]): Standoff {
  const standoff: Standoff = {
    textBounds: [],
    events: [],
    arcs: [],
    relationIds: new Set(),
    equivalences: [],
    unread: [],
  };
  const ids = new Set<string>();
  for (const line of lines) {
    const { at, text, problem } = line;
    if (problem) throw problem;
    const [id = "", data, ...rest] = text.split("\t");
    const letter = text[0]!;
    if (letter === "T" || letter === "E") {
      if (ids.has(id)) throw new DuplicateEntityError(id, at);
      ids.add(id);
    }
    if (letter === "T") standoff.textBounds.push(parseTextBound(id, data, rest, line));
    else if (letter === "R") addRelation(standoff, id, words(data), line);
    else if (letter === "E") addEvent(standoff, id, words(data), line);
    else if (letter === "*") addEquivalence(standoff, words(data), line);
    else if (/^[AMN#]/.test(text)) standoff.unread.push(at);
    else throw new RecordError("a line of brat that begins with T, R, E, *, A, M, N or #", quote(text), at);
  }
  return standoff;
}

const misshapen = (letter: keyof typeof shapes, { text, at }: Line): RecordError =>
  new RecordError(shapes[letter], quote(text), at);

function parseTextBound(id: string, data: string | undefined, rest: readonly string[], line: Line): TextBound {
  const [, type, spans] = textBoundData.exec(data ?? "") ?? [];
  if (type === undefined || spans === undefined) throw misshapen("T", line);
  const fragments = spans.split(";").map((fragment): Span => {
    const [start, end] = words(fragment).map(Number);
    return { start: start!, end: end! };
  });
  const surface = rest.join("\t").replace(/\t+$/, "");
  return { id, type, fragments, surface: surface === "" ? undefined : surface };
}

function addRelation({ arcs, relationIds }: Standoff, id: string, data: readonly string[], line: Line): void {
  const [label, first, second, ...rest] = data;
  const [from, to] = [argument(first), argument(second)];
  if (label === undefined || !from || !to || rest.length > 0) throw misshapen("R", line);
  relationIds.add(id);
  arcs.push({ label, from: from.id, to: to.id, at: line.at });
}

function addEvent({ arcs, events }: Standoff, id: string, data: readonly string[], line: Line): void {
  const [trigger, ...roles] = data.map(argument);
  if (!trigger) throw misshapen("E", line);
  events.push({ id, type: trigger.name, trigger: trigger.id, roles: roles.length, at: line.at });
  for (const role of roles) {
    if (!role) throw misshapen("E", line);
    arcs.push({ label: roleName(role.name), from: id, to: role.id, at: line.at });
  }
}

function addEquivalence({ arcs, equivalences }: Standoff, data: readonly string[], line: Line): void {
  const [label, ...given] = data;
  const members = [...new Set(given)];
  if (label === undefined || members.length < 2) throw misshapen("*", line);
  equivalences.push({ label, at: line.at });
  for (const [i, from] of members.entries()) {
    for (const to of members.slice(i + 1)) arcs.push({ label, from, to, at: line.at });
  }
}
