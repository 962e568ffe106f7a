// Writes a copy of a model folder whose matrices were rounded to few bits as those of relata-mini are, and opened to
// float32 again; it shows what the bits cost where the float32 weights are to be had (docs/relata-mini.md):
//   node scripts/pretrained/rounded.js --model FOLDER --bits 4|8 --output FOLDER
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../build-if-stale.js";

if (!buildIfStale()) process.exit(1);
const { openSafetensors } = await import("../../dist/model/weights/safetensors/read.js");
const { writeSafetensors } = await import("../../dist/model/weights/safetensors/write.js");
const { blockSize, packBlocks, unpackBlocks } = await import("../../dist/model/weights/packed/blocks.js");

const { values } = parseArgs({
  options: { model: { type: "string" }, bits: { type: "string" }, output: { type: "string" } },
});
for (const name of ["model", "bits", "output"]) {
  if (!values[name]) throw new Error(`--${name} is missing; see the first lines of scripts/pretrained/rounded.js`);
}
const bits = Number(values.bits);
if (bits !== 4 && bits !== 8) throw new Error(`--bits is 4 or 8, not ${values.bits}`);

const weightsName = "model.safetensors";
const source = await openSafetensors(join(values.model, weightsName));
let rounded = 0;
let largest = 0;
const tensors = [];
for (const name of source.names) {
  if (name.endsWith("position_ids")) continue; // numbers of positions, which transformers used to save beside weights
  const { shape } = source.info(name);
  const tensor = { dtype: "F32", shape, data: await source.read(name) };
  const [rows, columns] = shape;
  // The same choice as in build.js: matrices but for positions and small tables.
  const isMatrix = shape.length === 2 && rows >= 384 && columns % blockSize === 0;
  if (!isMatrix || name.includes("position_embeddings")) {
    tensors.push([name, tensor]);
    continue;
  }
  const data = new Float32Array(tensor.data.length);
  unpackBlocks(packBlocks(tensor.data, bits), bits, data);
  for (const [i, weight] of data.entries()) largest = Math.max(largest, Math.abs(weight - tensor.data[i]));
  tensors.push([name, { ...tensor, data }]);
  rounded++;
}
await source.close();
mkdirSync(values.output, { recursive: true });
for (const name of readdirSync(values.model))
  if (name !== weightsName && /\.(?:json|txt|model)$/.test(name))
    copyFileSync(join(values.model, name), join(values.output, name));
const { sha256 } = await writeSafetensors(join(values.output, weightsName), tensors, { format: "pt" });
console.log(
  `${rounded} of ${tensors.length} tensors rounded to ${bits} bits; largest difference of a weight ${largest}`,
);
console.log(`${weightsName}  ${sha256}`);
