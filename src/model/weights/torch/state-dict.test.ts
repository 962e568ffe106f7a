import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  call,
  concat,
  dict,
  global,
  int,
  op,
  pickle,
  storage,
  tensor,
  text,
  tuple,
  type Piece,
} from "../../../../test/support/pickle-writer.ts";
import { torchZip, zip, type EntryParts } from "../../../../test/support/zip-writer.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { openTorchFile } from "./read.ts";
import { folder, withFile, write, ramp, bytesOf, writeTensors } from "../../../../test/support/torch-files.ts";

describe("what a tensor may not be", () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const cases: [what: string, value: Piece, message: string][] = [
    ["a storage that is missing", tensor({ key: "1" }), 'data missing: expected storage "1"'],
    ["a storage's key that is a path", tensor({ key: "../../0" }), "a storage's key of letters and digits"],
    ["more elements than its storage has bytes for", tensor({ size: 7 }), "expected 28 bytes in storage"],
    ["fewer", tensor({ size: 5, shape: [5], strides: [1] }), "expected 20 bytes in storage"],
    ["another dtype's storage", tensor({ type: "DoubleStorage" }), "expected 48 bytes in storage"],
    ["a storage of 2^60 elements", tensor({ size: 2n ** 60n }), "a storage's size from 0"],
    ["a negative storage", tensor({ size: -6 }), "a storage's size from 0"],
    ["an offset beyond the end", tensor({ offset: 1 }), "elements up to 6"],
    ["a huge offset", tensor({ offset: huge }), "elements up to 6"],
    ["an offset of 2^62", tensor({ offset: 2n ** 62n }), "an offset from 0"],
    ["a negative offset", tensor({ offset: -1 }), "an offset from 0"],
    ["a stride beyond the end", tensor({ strides: [4, 1] }), "elements up to 6"],
    ["a negative stride", tensor({ strides: [-3, 1] }), "a stride for each dimension"],
    ["a stride of 2^62", tensor({ strides: [2n ** 62n, 1] }), "a stride for each dimension"],
    ["huge strides", tensor({ strides: [huge, 1] }), "elements up to 6"],
    ["a stride too few", tensor({ strides: [1] }), "a stride for each dimension"],
    ["an expanded one", tensor({ shape: [1_000_000_000], strides: [0] }), "at most the 6 elements of its storage"],
    ["elements that stand for several", tensor({ shape: [2, 3], strides: [0, 1] }), "each element in its own place"],
    ["elements that overlap", tensor({ shape: [2, 2], strides: [1, 1] }), "each element in its own place"],
    ["a shape of 2^96 elements", tensor({ shape: [2 ** 48, 2 ** 48] }), "a shape that can exist"],
    ["a huge shape of no elements", tensor({ shape: [0, huge, huge], strides: [1, 1, 1] }), "a shape that can exist"],
    ["a negative dim", tensor({ shape: [-2, 3] }), "a shape of numbers from 0"],
    ["65 dims", tensor({ shape: Array(65).fill(1), strides: Array(65).fill(1) }), "a shape of numbers from 0"],
    [
      "a shape of text",
      call("torch._utils", "_rebuild_tensor_v2", storage(), int(0), text("ab"), tuple(), int(0), int(0)),
      "a shape of numbers",
    ],
    ["too few arguments", call("torch._utils", "_rebuild_tensor_v2", storage()), "6 or 7 arguments"],
    ["metadata", tensor({ more: [dict({ neg: op("NEWTRUE") })] }), "no metadata"],
    ["no storage", tensor({ from: op("NONE") }), "expected a storage, found None"],
    ["a storage of another tag", tensor({ from: concat(tuple(text("module")), op("BINPERSID")) }), '"storage"'],
    [
      "a storage of no type",
      tensor({ from: concat(tuple(text("storage"), int(1)), op("BINPERSID")) }),
      "a type of storage",
    ],
    [
      "a storage that is a function",
      tensor({ from: concat(tuple(text("storage"), global("torch", "device")), op("BINPERSID")) }),
      "a type of storage",
    ],
    [
      "a parameter of a parameter",
      call("torch._utils", "_rebuild_parameter", call("torch._utils", "_rebuild_parameter", tensor())),
      "a tensor in the parameter",
    ],
    ["a parameter of nothing", call("torch._utils", "_rebuild_parameter"), "a tensor in the parameter, found nothing"],
  ];
  it.each(cases)("%s", async (_, value, message) => {
    const path = writeTensors({ "the tensor": value });
    const error: unknown = await openTorchFile(path).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ file: path, tensor: "the tensor", message: expect.stringContaining(message) });
  });

  it("a view of a storage that another tensor has with another dtype", async () => {
    const path = writeTensors({ first: tensor(), second: tensor({ type: "IntStorage" }) });
    await expect(openTorchFile(path)).rejects.toThrow('tensor "second": bad tensor: expected 6 F32 in storage "0"');
  });

  it("is taken as it is with metadata that says nothing, strides of single rows, and shapes of torch.Size", async () => {
    const size = call("torch", "Size", tuple(int(2), int(3)));
    const sized = call(
      "torch._utils",
      "_rebuild_tensor_v2",
      storage(),
      int(0),
      size,
      tuple(int(3), int(1)),
      int(0),
      int(0),
    );
    const path = writeTensors({
      a: tensor({ more: [dict({})] }),
      b: tensor({ shape: [1, 6], strides: [0, 1] }),
      c: sized,
    });
    await withFile(path, async (file) => {
      for (const name of file.names) expect(await file.read(name)).toEqual(ramp);
    });
  });
});

