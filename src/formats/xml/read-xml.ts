import { SaxesParser } from "saxes";
import { NotXmlError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";

export interface XmlAttribute {
  /** As written, with its prefix: `xmi:id`. */
  readonly name: string;
  readonly local: string;
  /** Of its prefix, "" for none. */
  readonly uri: string;
  readonly value: string;
}

export interface XmlElement {
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly XmlAttribute[];
  readonly line: number;
}

/** The value of the attribute of this name without a prefix. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

/** What is to be done with the parts of a file, in their order. */
export interface XmlHandlers {
  open(element: XmlElement): void;
  /** @param local name of the element, without its prefix */
  close?(local: string): void;
  text?(text: string): void;
}

/** Annotations do not stand in each other this deep; a file that goes on so was made to exhaust a machine. */
const deepest = 200;
/** Corpora in one file have tens of thousands. */
const mostElements = 2_000_000;
const pieceLength = 64 * 1024;

/**
 * Reads XML 1.0 or 1.1 from beginning to end; pauses every 64 Ki characters, so that what the handlers made may be taken.
 * Nothing of a document type is read, so there are no entities but the five of XML, and no file is ever opened.
 * @throws {NotXmlError} for what is not well formed, of more than 2,000,000 elements or deeper than 200 of them; what the handlers throw
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
    handlers.open({ local, uri, attributes: Object.values(attributes), line: parser.line });
  });
  parser.on("closetag", ({ local }) => {
    depth--;
    handlers.close?.(local);
  });
  if (handlers.text) {
    // White space around the outermost element is of no element.
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
