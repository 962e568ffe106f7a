// relata model, run in a place of its own, and the files that it reads.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { relata, Workplace, type CliOptions, type CliResult } from "./run-cli.ts";

export const place = new Workplace();
export const oracle = fileURLToPath(new URL("../oracle/", import.meta.url));
export const fromTorch = (name: string): string => `${oracle}torch/${name}`;

export const model = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  relata(["model", ...args], { cwd: place.folder, ...options });

export const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await model([...args, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** Where a safetensors file says its tensors are, and the file. */
export function openTensors(path: string): {
  bytes: Buffer;
  dataStart: number;
  tensors: [name: string, { shape: number[]; data_offsets: [number, number] }][];
} {
  const bytes = readFileSync(path);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes)) as object;
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return { bytes, dataStart: 8 + headerBytes, tensors };
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
