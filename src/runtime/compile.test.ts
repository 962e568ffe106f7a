import { afterEach, expect, test, vi } from "vitest";
import { add, gather, input, tanh, type Graph } from "../autodiff/index.ts";
import { UsageError } from "../errors.ts";
import { compile } from "./compile.ts";
import { debugWords } from "../debug.ts";
import { float32, int32 } from "./values.ts";

const table = input("table", [4, 2]);
const ids = input("ids", ["batch", "words"], "int32");
const bias = input("bias", ["batch", "words", 2]);
const graph: Graph = {
  name: "look-up",
  inputs: [table, ids, bias],
  outputs: new Map([["y", tanh(add(gather(table, ids), bias))]]),
};
const feeds = (rows: number[], biasDims: number[] = [1, rows.length, 2]): Map<string, ReturnType<typeof float32>> =>
  new Map([
    ["table", float32(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), [4, 2])],
    ["ids", int32(Int32Array.from(rows), [1, rows.length])],
    ["bias", float32(new Float32Array(biasDims.reduce((a, b) => a * b)), biasDims)],
  ]);

let printed = "";
const run = async (debug: string, ...inputs: Map<string, ReturnType<typeof float32>>[]): Promise<void> => {
  printed = "";
  vi.stubEnv("RELATA_DEBUG", debug);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((printed += String(text)), true));
  const session = await compile(graph, { intraOpNumThreads: 1 });
  try {
    for (const given of inputs) await session.run(given);
  } finally {
    await session.dispose();
  }
};
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a value that does not fit its input is named with the sizes that it should have", async () => {
  await expect(run("", feeds([1, 2], [1, 3, 2]))).rejects.toThrow(
    'look-up: cannot feed "ids": expected int32 [batch, words], which is [1, 3] here, found int32 [1, 2]',
  );
  await expect(run("", new Map([...feeds([1]), ["table", float32(new Float32Array(6), [3, 2])]]))).rejects.toThrow(
    'look-up: cannot feed "table": expected float32 [4, 2], found float32 [3, 2]',
  );
  await expect(run("", new Map([...feeds([1]), ["ids", float32(new Float32Array(1), [1, 1])]]))).rejects.toThrow(
    "found float32 [1, 1]",
  );
});

test("a node that fails when it runs is named with its operands and the sizes of the batch", async () => {
  await expect(run("", feeds([1, 9]))).rejects.toThrow(
    /look-up: .*Gather[^]*in Gather\.0\(table, ids\) axis=0 → float32 \[batch, words, 2\]\n {2}of table float32 \[4, 2\]\n {2}of ids int32 \[batch, words\]\n {2}with batch = 1, words = 2/,
  );
});

test("RELATA_DEBUG=graph prints the graph", async () => {
  await run("graph");
  expect(printed).toContain("graph look-up: 3 inputs, 3 nodes, 1 outputs\ninput table float32 [4, 2]");
  expect(printed).toContain("Tanh.2(Add.1) → y float32 [batch, words, 2]");
});

test("RELATA_DEBUG=feeds prints each value once, with its range", async () => {
  const first = feeds([1, 3]);
  const second = new Map([...feeds([2]), ["table", first.get("table")!]]);
  await run("feeds", first, second);
  expect(printed).toBe(`feeds of look-up
  table float32 [4, 2], 0 to 7, mean 3.5
  ids int32 [1, 2], 1 to 3, mean 2
  bias float32 [1, 2, 2], 0 to 0, mean 0
feeds of look-up
  ids int32 [1, 1], 2 to 2, mean 2
  bias float32 [1, 1, 2], 0 to 0, mean 0
  and 1 arrays as before
`);
});

test("RELATA_DEBUG=profile prints the time of ops and nodes when the session ends", async () => {
  await run("profile", feeds([1]), feeds([1, 2]));
  expect(printed).toMatch(/^profile of look-up: [\d.]+ ms in kernels\n/);
  expect(printed).toMatch(/ms +[\d.]+ % +2 calls {2}Gather\n/);
  expect(printed).toMatch(/slowest nodes\n[^]* 2 calls {2}Gather\.0\n/);
});

test("an unknown word of RELATA_DEBUG is an error that lists the known", () => {
  expect(debugWords(" graph, profile")).toEqual(new Set(["graph", "profile"]));
  expect(debugWords("")).toEqual(new Set());
  expect(() => debugWords("grahp,feeds,x")).toThrow(UsageError);
  expect(() => debugWords("grahp,feeds,x")).toThrow(
    /found grahp, x\.\n {2}graph: [^]*\n {2}feeds: [^]*\n {2}profile: /,
  );
});