describe("what a state dict may not be", () => {
  it.each([
    ["a tensor", tensor(), "torch._utils._rebuild_tensor_v2"],
    ["a list", op("EMPTY_LIST"), "a list"],
    [
      "a training checkpoint",
      dict({ state_dict: dict({ a: tensor() }), epoch: int(1) }),
      '"state_dict" (a dict), "epoch" (1)',
    ],
  ])("%s", async (_, value, found) => {
    const path = write("other.bin", torchZip(pickle(value), { 0: bytesOf(ramp) }));
    await expect(openTorchFile(path)).rejects.toThrow(`not a state dict: expected tensors by name, found ${found}`);
  });

  const state = pickle(dict({ a: tensor() }));
  const stored = { name: "archive/data/0", data: bytesOf(ramp) };
  it.each<[what: string, entries: readonly EntryParts[], message: string]>([
    [
      "an archive of something else",
      [{ name: "word/document.xml", data: state }],
      'data.pkl, found "word/document.xml"',
    ],
    [
      "a TorchScript program",
      [{ name: "archive/constants.pkl", data: state }, { name: "archive/data.pkl", data: state }, stored],
      "found a TorchScript program",
    ],
    [
      "a pickle of 17 MB",
      [{ name: "archive/data.pkl", data: Buffer.alloc(17_000_000) }],
      "data.pkl of at most 16777216 bytes",
    ],
    [
      "a pickle with another behind it",
      [{ name: "archive/data.pkl", data: concat(state, state) }, stored],
      "its end at",
    ],
    [
      "a storage of another archive",
      [
        { name: "archive/data.pkl", data: state },
        { ...stored, name: "other/data/0" },
      ],
      "data missing",
    ],
  ])("%s", async (_, entries, message) => {
    const opening = openTorchFile(write("other.bin", zip(entries)));
    await expect(opening).rejects.toThrow(CheckpointError);
    await expect(opening).rejects.toThrow(message);
  });

  it("a file of the other byte order", async () => {
    const bytes = Buffer.from(torchZip(pickle(dict({ a: tensor() })), { 0: bytesOf(ramp) }));
    write("big.bin", bytes.fill("bigend", bytes.indexOf("little"), bytes.indexOf("little") + 6));
    await expect(openTorchFile(join(folder, "big.bin"))).rejects.toThrow("bad byte order");
  });
});
