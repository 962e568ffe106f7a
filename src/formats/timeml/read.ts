import type { SourceLocation } from "../../errors.ts";
import type { Document, Entity, Relation } from "../../corpus/document.ts";
import { DuplicateEntityError, UnknownEntityError } from "../../corpus/errors.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, quote } from "../../quote.ts";
import { parseFields } from "../fields.ts";
import { idOfFileName } from "../file-names.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import type { SourceFile } from "../source/source-file.ts";
import { attributeOf, type XmlElement } from "../xml/read-xml.ts";
import { parseTimeMl, type TimeMl } from "./parse.ts";

/** Roles of `--fields`. */
export interface TimeMlFields {
  /** Elements that are entities, separated by bars. */
  readonly entity: string;
  /**
   * Attribute with the type of an entity, or `tag` for the name of its element; "" for the class of an event and the
   * type of a time.
   */
  readonly type: string;
  /** Elements that are relations. */
  readonly relation: string;
  /** Attribute with the label of a relation. */
  readonly label: string;
  /** Elements whose content is the text. */
  readonly text: string;
}

const defaults: TimeMlFields = { entity: "EVENT|TIMEX3", type: "", relation: "TLINK", label: "relType", text: "TEXT" };

const sources = ["eventInstanceID", "timeID", "eventID", "entityID"];
const targets = [
  "relatedToEventInstance",
  "relatedToTime",
  "subordinatedEventInstance",
  "relatedToEventID",
  "relatedToEvent",
  "relatedToEntity",
];

/** Reads the document of a file. */
export async function* readTimeMl(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const fields = parseFields<keyof TimeMlFields>("timeml", context.settings.fields, defaults);
  const at = { file: file.path };
  let text: string | undefined;
  let failure: unknown;
  try {
    text = await file.text();
  } catch (error) {
    failure = error;
  }
  const document = context.record(at, (notices) => {
    if (text === undefined) throw failure;
    const parsed = parseTimeMl(text, new Set(fields.text.split("|")), at);
    const name = idOfFileName(file.name.replace(/\.gz$/i, "").replace(/\.(?:tml|timeml|xml)$/i, ""));
    return documentOf(parsed, fields, name, notices, at);
  });
  if (document) yield document;
}

/** Positions of entities by id; undefined for an element without a place in the text. */
type Positions = ReadonlyMap<string, number | undefined>;

function documentOf(
  parsed: TimeMl,
  fields: TimeMlFields,
  name: string,
  notices: NoticeLog,
  at: SourceLocation,
): RawDocument {
  const { entities, positions } = readEntities(parsed, fields, notices, at);
  const relations = readRelations(parsed, fields, positions, notices, at);
  tellAttributes(parsed, fields, notices, at);
  const wanted = new Set(fields.entity.split("|"));
  const marked = parsed.tags.filter(({ element }) => wanted.has(element.local)).length;
  const met = { entities: marked, relations: parsed.links.length, annotations: parsed.tags.length - marked };
  return { id: parsed.id === "" ? name : parsed.id, text: parsed.text, entities, relations, source: at, met };
}

/** Names of an element, and what says where it stands. */
const places = /^(?:eid|tid|eiid|lid|eventID|.*SignalID|signalID|syntax|anchorTimeID|xmlns.*|.*:.*)$/;

/** Tells of attributes of what is read that say more of it, as the value of a time or the tense of an event. */
function tellAttributes(
  { tags, links, made }: TimeMl,
  fields: TimeMlFields,
  notices: NoticeLog,
  at: SourceLocation,
): void {
  const own = new Set([...sources, ...targets, fields.label, fields.type === "" ? "" : fields.type]);
  const [entities, relations] = [new Set(fields.entity.split("|")), new Set(fields.relation.split("|"))];
  const marked = tags.flatMap(({ element }) => (entities.has(element.local) ? [element] : []));
  for (const element of [...marked, ...made, ...links.filter(({ local }) => relations.has(local))]) {
    const ofType = fields.type !== "" ? "" : element.local === "EVENT" ? "class" : "type";
    const unread = element.attributes.flatMap(({ name, value }) =>
      value === "" || own.has(name) || name === ofType || places.test(name) ? [] : [name],
    );
    if (unread.length === 0) continue;
    const detail = `${element.local} ${listed(unread, 5)}`;
    const message = "elements with attributes that are not read, as the value of a time or the tense of an event";
    const here = { file: at.file, line: element.line, detail };
    notices.lose("unread-attributes", message, here, { other: unread.length });
  }
}

