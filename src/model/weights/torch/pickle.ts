import { quote } from "../../checkpoint-error.ts";
import { opcodeOf } from "./opcodes.ts";
import type { Opcode } from "./opcodes.ts";
import { PickleBytes } from "./pickle-bytes.ts";
import { describe, isKind } from "./pickle-value.ts";
import type { PickleDict, PickleValue } from "./pickle-value.ts";

export interface PickleOptions {
  readonly file: string;
  /** Names that a pickle may refer to: `module.name`. */
  readonly allowed: ReadonlySet<string>;
}

/** A pickle of 400 tensors has some 60 KB. */
export const maxPickleBytes: number = 2 ** 24;
/** On the stack, memorized, marked, or made of tuples and their like, of which a tensor takes seven: 14,000 tensors. */
const maxItems = 2 ** 17;

const orderedDict = "collections.OrderedDict";
const noEntries: PickleDict["entries"] = new Map();

/**
 * Reads one pickle of protocol 2, which torch.save writes, without recursion. Only opcodes of plain data are known.
 * @returns the value, and the position after it
 * @throws CheckpointError on any other opcode, on a name that is not allowed, and beyond limits of memory
 * @see Lib/pickletools.py of Python 3.11, which explains each opcode
 */
export function readPickle(
  data: Uint8Array,
  start: number,
  { file, allowed }: PickleOptions,
): { readonly value: PickleValue; readonly end: number } {
  const bytes = new PickleBytes(data, start, file);
  const machine = new StackMachine(bytes, allowed);
  for (;;) {
    const byte = bytes.opcode();
    const opcode = opcodeOf(byte);
    if (opcode === "STOP") return { value: machine.result(), end: bytes.at };
    const step = opcode && steps[opcode];
    if (!step) return bytes.fail("an opcode of torch.save", opcode ?? `0x${byte.toString(16).padStart(2, "0")}`);
    step(machine, bytes);
  }
}

class StackMachine {
  readonly #bytes: PickleBytes;
  readonly #allowed: ReadonlySet<string>;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo: Map<number, PickleValue> = new Map();
  #structures = 0;

  constructor(bytes: PickleBytes, allowed: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#allowed = allowed;
  }

  result(): PickleValue {
    const isWhole = this.#stack.length === 1 && this.#marks.length === 0;
    return isWhole ? this.#stack[0]! : this.#bytes.fail("one value in the end", `${this.#stack.length}`);
  }

  push(value: PickleValue): void {
    if (this.#stack.length === maxItems) this.#bytes.fail(`at most ${maxItems} values on the stack`, "one more");
    this.#stack.push(value);
  }

  /** Pushes what takes memory of its own. */
  pushNew(value: PickleValue): void {
    if (this.#structures++ === maxItems) this.#bytes.fail(`at most ${maxItems} tuples, lists and dicts`, "one more");
    this.push(value);
  }

  pop(count: number): PickleValue[] {
    this.#demand(count);
    return this.#stack.splice(this.#stack.length - count);
  }

  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    return mark === undefined ? this.#bytes.fail("a mark on the stack", "none") : this.#stack.splice(mark);
  }

  mark(): void {
    if (this.#marks.length === maxItems) this.#bytes.fail(`at most ${maxItems} marks`, "one more");
    this.#marks.push(this.#stack.length);
  }

  put(index: number): void {
    this.#memo.set(index, this.#top());
    if (this.#memo.size > maxItems) this.#bytes.fail(`at most ${maxItems} memorized values`, "one more");
  }

  get(index: number): void {
    const value = this.#memo.get(index);
    this.push(value === undefined ? this.#bytes.fail("a memorized value", `none of number ${index}`) : value);
  }

  global(name: string): void {
    if (!this.#allowed.has(name)) {
      const next = "Opened in Python, such a file may run code. If you trust it, save its model as safetensors there.";
      this.#bytes.fail("nothing but tensors", `a reference to ${quote(name)}`, next);
    }
    this.pushNew({ kind: "global", name });
  }

  reduce(): void {
    const [called, args] = this.pop(2);
    if (!isKind(called, "global") || !isKind(args, "tuple")) {
      return this.#bytes.fail("a name and its arguments", `${describe(called)} and ${describe(args)}`);
    }
    if (called.name === orderedDict && args.items.length === 0) this.pushNew({ kind: "dict", entries: noEntries });
    else this.pushNew({ kind: "call", name: called.name, items: args.items });
  }

  /** The attributes of a state dict are its `_metadata`: versions of modules, which say nothing of its tensors. */
  build(): void {
    const [attributes] = this.pop(1);
    const built = this.#top();
    if (!isKind(built, "dict") || !isKind(attributes, "dict")) {
      this.#bytes.fail("attributes of a dict", `${describe(attributes)} for ${describe(built)}`);
    }
  }

  persistent(): void {
    const [id] = this.pop(1);
    if (!isKind(id, "tuple")) return this.#bytes.fail("a tuple that names a storage", describe(id));
    this.pushNew({ kind: "persistent", items: id.items });
  }

  append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (!isKind(list, "list")) return this.#bytes.fail("a list to append to", describe(list));
    // Not push(...items): so many arguments would overflow the call stack.
    for (const item of items) (list.items as PickleValue[]).push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!isKind(dict, "dict")) return this.#bytes.fail("a dict to fill", describe(dict));
    if (items.length % 2 === 1) this.#bytes.fail("a value for each key", "a key alone");
    const entries = entriesToFill(dict);
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]!;
      if (typeof key !== "string" && typeof key !== "number") return this.#bytes.fail("a key of text", describe(key));
      if (entries.has(key)) this.#bytes.fail("each key once", `${quote(String(key))} again`);
      entries.set(key, items[i + 1]!);
    }
  }

