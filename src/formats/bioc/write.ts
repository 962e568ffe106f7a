import type { Document } from "../../corpus/document.ts";
import { surface } from "../../corpus/document.ts";
import { allBut } from "../features.ts";
import type { FormatWriter, OutputPiece } from "../format.ts";
import { offsetsFromUtf16 } from "../offsets.ts";

function toBiocDocument(document: Document): unknown {
  const { id, text, entities, relations, metadata } = document;
  const offset = offsetsFromUtf16(text, "code-point");
  const annotations = entities.map((entity, i) => {
    const start = offset(entity.start);
    return {
      id: `T${i + 1}`,
      infons: { type: entity.type },
      text: surface(document, entity),
      locations: [{ offset: start, length: offset(entity.end) - start }],
    };
  });
  return {
    id,
    infons: metadata ?? {},
    passages: [{ offset: 0, infons: {}, text, sentences: [], annotations, relations: [] }],
    annotations: [],
    relations: relations.map(({ head, tail, label, probability }, i) => ({
      id: `R${i + 1}`,
      infons: { type: label, ...(probability === undefined ? {} : { score: String(probability) }) },
      nodes: [
        { refid: `T${head + 1}`, role: "head" },
        { refid: `T${tail + 1}`, role: "tail" },
      ],
    })),
  };
}

/** Writes one collection, with one document per line. */
async function* write(documents: AsyncIterable<Document>): AsyncGenerator<OutputPiece> {
  yield { text: '{"source": "", "date": "", "key": "", "infons": {}, "documents": [' };
  let before = "\n";
  for await (const document of documents) {
    yield { text: before + JSON.stringify(toBiocDocument(document)) };
    before = ",\n";
  }
  yield { text: "\n]}\n" };
}

export const biocWriter: FormatWriter = { layout: "file", extension: ".json", holds: allBut(), write };
