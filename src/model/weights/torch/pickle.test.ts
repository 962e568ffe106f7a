import { describe, expect, it } from "vitest";
import {
  call,
  concat,
  dict,
  global,
  int,
  op,
  pickle,
  text,
  tuple,
  uint,
} from "../../../../test/support/pickle-writer.ts";
import type { Piece } from "../../../../test/support/pickle-writer.ts";
import { random } from "../../../random.ts";
import { CheckpointError } from "../../checkpoint-error.ts";
import { readPickle } from "./pickle.ts";
import type { PickleValue } from "./pickle-value.ts";
import { allowedGlobals } from "./state-dict.ts";

const options = { file: "pytorch_model.bin", allowed: allowedGlobals };
const read = (bytes: Uint8Array): PickleValue => readPickle(bytes, 0, options).value;
const repeat = (count: number, piece: Piece): Piece => Buffer.alloc(count * piece.length, piece);
/** Protocol 0: arguments as lines. */
const lines = (code: string): Piece => Buffer.from(code, "latin1");

function refusal(bytes: Uint8Array): CheckpointError {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("plain data", () => {
  it.each<[what: string, piece: Piece, value: PickleValue]>([
    ["None", op("NONE"), null],
    ["a small integer", int(200), 200],
    ["a medium integer", op("BININT2", 0xff, 0xfe), 0xfeff],
    ["a negative integer", op("BININT", 0xfe, 0xff, 0xff, 0xff), -2],
    ["a long integer of no bytes", op("LONG1", 0), 0],
    ["a long integer", int(-(2n ** 40n)), -(2 ** 40)],
    ["one that no number holds", int(2n ** 53n), 2n ** 53n],
    ["a float", op("BINFLOAT", 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), 1.5],
    ["text", text("größe 🙂\u{feff}"), "größe 🙂\u{feff}"],
    ["text of Python 2", op("SHORT_BINSTRING", 1, 97), "a"],
    ["a list", concat(op("EMPTY_LIST"), op("MARK"), int(1), int(2), op("APPENDS")), { kind: "list", items: [1, 2] }],
    ["one item of a list", concat(op("EMPTY_LIST"), int(1), op("APPEND")), { kind: "list", items: [1] }],
    ["tuples", tuple(concat(int(1), op("TUPLE1"))), { kind: "tuple", items: [{ kind: "tuple", items: [1] }] }],
    ["a call, as data", call("torch", "device", text("cpu")), { kind: "call", name: "torch.device", items: ["cpu"] }],
    ["a name", global("torch", "Size"), { kind: "global", name: "torch.Size" }],
    ["a dict", dict({ a: int(1) }), { kind: "dict", entries: new Map([["a", 1]]) }],
    [
      "an ordered dict with attributes",
      concat(
        call("collections", "OrderedDict"),
        text("a"),
        int(1),
        op("SETITEM"),
        dict({ _metadata: op("NONE") }),
        op("BUILD"),
      ),
      { kind: "dict", entries: new Map([["a", 1]]) },
    ],
    [
      "what was memorized",
      concat(
        int(7),
        op("BINPUT", 3),
        op("BINGET", 3),
        op("LONG_BINPUT", 1, 0, 1, 0),
        op("LONG_BINGET", 1, 0, 1, 0),
        op("TUPLE3"),
      ),
      { kind: "tuple", items: [7, 7, 7] },
    ],
  ])("%s", (_, piece, value) => {
    expect(read(pickle(piece))).toEqual(value);
  });

  it("keeps dicts apart that were empty at first", () => {
    const both = read(
      pickle(dict({ a: op("EMPTY_DICT"), b: concat(op("EMPTY_DICT"), int(1), int(2), op("SETITEM")) })),
    );
    expect(both).toMatchObject({
      entries: new Map([
        ["a", { entries: new Map() }],
        ["b", { entries: new Map([[1, 2]]) }],
      ]),
    });
  });

  it("ends where it says, whatever follows", () => {
    expect(readPickle(concat(op("NONE"), pickle(int(1)), op("NONE")), 1, options)).toEqual({ value: 1, end: 6 });
  });

  it("may hold itself", () => {
    const loop = read(pickle(op("EMPTY_LIST"), op("BINPUT", 0), op("BINGET", 0), op("APPEND")));
    expect(loop).toMatchObject({ items: [{ kind: "list" }] });
  });
});

describe("pickles that would run code in Python", () => {
  const system = global("os", "system");
  const id = tuple(text("id"));
  it.each<[what: string, bytes: Uint8Array, found: string]>([
    ["os.system", pickle(system, id, op("REDUCE")), 'a reference to "os.system"'],
    ["posix.system", pickle(global("posix", "system"), id, op("REDUCE")), "posix.system"],
    ["eval", pickle(global("builtins", "eval"), id, op("REDUCE")), "builtins.eval"],
    ["eval of Python 2", pickle(global("__builtin__", "eval"), id, op("REDUCE")), "__builtin__.eval"],
    ["getattr", pickle(global("builtins", "getattr"), id, op("REDUCE")), "builtins.getattr"],
    ["a name of torch that is not a tensor's", pickle(global("torch", "load"), id, op("REDUCE")), "torch.load"],
    ["a dotted name", pickle(global("torch", "FloatStorage.__init__.__globals__"), id, op("REDUCE")), "__globals__"],
    [
      "a name that only looks allowed",
      pickle(global("torch.Size\ncollections", "OrderedDict")),
      '"torch.Size.collections"',
    ],
    ["a name that is never called", pickle(system), "os.system"],
    ["a name with a null byte", pickle(global("torch", "Size\0")), "torch.Size\\u0000"],
    ["protocol 0", lines("cos\nsystem\n(S'id'\ntR."), "os.system"],
    ["INST", lines("(S'id'\nios\nsystem\n."), "STRING"],
    ["INST without arguments", lines("(ios\nsystem\n."), "INST"],
    ["OBJ", pickle(op("MARK"), global("torch", "Size"), op("OBJ")), "OBJ"],
    ["NEWOBJ of an allowed name", pickle(global("torch", "Size"), op("EMPTY_TUPLE"), op("NEWOBJ")), "NEWOBJ"],
    ["NEWOBJ_EX", pickle(global("torch", "Size"), op("EMPTY_TUPLE"), op("EMPTY_DICT"), op("NEWOBJ_EX")), "NEWOBJ_EX"],
    ["STACK_GLOBAL", pickle(text("os"), text("system"), op("STACK_GLOBAL")), "STACK_GLOBAL"],
    [
      "STACK_GLOBAL through the memo",
      pickle(
        text("os"),
        op("BINPUT", 0),
        text("system"),
        op("BINPUT", 1),
        op("BINGET", 0),
        op("BINGET", 1),
        op("STACK_GLOBAL"),
      ),
      "STACK_GLOBAL",
    ],
    ["EXT1", pickle(op("EXT1", 1)), "EXT1"],
    ["EXT2", pickle(op("EXT2", 1, 0)), "EXT2"],
    ["EXT4", pickle(op("EXT4", 1, 0, 0, 0)), "EXT4"],
    ["BUILD of a name", pickle(global("torch", "Size"), dict({ x: int(1) }), op("BUILD")), "a dict for torch.Size"],
    ["BUILD of a call", pickle(call("torch", "device"), dict({ x: int(1) }), op("BUILD")), "a dict for torch.device"],
    ["BUILD with slots", pickle(op("EMPTY_DICT"), tuple(op("NONE"), dict({})), op("BUILD")), "a tuple for a dict"],
    ["a call of what was called", pickle(call("torch", "device"), tuple(), op("REDUCE")), "torch.device and a tuple"],
    ["a call with a list", pickle(global("torch", "Size"), op("EMPTY_LIST"), op("REDUCE")), "torch.Size and a list"],
    ["PERSID", lines("Pstorage\n."), "PERSID"],
    ["a set", pickle(op("EMPTY_SET")), "EMPTY_SET"],
    ["bytes", pickle(op("SHORT_BINBYTES", 1, 0)), "SHORT_BINBYTES"],
    ["an opcode that does not exist", pickle(Uint8Array.of(0xff)), "0xff"],
    ["another protocol", concat(op("PROTO", 4), op("NONE"), op("STOP")), "protocol 4"],
  ])("%s", (_, bytes, found) => {
    const error = refusal(bytes);
    expect(error.found).toContain(found);
    expect(error.file).toBe("pytorch_model.bin");
  });

  it("are told of in a way that helps", () => {
    expect(refusal(pickle(system, id, op("REDUCE"))).message).toBe(
      'pytorch_model.bin: bad pickle: expected nothing but tensors, found a reference to "os.system", at byte 2 of the ' +
        "pickle. Opened in Python, such a file may run code. If you trust it, save its model as safetensors there.",
    );
  });
});

describe("damaged pickles", () => {
  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ["nothing", Buffer.of(), "expected 1 more bytes, found 0"],
    ["no STOP", concat(op("PROTO", 2), op("NONE")), "expected 1 more bytes"],
    ["STOP with nothing", pickle(), "one value in the end"],
    ["STOP with two values", pickle(op("NONE"), op("NONE")), "one value in the end"],
    ["STOP within a mark", pickle(op("NONE"), op("MARK")), "one value in the end"],
    ["an undefined memo", pickle(op("BINGET", 0)), "none of number 0"],
    ["an undefined memo of 2^32 - 1", pickle(op("LONG_BINGET", 255, 255, 255, 255)), "none of number 4294967295"],
    ["a memo of nothing", pickle(op("BINPUT", 0)), "1 values on the stack"],
    ["a tuple without a mark", pickle(op("NONE"), op("TUPLE")), "a mark on the stack"],
    ["a tuple across a mark", pickle(op("NONE"), op("MARK"), op("TUPLE1")), "1 values on the stack"],
    ["a memo across a mark", pickle(op("NONE"), op("MARK"), op("BINPUT", 0)), "1 values on the stack"],
    ["REDUCE of nothing", pickle(op("REDUCE")), "2 values on the stack"],
    ["BUILD of nothing", pickle(op("EMPTY_DICT"), op("BUILD")), "1 values on the stack"],
    ["an item for a tuple", pickle(op("EMPTY_TUPLE"), int(1), op("APPEND")), "a list to append to, found a tuple"],
    ["an entry for a list", pickle(op("EMPTY_LIST"), int(1), int(2), op("SETITEM")), "a dict to fill, found a list"],
    ["a key alone", pickle(op("EMPTY_DICT"), op("MARK"), int(1), op("SETITEMS")), "a value for each key"],
    [
      "a key twice",
      pickle(op("EMPTY_DICT"), op("MARK"), text("a"), int(1), text("a"), int(1), op("SETITEMS")),
      "each key once",
    ],
    ["a list for a key", pickle(op("EMPTY_DICT"), op("EMPTY_LIST"), int(1), op("SETITEM")), "a key of text"],
    ["None for a key", pickle(op("EMPTY_DICT"), op("NONE"), int(1), op("SETITEM")), "a key of text, found None"],
    ["a persistent id of text", pickle(text("0"), op("BINPERSID")), "a tuple that names a storage"],
    ["text that ends too late", pickle(op("BINUNICODE", 200, 0, 0, 0)), "expected 200 more bytes, found 1"],
    ["text of 2 GiB", pickle(op("BINUNICODE", 255, 255, 255, 127)), "a string of at most 65536 bytes"],
    ["text of bytes that are none", pickle(op("BINUNICODE", 1, 0, 0, 0, 0xff)), "a string of UTF-8"],
    ["text of half a character", pickle(op("BINUNICODE", 3, 0, 0, 0, 0xed, 0xa0, 0x80)), "a string of UTF-8"],
    ["BINUNICODE8 of 2^62 bytes", pickle(op("BINUNICODE8"), uint(2n ** 62n, 8)), "BINUNICODE8"],
    ["LONG4 of 2^31 bytes", pickle(op("LONG4", 255, 255, 255, 127)), "LONG4"],
    ["FRAME of 2^62 bytes", pickle(op("FRAME"), uint(2n ** 62n, 8)), "FRAME"],
    ["an integer of 255 bytes", pickle(op("LONG1", 255), Buffer.alloc(255)), "an integer of at most 16 bytes"],
    ["a name without an end", pickle(op("GLOBAL"), Buffer.alloc(1000, "a")), "a name of less than 256 bytes"],
    ["a name at the end", concat(op("GLOBAL"), Buffer.from("torch")), "a name of less than 256 bytes"],
  ])("%s", (_, bytes, message) => {
    expect(refusal(bytes).message).toContain(message);
  });

  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ["100,000 lists in one another", pickle(repeat(100_000, op("EMPTY_LIST")), repeat(99_999, op("APPEND"))), ""],
    ["100,000 marks in one another", pickle(repeat(100_000, op("MARK")), repeat(100_000, op("TUPLE"))), ""],
    ["a million lists", pickle(repeat(1_000_000, op("EMPTY_LIST"))), "at most 131072 tuples, lists and dicts"],
    ["a million numbers", pickle(repeat(1_000_000, op("NONE"))), "at most 131072 values on the stack"],
    ["a million marks", pickle(repeat(1_000_000, op("MARK"))), "at most 131072 marks"],
    [
      "a million memorized values",
      pickle(
        op("NONE"),
        Buffer.concat(Array.from({ length: 150_000 }, (_, i) => concat(op("LONG_BINPUT"), uint(i, 4)))),
      ),
      "at most 131072 memorized values",
    ],
    // Each list holds the one before twice: 2^100 values if anyone counted them.
    [
      "lists that double",
      pickle(
        op("EMPTY_LIST"),
        ...Array.from({ length: 100 }, () =>
          concat(
            op("BINPUT", 0),
            op("EMPTY_LIST"),
            op("MARK"),
            op("BINGET", 0),
            op("BINGET", 0),
            op("APPENDS"),
            op("TUPLE2"),
          ),
        ),
      ),
      "",
    ],
  ])("%s, in little time", (_, bytes, message) => {
    const start = performance.now();
    if (message) expect(refusal(bytes).message).toContain(message);
    else expect(read(bytes)).toMatchObject({ items: expect.anything() });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("of any bytes are read or refused, and nothing else happens", () => {
    const state = pickle(
      dict({
        a: call("torch._utils", "_rebuild_parameter", call("collections", "OrderedDict"), op("NEWTRUE")),
        b: int(-9),
      }),
    );
    const stream = random(1, "pickles");
    let count = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Buffer.from(state);
      for (let changes = 1 + stream.below(3); changes > 0; changes--)
        bytes[stream.below(bytes.length)] = stream.below(256);
      try {
        read(bytes.subarray(0, stream.below(8) ? bytes.length : stream.below(bytes.length)));
        count++;
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
      }
    }
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(19_000);
  });
});