  #top(): PickleValue {
    this.#demand(1);
    return this.#stack.at(-1)!;
  }

  #demand(count: number): void {
    const left = this.#stack.length - (this.#marks.at(-1) ?? 0);
    if (left < count) this.#bytes.fail(`${count} values on the stack`, `${left}`);
  }
}

/** A dict gets its Map with its first entry, since most are the hooks that a tensor does not have. */
function entriesToFill(dict: PickleDict): Map<string | number, PickleValue> {
  if (dict.entries === noEntries) (dict as { entries: PickleDict["entries"] }).entries = new Map();
  return dict.entries as Map<string | number, PickleValue>;
}

type Step = (machine: StackMachine, bytes: PickleBytes) => void;

const steps: Readonly<Partial<Record<Opcode, Step>>> = {
  PROTO: (_, bytes) => {
    const version = bytes.uint8();
    if (version !== 2) bytes.fail("protocol 2, the one of torch.save", `protocol ${version}`);
  },
  MARK: (machine) => machine.mark(),
  BINPUT: (machine, bytes) => machine.put(bytes.uint8()),
  LONG_BINPUT: (machine, bytes) => machine.put(bytes.uint32()),
  BINGET: (machine, bytes) => machine.get(bytes.uint8()),
  LONG_BINGET: (machine, bytes) => machine.get(bytes.uint32()),
  NONE: (machine) => machine.push(null),
  NEWTRUE: (machine) => machine.push(true),
  NEWFALSE: (machine) => machine.push(false),
  BININT: (machine, bytes) => machine.push(bytes.int32()),
  BININT1: (machine, bytes) => machine.push(bytes.uint8()),
  BININT2: (machine, bytes) => machine.push(bytes.uint16()),
  LONG1: (machine, bytes) => machine.push(bytes.long(bytes.uint8())),
  BINFLOAT: (machine, bytes) => machine.push(bytes.float64()),
  SHORT_BINSTRING: (machine, bytes) => machine.push(bytes.text(bytes.uint8())),
  BINUNICODE: (machine, bytes) => machine.push(bytes.text(bytes.uint32())),
  EMPTY_TUPLE: (machine) => machine.pushNew({ kind: "tuple", items: [] }),
  TUPLE1: (machine) => machine.pushNew({ kind: "tuple", items: machine.pop(1) }),
  TUPLE2: (machine) => machine.pushNew({ kind: "tuple", items: machine.pop(2) }),
  TUPLE3: (machine) => machine.pushNew({ kind: "tuple", items: machine.pop(3) }),
  TUPLE: (machine) => machine.pushNew({ kind: "tuple", items: machine.popToMark() }),
  EMPTY_LIST: (machine) => machine.pushNew({ kind: "list", items: [] }),
  APPEND: (machine) => machine.append(machine.pop(1)),
  APPENDS: (machine) => machine.append(machine.popToMark()),
  EMPTY_DICT: (machine) => machine.pushNew({ kind: "dict", entries: noEntries }),
  SETITEM: (machine) => machine.setItems(machine.pop(2)),
  SETITEMS: (machine) => machine.setItems(machine.popToMark()),
  GLOBAL: (machine, bytes) => machine.global(`${bytes.line()}.${bytes.line()}`),
  REDUCE: (machine) => machine.reduce(),
  BUILD: (machine) => machine.build(),
  BINPERSID: (machine) => machine.persistent(),
};
