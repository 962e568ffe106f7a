import { amountsOf, minus } from "../../corpus/amounts.ts";
import type { Document, Entity, Span } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import { FileNames } from "../file-names.ts";
import { allBut, withoutEntities } from "../features.ts";
import type { FormatWriter, OutputPiece } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";
import { Configuration } from "./configuration.ts";
import { StorageNames } from "./storage-names.ts";

/** Writes `<id>.txt` and `<id>.ann` for each document, and one `annotation.conf`. */
export const bratWriter: FormatWriter = {
  layout: "folder",
  extension: "",
  holds: allBut("rough-spans", "probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    const files = new FileNames();
    const configuration = new Configuration();
    const types = new StorageNames("Entity");
    const labels = new StorageNames("Relation");
    for await (const document of documents) {
      const { name, keepsId } = files.nameOf(document.id);
      const file = `${name}.ann`;
      if (!keepsId) {
        const detail = `document ${quote(document.id, 30)}`;
        context.notices.add("id-changed", "ids that cannot be the name of a file, written otherwise", { file, detail });
      }
      const stored = (names: StorageNames, type: string): string => {
        const { name, isNew } = names.nameOf(type);
        if (isNew && name !== type) {
          const detail = `${quote(type, 30)} as ${name}`;
          context.notices.add("type-renamed", "types and labels that brat cannot store, written otherwise", {
            file,
            detail,
          });
        }
        return name;
      };
      const { entities, relations } = withinLines(document, file, context.notices);
      const renamed: Document = {
        ...document,
        entities: entities.map((entity) => ({ ...entity, type: stored(types, entity.type) })),
        relations: relations.map((relation) => ({ ...relation, label: stored(labels, relation.label) })),
      };
      for (const { type } of renamed.entities) configuration.addEntityType(type);
      for (const [i, { head, tail, label }] of renamed.relations.entries()) {
        const [headType, tailType] = [renamed.entities[head]!.type, renamed.entities[tail]!.type];
        const isSymmetric = context.symmetricLabels.has(relations[i]!.label);
        configuration.addRelation(label, headType, tailType, isSymmetric);
      }
      yield { file: `${name}.txt`, text: document.text };
      yield { file, text: annotationLines(renamed).join("") };
    }
    yield { file: "annotation.conf", text: configuration.toString() };
  },
};

// Line ends of Python's `splitlines`, with which brat reads.
// oxlint-disable-next-line no-control-regex -- see above
const lineEnds = /[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]+/g;
// oxlint-disable-next-line no-control-regex -- see above
const startingBlanks = /^[\s\u001c-\u001e\u0085]+/;
// oxlint-disable-next-line no-control-regex -- see above
const endingBlanks = /[\s\u001c-\u001e\u0085]+$/;

/**
 * Trims line ends, as brat counts them, from the beginning and end of spans, and counts the trimmed spans; a span of
 * nothing else is left out.
 */
function withinLines(document: Document, file: string, notices: NoticeLog): Document {
  const { id, text } = document;
  const at = { file, detail: `document ${quote(id, 30)}` };
  const dropped = new Set<number>();
  const entities = document.entities.map((entity, i) => {
    const surface = text.slice(entity.start, entity.end);
    const start = entity.start + surface.length - surface.replace(startingBlanks, "").length;
    const end = start + text.slice(start, entity.end).replace(endingBlanks, "").length;
    if (start === entity.start && end === entity.end) return entity;
    if (start === end) dropped.add(i);
    else notices.lose("lost-rough-spans", "spans with white space at an end, trimmed", at, { other: 1 });
    return { ...entity, start, end };
  });
  const kept = withoutEntities({ ...document, entities }, dropped);
  if (dropped.size > 0) {
    const message = "entities of nothing but ends of lines, left out with their relations";
    notices.lose("line-end-entity", message, at, minus(amountsOf(document), amountsOf(kept)));
  }
  return kept;
}

/** The pieces of a span between line ends, without spaces at their ends: brat allows no line end in a span. */
function fragmentsOf(text: string, { start, end }: Entity): Span[] {
  const surface = text.slice(start, end);
  const fragments: Span[] = [];
  let from = 0;
  const take = (to: number): void => {
    const piece = surface.slice(from, to);
    const blanks = piece.length - piece.trimStart().length;
    if (piece.trim() === "") return;
    fragments.push({ start: start + from + blanks, end: start + from + blanks + piece.trim().length });
  };
  for (const match of surface.matchAll(lineEnds)) {
    take(match.index);
    from = match.index + match[0].length;
  }
  if (from === 0) return [{ start, end }];
  take(surface.length);
  return fragments;
}

function annotationLines({ text, entities, relations }: Document): string[] {
  const toOffset = offsetsFromUtf16(text, "code-point");
  const textBounds = entities.map((entity, i) => {
    const fragments = fragmentsOf(text, entity);
    const spans = fragments.map(({ start, end }) => `${toOffset(start)} ${toOffset(end)}`).join(";");
    const surface = fragments.map(({ start, end }) => text.slice(start, end)).join(" ");
    return `T${i + 1}\t${entity.type} ${spans}\t${surface}\n`;
  });
  const arcs = relations.map(({ head, tail, label }, i) => `R${i + 1}\t${label} Arg1:T${head + 1} Arg2:T${tail + 1}\n`);
  return [...textBounds, ...arcs];
}
