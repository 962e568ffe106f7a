import type { Document } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { allBut } from "../features.ts";
import { FileNames } from "../file-names.ts";
import type { FormatWriter, OutputPiece, WriteContext } from "../format.ts";
import { typesWithStandIn } from "../stand-in-type.ts";
import { xmlVersion, XmlTexts } from "../xml/write-xml.ts";

/** The types that TimeML gives to times; every other entity is an event. */
const times: ReadonlySet<string> = new Set(["DATE", "TIME", "DURATION", "SET", "TIMEX3"]);

function timeMlOf(document: Document, { notices }: WriteContext): string {
  const { id, text, entities, relations, source } = document;
  const types = typesWithStandIn(document, notices);
  const version = xmlVersion([id, text, ...types, ...relations.map(({ label }) => label)]);
  const xml = new XmlTexts(version, notices, source);
  const isTime = types.map((type) => times.has(type));
  const counts = { event: 0, time: 0 };
  const ids = isTime.map((isTime) => (isTime ? `t${++counts.time}` : `e${++counts.event}`));

  const order = entities.map((_, i) => i).toSorted((a, b) => entities[a]!.start - entities[b]!.start);
  const body: string[] = [];
  let at = 0;
  for (const i of order) {
    const { start, end } = entities[i]!;
    const [name, attribute, idName] = isTime[i] ? ["TIMEX3", "type", "tid"] : ["EVENT", "class", "eid"];
    const type = types[i] === name ? "" : ` ${attribute}="${xml.write(types[i]!)}"`;
    body.push(xml.write(text.slice(at, start)));
    body.push(`<${name} ${idName}="${ids[i]}"${type}>${xml.write(text.slice(start, end))}</${name}>`);
    at = end;
  }
  body.push(xml.write(text.slice(at)));

  const instances = ids.flatMap((id, i) =>
    isTime[i] ? [] : [`<MAKEINSTANCE eiid="ei${id.slice(1)}" eventID="${id}"/>\n`],
  );
  const end = (i: number, event: string, time: string): string =>
    isTime[i] ? `${time}="${ids[i]}"` : `${event}="ei${ids[i]!.slice(1)}"`;
  const links = relations.map(({ head, tail, label }, i) => {
    const from = end(head, "eventInstanceID", "timeID");
    const to = end(tail, "relatedToEventInstance", "relatedToTime");
    return `<TLINK lid="l${i + 1}" relType="${xml.write(label)}" ${from} ${to}/>\n`;
  });
  return [
    `<?xml version="${version}" encoding="UTF-8"?>\n<TimeML>\n<DOCID>${xml.write(id)}</DOCID>\n`,
    `<TEXT>${body.join("")}</TEXT>\n`,
    ...instances,
    ...links,
    "</TimeML>\n",
  ].join("");
}

/**
 * Writes `<id>.tml` for each document: entities with a type of times as TIMEX3, all others as EVENT, relations as
 * TLINK.
 */
export const timeMlWriter: FormatWriter = {
  layout: "folder",
  extension: "",
  holds: allBut("overlapping-entities", "equal-spans", "probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    const files = new FileNames();
    for await (const document of documents) {
      const file = `${files.nameOf(document.id).name}.tml`;
      if (document.id !== document.id.trim() || document.id === "") {
        const detail = `document ${quote(document.id, 30)}`;
        context.notices.add("id-changed", "ids that cannot be the content of DOCID, written otherwise", {
          file,
          detail,
        });
      }
      yield { file, text: timeMlOf(document, context) };
    }
  },
};