const idOf = (element: XmlElement): string | undefined => attributeOf(element, "eid") ?? attributeOf(element, "tid");

function typeOf(element: XmlElement, type: string): string {
  const { local } = element;
  if (type === "tag") return local;
  if (type !== "") return attributeOf(element, type)?.trim() ?? "";
  return attributeOf(element, local === "EVENT" ? "class" : "type")?.trim() || local;
}

function readEntities(
  { tags }: TimeMl,
  { entity, type }: TimeMlFields,
  notices: NoticeLog,
  at: SourceLocation,
): { entities: Entity[]; positions: Positions } {
  const wanted = new Set(entity.split("|"));
  const entities: Entity[] = [];
  const positions = new Map<string, number | undefined>();
  for (const { element, start, end } of tags) {
    const id = idOf(element);
    const here = { file: at.file, line: element.line, detail: [element.local, id].filter(Boolean).join(" ") };
    if (id !== undefined && positions.has(id)) throw new DuplicateEntityError(quote(id), here);
    const place = (position: number | undefined): void => {
      if (id !== undefined) positions.set(id, position);
      // In some corpora events are their own instances.
      const instance = attributeOf(element, "eiid");
      if (instance !== undefined) positions.set(instance, position);
    };
    if (!wanted.has(element.local)) {
      const way = entity === defaults.entity ? " (see --fields)" : "";
      const message = `elements of other kinds than those read${way}, left out`;
      notices.lose("other-element", message, here, { annotations: 1 });
      place(undefined);
    } else if (start === undefined) {
      const message = "times and events outside of the text, as the date of a document, left out";
      notices.lose("outside-text", message, here, { entities: 1 });
      place(undefined);
    } else if (start === end) {
      notices.lose("empty-annotation", "annotations of no character, left out", here, { entities: 1 });
      place(undefined);
    } else {
      place(entities.length);
      entities.push({ start, end, type: typeOf(element, type) });
    }
  }
  return { entities, positions };
}

function readRelations(
  { links, instances }: TimeMl,
  { relation, label: labelName }: TimeMlFields,
  positions: Positions,
  notices: NoticeLog,
  at: SourceLocation,
): Relation[] {
  const wanted = new Set(relation.split("|"));
  const relations: Relation[] = [];
  const seen = new Set<string>();
  const lose = (code: string, message: string, link: XmlElement, id = attributeOf(link, "lid") ?? ""): void =>
    notices.lose(code, message, { file: at.file, line: link.line, detail: `${link.local} ${id}` }, { relations: 1 });
  for (const link of links) {
    if (!wanted.has(link.local)) {
      const way = relation === defaults.relation ? " (see --fields)" : "";
      lose("other-link", `links of other kinds than those read${way}, left out`, link);
      continue;
    }
    const label = attributeOf(link, labelName)?.trim() ?? (/^[TSA]LINK$/.test(link.local) ? "" : link.local);
    const ends = [sources, targets].map((names) => firstOf(link, names));
    const [from, to] = ends;
    if (from === undefined || to === undefined) {
      lose("unfilled-relation", "relations and links without a source or target, left out", link);
      continue;
    }
    const cited = [from, to].map((id) => instances.get(id) ?? id);
    const unknown = cited.find((id) => !positions.has(id));
    if (unknown !== undefined) {
      throw new UnknownEntityError(label, quote(unknown), [...positions.keys()], { file: at.file, line: link.line });
    }
    const [head, tail] = cited.map((id) => positions.get(id));
    if (head === undefined || tail === undefined) {
      lose(
        "relation-outside-text",
        "relations with what has no place in the text, as the date of a document, left out",
        link,
      );
    } else if (label === "") lose("unlabelled-relation", "relations without a label, left out", link);
    else if (seen.has(`${head} ${tail} ${label}`)) {
      lose(
        "repeated-relation",
        "relations that say what another one of the same two events or times says, left out",
        link,
      );
    } else {
      seen.add(`${head} ${tail} ${label}`);
      relations.push({ head, tail, label });
    }
  }
  return relations;
}

function firstOf(element: XmlElement, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributeOf(element, name);
    if (value) return value;
  }
  return undefined;
}
