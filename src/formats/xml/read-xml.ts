import { SaxesParser } from "saxes";
import { NotXmlError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";

export interface XmlAttribute {
  /** Name as written, with its prefix: `xmi:id`. */
  readonly name: string;
  readonly local: string;
  /** Namespace of its prefix; "" if it has none. */
  readonly uri: string;
  readonly value: string;
}

export interface XmlElement {
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly XmlAttribute[];
  readonly line: number;
  /** The offset behind its start tag, in UTF-16 code units. */
  readonly end: number;
}

/** The value of the attribute of this name without a prefix. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

/** Callbacks for the parts of a file, in order. */
export interface XmlHandlers {
  open(element: XmlElement): void;
  /**
   * @param local name of the element, without its prefix
   * @param end the offset behind its end tag, in UTF-16 code units
   */
  close?(local: string, end: number): void;
  text?(text: string): void;
}

/** Annotations are never nested this deep; a deeper file was made to exhaust a machine. */
const deepest = 200;
/** Maximal number of elements; corpora in one file have tens of thousands. */
const mostElements = 2_000_000;
const pieceLength = 64 * 1024;

/**
 * Parses XML 1.0 or 1.1 from beginning to end. Yields every 64 Ki characters, so that callers can take the handlers'
 * results. Document types are ignored, so only the five predefined entities exist, and no external file is ever opened.
 * @throws {NotXmlError} for XML that is not well formed, has more than 2,000,000 elements or is nested more than 200
 * deep; any error of the handlers
 */
export function* parseXml(text: string, at: SourceLocation, handlers: XmlHandlers): Generator<void> {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const fail = (problem: string): never => {
    throw new NotXmlError(problem, parser.column, { file: at.file, line: parser.line });
  };
  let depth = 0;
  let elements = 0;
  parser.on("error", ({ message }) => fail(message.replace(/^\d+:\d+: /, "")));
  parser.on("opentag", ({ local, uri, attributes }) => {
    if (++depth > deepest) fail(`elements stand in each other more than ${deepest} deep`);
    if (++elements > mostElements) fail(`more than the ${mostElements} elements that are read of one file. Split it`);
    handlers.open({ local, uri, attributes: Object.values(attributes), line: parser.line, end: parser.position });
  });
  parser.on("closetag", ({ local }) => {
    depth--;
    handlers.close?.(local, parser.position);
  });
  if (handlers.text) {
    // White space around the outermost element belongs to no element.
    const take = (text: string): void => {
      if (depth > 0) handlers.text?.(text);
    };
    parser.on("text", take);
    parser.on("cdata", take);
  }
  for (let from = 0; from < text.length; from += pieceLength) {
    parser.write(text.slice(from, from + pieceLength));
    yield;
  }
  parser.close();
}
