import { RecordError } from "../../corpus/errors.ts";
import type { SourceLocation } from "../../errors.ts";
import { attributeOf, parseXml, type XmlElement } from "../xml/read-xml.ts";

/** An element of the text: an event, a time, a signal. */
export interface Tag {
  readonly element: XmlElement;
  /** Offset in the text; undefined for an element outside of the text, such as the date of the document. */
  readonly start: number | undefined;
  end: number;
}

/** The content of a TimeML file. */
export interface TimeMl {
  /** Content of DOCID; "" if there is none. */
  readonly id: string;
  readonly text: string;
  readonly tags: readonly Tag[];
  /** TLINK, SLINK, ALINK and other elements that end in LINK. */
  readonly links: readonly XmlElement[];
  /** Ids of events by the ids of their instances. */
  readonly instances: ReadonlyMap<string, string>;
  /** The elements that make instances. */
  readonly made: readonly XmlElement[];
}

/** Elements that hold the text or metadata, and mark nothing in the text. */
const structural = /^(?:TimeML|DOCID|DOCNO|DCT|TITLE|EXTRAINFO|TEXT|s|S|HEAD|MAKEINSTANCE|.*LINK)$/;
/** Elements whose content is not part of the text in files without TEXT. */
const notText = new Set(["DOCID", "EXTRAINFO"]);

/**
 * @param textElements names of the elements whose content is the text; files of TimeBank 1.2 have no TEXT, and their
 * whole content is the text
 * @throws {NotXmlError}; RecordError for a file without text
 */
export function parseTimeMl(content: string, textElements: ReadonlySet<string>, at: SourceLocation): TimeMl {
  const hasTextElement = [...textElements].some((name) => content.includes(`<${name}`));
  const pieces: string[] = [];
  const tags: Tag[] = [];
  const links: XmlElement[] = [];
  const instances = new Map<string, string>();
  const made: XmlElement[] = [];
  const open: { local: string; tag: Tag | undefined }[] = [];
  let length = 0;
  let id = "";
  // Numbers of open elements that hold text, and of those that hold none.
  let within = 0;
  let without = 0;
  let sawText = false;
  const isText = (): boolean => (hasTextElement ? within > 0 : without === 0 && open.length > 0);
  const reading = parseXml(content, at, {
    open(element) {
      const { local } = element;
      if (textElements.has(local)) {
        within++;
        sawText = true;
      }
      if (notText.has(local)) without++;
      let tag: Tag | undefined;
      if (local.endsWith("LINK")) links.push(element);
      else if (local === "MAKEINSTANCE") {
        made.push(element);
        const instance = attributeOf(element, "eiid");
        const event = attributeOf(element, "eventID");
        if (instance !== undefined && event !== undefined) instances.set(instance, event);
      } else if (!structural.test(local)) {
        tag = { element, start: isText() ? length : undefined, end: length };
        tags.push(tag);
      }
      open.push({ local, tag });
    },
    text(text) {
      if (open.at(-1)?.local === "DOCID") id += text;
      if (!isText()) return;
      pieces.push(text);
      length += text.length;
    },
    close(local) {
      const tag = open.pop()?.tag;
      if (tag) tag.end = length;
      if (textElements.has(local)) within--;
      if (notText.has(local)) without--;
    },
  });
  while (!reading.next().done);
  if (!sawText && (hasTextElement || !textElements.has("TEXT"))) {
    throw new RecordError(`an element with the text: ${[...textElements].join(", ")}`, "none", at);
  }
  return { id: id.trim(), text: pieces.join(""), tags, links, instances, made };
}
