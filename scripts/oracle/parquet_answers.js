// Writes test/oracle/parquet/answers.parquet from the answers beside it, for scripts/oracle/parquet.py to read.
import { readFileSync, writeFileSync } from "node:fs";
import { ParquetOutput } from "../../dist/scoring/parquet-output.js";

const folder = new URL("../../test/oracle/parquet/", import.meta.url);
const pieces = [];
const output = await ParquetOutput.open(async (piece) => void pieces.push(piece));
await output.write(readFileSync(new URL("answers.jsonl", folder)));
await output.close();
writeFileSync(new URL("answers.parquet", folder), Buffer.concat(pieces));
