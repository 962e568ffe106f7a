import type { Document, Span } from "../../corpus/document.ts";
import { quote } from "../../quote.ts";
import { allBut } from "../features.ts";
import { parseFields } from "../fields.ts";
import { FileNames } from "../file-names.ts";
import type { FormatWriter, OutputPiece } from "../format.ts";
import type { LayerFields } from "../inception/layers.ts";
import { defaultLayers } from "../inception/write.ts";
import { tokenizeAround } from "../tokens.ts";
import { escapeText, escapeValue } from "./escapes.ts";

export type WebannoFields = Pick<LayerFields, "entity" | "type" | "relation" | "label">;

/** Sentences end at a line end between two words, unless an entity crosses it: readers restore the line end there. */
function sentencesOf(text: string, entities: readonly Span[]): Span[] {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (/\S\n\S/.test(text.slice(Math.max(0, at - 1), at + 2))) ends.push(at);
  }
  // Finds line ends inside entities, in one pass over both.
  const spans = entities.toSorted((a, b) => a.start - b.start);
  let reached = 0;
  let next = 0;
  const sentences: Span[] = [];
  let start = 0;
  for (const end of ends) {
    while (next < spans.length && spans[next]!.start <= end) reached = Math.max(reached, spans[next++]!.end);
    if (reached > end) continue;
    sentences.push({ start, end });
    start = end + 1;
  }
  return [...sentences, { start, end: text.length }];
}

function tsvOf(document: Document, fields: WebannoFields): string {
  const { text, entities, relations } = document;
  const { tokens, spans } = tokenizeAround(text, entities);
  const sentences = sentencesOf(text, entities);
  const unitIds: string[] = [];
  const onToken: number[][] = tokens.map(() => []);
  for (const [i, { start, end }] of spans.entries()) for (let t = start; t < end; t++) onToken[t]!.push(i);
  // An annotation on several tokens, or one of several on a token, gets a number.
  const numbers = spans.map(({ start, end }, i) => {
    const isAlone = end - start === 1 && onToken[start]!.length === 1;
    return isAlone ? 0 : i + 1;
  });
  const arcs: number[][] = tokens.map(() => []);
  for (const [i, { tail }] of relations.entries()) arcs[spans[tail]!.start]!.push(i);

  const firstTokens: number[] = [];
  for (const [s, { end }] of sentences.entries()) {
    firstTokens.push(unitIds.length);
    for (let k = 1; unitIds.length < tokens.length && tokens[unitIds.length]!.start < end; k++) {
      unitIds.push(`${s + 1}-${k}`);
    }
  }
  const mark = (number: number): string => (number === 0 ? "" : `[${number}]`);
  const rows = tokens.map(({ start, end }, t) => {
    const types = onToken[t]!.map((i) => {
      const { type } = entities[i]!;
      return (type === "" ? "*" : escapeValue(type)) + mark(numbers[i]!);
    });
    const labels = arcs[t]!.map((i) => escapeValue(relations[i]!.label));
    const sources = arcs[t]!.map((i) => {
      const { head, tail } = relations[i]!;
      const [a, b] = [numbers[head]!, numbers[tail]!];
      return unitIds[spans[head]!.start]! + (a === 0 && b === 0 ? "" : `[${a}_${b}]`);
    });
    const cells = [types, labels, sources].map((parts) => (parts.length === 0 ? "_" : parts.join("|")));
    return [unitIds[t], `${start}-${end}`, text.slice(start, end), ...cells, "\n"].join("\t");
  });
  const body = sentences.map(({ start, end }, s) => {
    const lines = text.slice(start, end).split("\n");
    const head = lines.map((line) => `#Text=${escapeText(line)}\n`).join("");
    return `\n${head}${rows.slice(firstTokens[s], firstTokens[s + 1]).join("")}`;
  });
  const { entity, type, relation, label } = fields;
  return [
    "#FORMAT=WebAnno TSV 3.3\n",
    `#T_SP=${entity}|${type}\n`,
    `#T_RL=${relation}|${label}|BT_${entity}\n\n`,
    ...body,
  ].join("");
}

/** Writes `<id>.tsv` for each document, with the layers of `--fields`. */
export const webannoWriter: FormatWriter = {
  layout: "folder",
  extension: "",
  usesFields: true,
  holds: allBut("rough-spans", "probabilities", "metadata"),
  async *write(documents, context): AsyncGenerator<OutputPiece> {
    const { entity, type, relation, label } = defaultLayers;
    const named = parseFields<keyof WebannoFields>("webanno", context.fields, { entity, type, relation, label });
    const fields = { ...named, entity: named.entity.split("|")[0]!, relation: named.relation.split("|")[0]! };
    const files = new FileNames();
    for await (const document of documents) {
      const { name, keepsId } = files.nameOf(document.id);
      const file = `${name}.tsv`;
      if (!keepsId) {
        const detail = `document ${quote(document.id, 30)}`;
        context.notices.add("id-changed", "ids that cannot be the name of a file, written otherwise", { file, detail });
      }
      yield { file, text: tsvOf(document, fields) };
    }
  },
};
