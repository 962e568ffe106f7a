import type { SourceLocation } from "../../errors.ts";
import type { Span } from "../../corpus/document.ts";
import { DuplicateEntityError, RecordError } from "../../corpus/errors.ts";
import { quote } from "../../quote.ts";
import type { Line } from "../source/lines.ts";

/** A `T` line. */
export interface TextBound {
  readonly id: string;
  readonly type: string;
  /** One fragment, or the pieces of a discontinuous span, in the offsets of the file. */
  readonly fragments: readonly Span[];
  /** The text of the fragments, joined by one space; undefined if the line does not record it. */
  readonly surface: string | undefined;
}

/** A link between the ids of two T or E lines: an `R` line, a role of an `E` line, or two members of a `*` line. */
export interface Arc {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly at: SourceLocation;
}

/** An `E` line without its roles, which become arcs from the event. */
export interface Event {
  readonly id: string;
  readonly type: string;
  /** Id of the T line of the event's trigger. */
  readonly trigger: string;
  readonly roles: number;
  readonly at: SourceLocation;
}

/** The annotations of one text as their file has them, each kind in file order. */
export interface Standoff {
  readonly textBounds: TextBound[];
  readonly events: Event[];
  readonly arcs: Arc[];
  /** Ids of R lines. */
  readonly relationIds: Set<string>;
  /** `*` lines. */
  readonly equivalences: { readonly label: string; readonly at: SourceLocation }[];
  /** Attributes, modifiers, normalizations and notes, which are not read. */
  readonly unread: SourceLocation[];
}

/** Whether a line begins with an id of this letter, or, because of its TAB, can only be meant as an annotation. */
const begins = (letter: string, text: string): boolean => text[0] === letter && /^.(?:\d|\S*\t)/.test(text);

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

/** The role without its number: brat numbers the arguments of one role, as in Theme, Theme2. */
const roleName = (name: string): string => name.replace(/(?<=.)\d+$/, "");

/**
 * @param lines complete lines, see wholeLines
 * @throws {RecordError} for a malformed line; DuplicateEntityError if two T or E lines share an id.
 */
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
  for (const [i, line] of lines.entries()) {
    const { at, text, problem } = line;
    if (problem) throw problem;
    const [id = "", data, ...rest] = text.split("\t");
    const [isTextBound, isEvent] = [begins("T", text), begins("E", text)];
    if (isTextBound || isEvent) {
      if (ids.has(id)) throw new DuplicateEntityError(id, at);
      ids.add(id);
    }
    if (isTextBound) standoff.textBounds.push(parseTextBound(id, data, rest, line));
    else if (isEvent) addEvent(standoff, id, words(data), line);
    else if (begins("R", text)) addRelation(standoff, id, words(data), line);
    else if (text.startsWith("*")) addEquivalence(standoff, words(data), line);
    else if (/^(?:[AMN]\d|[AMN]\S*\t|#)/.test(text)) standoff.unread.push(at);
    else throw notAnAnnotation(line, lines[i - 1]);
  }
  return standoff;
}

/**
 * The error for a line that is no annotation; after a text with a line break in it, it is probably the rest of that
 * text.
 */
function notAnAnnotation({ text, at }: Line, before: Line | undefined): RecordError {
  const expected = "a line of brat that begins with T, R, E, *, A, M, N or #";
  const [id = "", data = "", ...rest] = before && begins("T", before.text) ? before.text.split("\t") : [];
  const [, , spans] = textBoundData.exec(data) ?? [];
  if (spans === undefined) return new RecordError(expected, quote(text), at);
  const length = fragmentsOf(spans).reduce((sum, { start, end }) => sum + end - start, 0);
  const isShort = Array.from(rest.join("\t")).length < length;
  const found = isShort
    ? `${quote(text)}. Is it the rest of ${id}, whose offsets cover ${length} characters? Then its text is not what stands ` +
      "there in the .txt: write a blank for each line break in it"
    : quote(text);
  return new RecordError(expected, found, at);
}

/** The fields behind the id, separated by TABs. */
const fieldsOf = (text: string): string[] =>
  text
    .split("\t")
    .slice(1)
    .filter((field) => field !== "");

/** The error for a malformed line. TABs separate id, data and text; spaces separate the parts of the data. */
function misshapen(letter: keyof typeof shapes, { text, at }: Line): RecordError {
  const fields = fieldsOf(text);
  const why =
    fields.length === 0
      ? ", without a TAB"
      : letter !== "T" && fields.length > 1
        ? ", with TABs where brat has blanks"
        : "";
  return new RecordError(shapes[letter], `${quote(text)}${why}`, at);
}

/** The pieces of `0 4;6 9`. */
export const fragmentsOf = (spans: string): Span[] =>
  spans.split(";").map((fragment): Span => {
    const [start = NaN, end = NaN] = words(fragment).map(Number);
    return { start, end };
  });

function parseTextBound(id: string, data: string | undefined, rest: readonly string[], line: Line): TextBound {
  const [, type, spans] = textBoundData.exec(data ?? "") ?? [];
  if (type === undefined || spans === undefined) throw misshapen("T", line);
  const fragments = fragmentsOf(spans);
  const surface = rest.join("\t").replace(/\t+$/, "");
  return { id, type, fragments, surface: surface === "" ? undefined : surface };
}

function addRelation({ arcs, relationIds }: Standoff, id: string, data: readonly string[], line: Line): void {
  const [label, first, second, ...rest] = data;
  const [from, to] = [argument(first), argument(second)];
  const isParted = label !== undefined && rest.length === 0 && fieldsOf(line.text).length <= 1;
  const lacking = isParted ? lackingArguments(first, second) : [];
  if (lacking.length > 0) {
    const found = `${quote(line.text)}: ${id} lacks its ${lacking.join(" and its ")} argument. Name what it joins, or remove the line`;
    throw new RecordError(shapes.R, found, line.at);
  }
  if (label === undefined || !from || !to || rest.length > 0) throw misshapen("R", line);
  relationIds.add(id);
  arcs.push({ label, from: from.id, to: to.id, at: line.at });
}

/** Which of the two arguments is missing, or is a name without an id. */
const lackingArguments = (...given: readonly (string | undefined)[]): ("first" | "second")[] =>
  (["first", "second"] as const).filter((_, i) => given[i] === undefined || /^[^:]*:$/.test(given[i]));

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
