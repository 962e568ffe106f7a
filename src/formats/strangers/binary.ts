import type { Probe } from "../source/probe.ts";
import { asRelata, type Stranger } from "./stranger.ts";

const begins = ({ bytes }: Probe, ...numbers: number[]): boolean => numbers.every((byte, i) => bytes[i] === byte);
const spells = ({ bytes }: Probe, text: string, at = 0): boolean =>
  bytes.toString("latin1", at, at + text.length) === text;

/** Recognized as msgpack inside zlib. */
export const docBin: Stranger = {
  name: "a DocBin of spaCy",
  advice:
    "It is Python's own packing. Write it out in Python: " +
    "for doc in DocBin().from_disk(path).get_docs(vocab): json.dumps(doc.to_json()), a document a line, with its relations " +
    "under the key rels (docs/formats/spacy.md).",
  is: (probe) => begins(probe, 0x78) && [0x01, 0x9c, 0xda].includes(probe.bytes[1] ?? 0),
};

export const deepZip: Stranger = {
  name: "a zip within two others, or within gzip",
  advice: "A zip within a zip is opened, a deeper one is not. Unpack it and name the folder.",
  is: (probe) => spells(probe, "PK\x03\x04") || spells(probe, "PK\x05\x06"),
};

export const tar: Stranger = {
  name: "a tar archive",
  advice: "Unpack it (tar xf) and name the folder.",
  is: (probe) => spells(probe, "ustar", 257),
};

export const otherArchive: Stranger = {
  name: "an archive packed in another way than zip or gzip",
  advice: "Unpack it and name the folder or the file.",
  is: (probe) =>
    spells(probe, "7z\xbc\xaf") ||
    spells(probe, "Rar!") ||
    spells(probe, "BZh") ||
    spells(probe, "\xfd7zXZ") ||
    begins(probe, 0x28, 0xb5, 0x2f, 0xfd),
};

export const parquet: Stranger = {
  name: "a Parquet file",
  advice:
    "Parquet is read from its end, so it cannot come through a pipe, nor packed by gzip. Save it to a file, and name that.",
  is: (probe) => spells(probe, "PAR1"),
};

export const arrow: Stranger = {
  name: "an Arrow file, as data sets are kept in the cache of the Hugging Face hub",
  advice: "Write it as Parquet in Python: datasets.Dataset.from_file(path).to_parquet(other).",
  is: (probe) => spells(probe, "ARROW1") || begins(probe, 0xff, 0xff, 0xff, 0xff),
};

export const pickle: Stranger = {
  name: "a pickle of Python",
  advice: `Pickles run code when they are opened, so none is read as data. Open it in Python if you trust it. ${asRelata}`,
  is: (probe) => begins(probe, 0x80) && (probe.bytes[1] ?? 0) >= 2 && (probe.bytes[1] ?? 9) <= 5,
};

export const pdf: Stranger = {
  name: "a PDF",
  advice: "Annotations are read from the export of an annotation tool (docs/data.md), not from pages.",
  is: (probe) => spells(probe, "%PDF"),
};

export const sqlite: Stranger = {
  name: "a database of SQLite, as Prodigy and Label Studio keep theirs",
  advice: "Export the annotations with the tool itself: prodigy db-out, or Export in Label Studio (docs/data.md).",
  is: (probe) => spells(probe, "SQLite format 3"),
};

export const image: Stranger = {
  name: "an image",
  advice: "Annotations are read from the export of an annotation tool (docs/data.md).",
  is: (probe) => spells(probe, "\x89PNG") || begins(probe, 0xff, 0xd8, 0xff) || spells(probe, "GIF8"),
};
