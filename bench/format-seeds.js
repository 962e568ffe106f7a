// The whole files that bench/fuzz-formats.js damages: small ones of several formats, the example files, and zip archives.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateRawSync } from "node:zlib";

const root = fileURLToPath(new URL("../", import.meta.url));

export const annotto = (id) =>
  JSON.stringify({
    item: { uuid: id, data: { text: "📦 Le colis part lundi" } },
    annotation: {
      ner: {
        N: {
          entities: [
            { value: "O", start_char: 6, end_char: 11, ent_id: 1 },
            { value: "T", start_char: 17, end_char: 22, ent_id: 2 },
          ],
        },
        relations: [{ label: "DO_WHEN", src: 1, dest: 2 }],
      },
    },
  });

export const semeval = (id) =>
  `${id}\t"The <e1>child</e1> in the <e2>cradle</e2>"\nContent-Container(e1,e2)\nComment:\n\n`;
export const columns = "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\n# # O O\nAna NNP I-NP I-PER\n\n📦 NN B-NP S-X\n";

export const nested = [
  "# global.columns = id form ner ner-2",
  "# doc_id = 12",
  "# sentence_id = 1",
  "# text = Bank of 📦Italy.",
  "# relations = 4;4;1;4;in|1;4;5;5;a",
  ...["Bank\tB-ORG\tO", "of\tI-ORG\tO", "📦\tI-ORG\tO", "Italy\tL-ORG\tU-LOC", ".\tO\tO"].map(
    (row, i) => `${i + 1}\t${row}`,
  ),
].join("\n");

export const bioc = (id) => {
  const annotation = (id, offset, text, identifier) => {
    return { id, infons: { type: "T", identifier }, text, locations: [{ offset, length: [...text].length }] };
  };
  const several = {
    ...annotation("3", 30, "It pain", "D2"),
    locations: [30, 41].map((offset) => ({ offset, length: 2 })),
  };
  const sentences = [{ offset: 30, infons: {}, text: "It relieves pain.", annotations: [several], relations: [] }];
  const passages = [
    {
      offset: 0,
      infons: { type: "title" },
      text: "📦 Aspirin, or ASA",
      annotations: [annotation("1", 2, "Aspirin", "D1")],
    },
    { offset: 30, text: "", sentences, annotations: [annotation("2", 42, "pain", "D2,D3")], relations: [] },
  ];
  const nodes = [
    { refid: "1", role: "Arg2" },
    { refid: "3", role: "Arg1" },
  ];
  const relations = [
    { id: "R1", infons: { type: "A", entity1: "D1", entity2: "D3" }, nodes: [] },
    { id: "R2", infons: { type: "B", score: "0.5" }, nodes },
  ];
  return { id, infons: { journal: "J" }, passages, annotations: [], relations };
};

export const bratFiles = {
  "a.txt": "📦 Le colis part lundi\nMarie l’attend mardi",
  "a.ann":
    "T1\tOBJECT 5 10\tcolis\nT2\tTIME 16 21\tlundi\nT3\tX 11 15;16 21\tpart lundi\nE1\tX:T3 Arg:T1\nA1\tNeg T1\n" +
    "R1\tDO_WHEN Arg1:T1 Arg2:T2\t\n*\tEquiv T1 T2\n#1\tAnnotatorNotes T1\tnote\n",
  "annotation.conf": "[entities]\nOBJECT\n[relations]\nDO_WHEN Arg1:OBJECT, Arg2:TIME, <REL-TYPE>:symmetric\n",
};

/**
 * The example files, each as a set of its own; of a format of one file per text, two files, each named after the format
 * and with those that are read beside it.
 */
export function examples() {
  const folder = join(root, "examples/formats");
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => name !== "brat")
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return [{ [entry.name]: readFileSync(path) }];
      const names = readdirSync(path);
      const beside = names
        .filter((name) => name === "TypeSystem.xml")
        .map((name) => [name, readFileSync(join(path, name))]);
      const texts = names.filter((name) => name !== "TypeSystem.xml").slice(0, 2);
      return texts.map((name) => ({
        [entry.name + extname(name)]: readFileSync(join(path, name)),
        ...Object.fromEntries(beside),
      }));
    });
}

export function zipOf(files, method = 8) {
  const numbers = (...fields) =>
    Buffer.concat(
      fields.map(([value, width]) => {
        const bytes = Buffer.alloc(width);
        bytes.writeUIntLE(value, 0, width);
        return bytes;
      }),
    );
  const locals = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = numbers([20, 2], [0x800, 2], [method, 2], [0, 4], [crc32(data), 4], [packed.length, 4]);
    const lengths = numbers([data.length, 4], [Buffer.byteLength(name), 2], [0, 2]);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, lengths, Buffer.from(name), packed]);
    const place = numbers([0, 6], [0, 4], [at, 4]);
    directory.push(Buffer.from("PK\x01\x02\x14\x03"), common, lengths, place, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const count = locals.length;
  const size = Buffer.concat(directory).length;
  const end = numbers([0, 4], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]);
  return Buffer.concat([...locals, ...directory, Buffer.from("PK\x05\x06"), end]);
}
