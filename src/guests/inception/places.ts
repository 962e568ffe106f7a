import { DataError, type SourceLocation } from "../../errors.ts";
import { parseXml } from "../../formats/xml/read-xml.ts";

const casNamespace = "http:///uima/cas.ecore";
const xmiNamespace = "http://www.omg.org/XMI";

/** The places of a CAS in XMI at which annotations are added, so that all else stays as it is. */
export interface Places {
  /** The offset at which elements may be inserted: before the views, or before the end. */
  readonly elements: number;
  /** By the id of a text, the offset behind the last member of its view. */
  readonly members: ReadonlyMap<number, number>;
  /** An id above all of the file. */
  readonly nextId: number;
}

/** Finds the places of a file. @throws NotXmlError */
export function findPlaces(xmi: string, at: SourceLocation): Places {
  const members = new Map<number, number>();
  let elements: number | undefined;
  let lastId = 0;
  let depth = 0;
  let end = 0;
  const reading = parseXml(xmi, at, {
    open({ local, uri, attributes, end: behind }) {
      depth++;
      for (const { uri: of, local: name, value } of attributes)
        if (of === xmiNamespace && name === "id") lastId = Math.max(lastId, Number(value) || 0);
      if (depth !== 2 || uri !== casNamespace || local !== "View") return;
      // No attribute holds an unescaped "<", so that the last one begins the tag.
      const start = xmi.lastIndexOf("<", behind - 1);
      elements ??= start;
      const sofa = Number(attributes.find(({ name }) => name === "sofa")?.value);
      const list = /\smembers\s*=\s*(?:"[^"]*|'[^']*)/.exec(xmi.slice(start, behind));
      if (list) members.set(sofa, start + list.index + list[0].length);
    },
    close(_, behind) {
      depth--;
      if (depth === 0) end = behind;
    },
  });
  for (const _ of reading);
  if (xmi[end - 1] !== ">") throw new Error("internal: the parser's positions are not those of the text");
  elements ??= xmi.lastIndexOf("<", end - 1);
  if (xmi[elements + 1] !== "/" && members.size === 0 && elements === 0)
    throw new DataError("The XMI has no element in which annotations could stand.", at);
  return { elements, members, nextId: lastId + 1 };
}
