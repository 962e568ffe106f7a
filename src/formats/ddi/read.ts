import type { SourceLocation } from "../../errors.ts";
import type { Document, Entity, Relation, Span } from "../../corpus/document.ts";
import { DuplicateEntityError, RecordError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import { wholeSpan } from "../discontinuous.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { readSpans } from "../offsets.ts";
import type { FormatSettings } from "../settings.ts";
import type { SourceFile } from "../source/source-file.ts";
import { attributeOf, parseXml, type XmlElement } from "../xml/read-xml.ts";

/** The types of the corpus: interactions of two drugs have no direction. */
const symmetric: ReadonlySet<string> = new Set(["mechanism", "effect", "advise", "int"]);
/**
 * Type of an interaction that is stated without details; also used for true pairs without a type, of which the corpus
 * has one.
 */
const untyped = "int";

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

interface Sentence {
  readonly element: XmlElement;
  /** Id of the document that contains the sentence. */
  readonly document: string;
  readonly number: number;
  readonly entities: XmlElement[];
  readonly pairs: XmlElement[];
}

/** Reads each sentence of a file as a document. */
export async function* readDdi(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const at = { file: file.path };
  const ready: Sentence[] = [];
  let sentence: Sentence | undefined;
  let document = "";
  let number = 0;
  let text: string;
  try {
    text = await file.text();
  } catch (error) {
    context.record(at, () => {
      throw error;
    });
    return;
  }
  const reading = parseXml(text, at, {
    open(element) {
      const { local } = element;
      if (local === "document") document = attributeOf(element, "id") ?? "";
      else if (local === "sentence") sentence = { element, document, number: number++, entities: [], pairs: [] };
      else if (local === "entity") sentence?.entities.push(element);
      else if (local === "pair" || local === "interaction") sentence?.pairs.push(element);
    },
    close(local) {
      if (local !== "sentence" || !sentence) return;
      ready.push(sentence);
      sentence = undefined;
    },
  });
  for (let isLast = false; !isLast;) {
    let failure: unknown;
    try {
      isLast = reading.next().done === true;
    } catch (error) {
      failure = error;
      isLast = true;
    }
    for (const sentence of ready.splice(0)) {
      const here = { file: file.path, line: sentence.element.line };
      const document = context.record(here, (notices) => parseSentence(sentence, context, notices, here));
      if (document) yield document;
    }
    if (failure !== undefined) {
      context.record(at, () => {
        throw failure;
      });
    }
  }
}

function parseSentence(
  { element, document, number, entities: marked, pairs }: Sentence,
  { settings, symmetricLabels }: ReadContext,
  notices: NoticeLog,
  at: SourceLocation,
): RawDocument {
  const text = attributeOf(element, "text");
  if (text === undefined) throw new RecordError("a sentence with its text, as <sentence text=…>", "one without", at);
  const name = `${document === "" ? "document" : document}.s${number}`;
  const id = attributeOf(element, "id") || name;
  const { entities, surfaces, positions } = readEntities(text, marked, settings, notices, at);
  const relations: Relation[] = [];
  const negatives = pairs.filter((pair) => !tellsInteraction(pair, { file: at.file, line: pair.line }));
  const named = new Set(
    pairs.map((pair) =>
      JSON.stringify([attributeOf(pair, "e1") ?? "", attributeOf(pair, "e2") ?? ""].toSorted(compare)),
    ),
  );
  const isWhole = named.size === (marked.length * (marked.length - 1)) / 2;
  if (!isWhole) tellNegatives(negatives, notices, at);
  for (const pair of pairs) {
    const here = { file: at.file, line: pair.line };
    const label = labelOf(pair, notices, here);
    if (label === undefined) continue;
    const ends = ["e1", "e2"].map((name) => attributeOf(pair, name) ?? "");
    const unknown = ends.find((end) => !positions.has(end));
    if (unknown !== undefined) throw new UnknownEntityError(label, quote(unknown), [...positions.keys()], here);
    const [head, tail] = ends.map((end) => positions.get(end));
    if (head === undefined || tail === undefined) {
      const message = "relations of a span in several pieces, left out with it";
      notices.lose("relation-of-skipped", message, here, { relations: 1 });
      continue;
    }
    relations.push({ head, tail, label });
    if (symmetric.has(label)) symmetricLabels.add(label);
  }
  const metadata = document === "" ? {} : { metadata: { document } };
  const met = {
    entities: marked.length,
    relations: pairs.length - negatives.length,
    annotations: isWhole ? 0 : negatives.length,
  };
  return { id, text, entities, relations, surfaces, ...metadata, source: at, met };
}

/**
 * Pairs without an interaction are read as any other pair without a relation. Where a sentence names all of its pairs, as
 * in the corpus, nothing is lost by it; where it names some, it is lost which.
 */
function tellNegatives(negatives: readonly XmlElement[], notices: NoticeLog, at: SourceLocation): void {
  for (const { line } of negatives) {
    const message =
      "pairs that do not interact in sentences that do not name every pair, read as any other pair without a relation";
    notices.lose("unnamed-pairs", message, { file: at.file, line }, { annotations: 1 });
  }
}

/** Whether the corpus says that a pair interacts. @throws {RecordError} where it does not say so by a word that is known. */
function tellsInteraction(pair: XmlElement, at: SourceLocation): boolean {
  // The attribute is `ddi` in DDIExtraction 2013, `interaction` in 2011 and in the protein interaction corpora; an
  // <interaction> element is always a relation.
  const says = attributeOf(pair, "ddi") ?? attributeOf(pair, "interaction") ?? `${pair.local === "interaction"}`;
  if (!/^(?:true|false)$/i.test(says)) {
    throw new RecordError('a pair with ddi="true" or ddi="false"', quote(says), at);
  }
  return says.toLowerCase() === "true";
}

/** The label of a pair; undefined if the corpus marks the pair as not interacting. */
function labelOf(pair: XmlElement, notices: NoticeLog, at: SourceLocation): string | undefined {
  if (!tellsInteraction(pair, at)) return undefined;
  const type = attributeOf(pair, "type")?.trim();
  if (type) return type;
  notices.add("untyped-pair", `true pairs without a type, read as ${untyped}`, at);
  return untyped;
}

interface ReadEntities {
  readonly entities: Entity[];
  readonly surfaces: (string | undefined)[];
  /** Positions by the id of the element; undefined for an entity that is left out. */
  readonly positions: Map<string, number | undefined>;
}

const offsets = /^\s*\d{1,9}-\d{1,9}(?:\s*;\s*\d{1,9}-\d{1,9})*\s*$/;
function readEntities(
  text: string,
  elements: readonly XmlElement[],
  settings: FormatSettings,
  notices: NoticeLog,
  at: SourceLocation,
): ReadEntities {
  const positions = new Map<string, number | undefined>();
  const types: string[] = [];
  const spans: (Span & { surface?: string | undefined })[] = [];
  for (const element of elements) {
    const here = { file: at.file, line: element.line };
    const id = attributeOf(element, "id") ?? "";
    if (positions.has(id)) throw new DuplicateEntityError(quote(id), here);
    const places = attributeOf(element, "charOffset") ?? "";
    if (!offsets.test(places))
      throw new RecordError('an entity with charOffset="0-5" or "0-5;8-12"', quote(places), here);
    const fragments = places.split(";").map((place): Span => {
      const [start = 0, last = 0] = place.split("-").map(Number);
      // The file names the last character, not the one after it.
      return { start, end: last + 1 };
    });
    const whole = wholeSpan(text, fragments, settings, notices, { ...here, detail: id });
    positions.set(id, whole && spans.length);
    if (!whole) continue;
    types.push(attributeOf(element, "type") ?? "");
    // A discontinuous span has the text of its pieces, which is no surface of the whole span.
    spans.push(fragments.length === 1 ? { ...whole, surface: attributeOf(element, "text") } : whole);
  }
  notices.addToTotal("discontinuous-span", elements.length);
  const placed = readSpans(text, withEnds(text, spans, notices, at), "utf-16", settings, notices, at);
  const entities = placed.map(({ start, end }, i) => ({ start, end, type: types[i]! }));
  return { entities, surfaces: spans.map(({ surface }) => surface), positions };
}

/** Some corpora of this format name the character after the last; the recorded texts of the entities decide which. */
function withEnds<S extends Span & { surface?: string | undefined }>(
  text: string,
  spans: readonly S[],
  notices: NoticeLog,
  at: SourceLocation,
): readonly S[] {
  const exclusive = spans.map((span) => ({ ...span, end: span.end - 1 }));
  const matches = (candidates: readonly S[]): number =>
    candidates.filter(({ start, end, surface }) => surface !== undefined && text.slice(start, end) === surface).length;
  if (matches(exclusive) <= matches(spans)) return spans;
  notices.add("exclusive-ends", "sentences whose offsets end after the last character, as the recorded texts show", at);
  return exclusive;
}
