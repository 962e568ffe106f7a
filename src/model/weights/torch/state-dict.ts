import { CheckpointError, quote } from "../../checkpoint-error.ts";
import { areDistinct, extentOf } from "../strides.ts";
import { numElements } from "../tensor.ts";
import type { Dtype } from "../tensor.ts";
import { describe, isKind } from "./pickle-value.ts";
import type { PickleValue } from "./pickle-value.ts";

const rebuildTensor = "torch._utils._rebuild_tensor_v2";
const rebuildParameter = "torch._utils._rebuild_parameter";
const dtypes: ReadonlyMap<string, Dtype> = new Map([
  ["torch.FloatStorage", "F32"],
  ["torch.HalfStorage", "F16"],
  ["torch.BFloat16Storage", "BF16"],
  ["torch.DoubleStorage", "F64"],
  ["torch.LongStorage", "I64"],
  ["torch.IntStorage", "I32"],
  ["torch.ShortStorage", "I16"],
  ["torch.CharStorage", "I8"],
  ["torch.ByteStorage", "U8"],
  ["torch.BoolStorage", "BOOL"],
]);

/** All that the pickle of a state dict may refer to. Each is read as the data that it stands for, and none is run. */
export const allowedGlobals: ReadonlySet<string> = new Set([
  "collections.OrderedDict",
  rebuildTensor,
  rebuildParameter,
  "torch.Size",
  "torch.device",
  ...dtypes.keys(),
]);

/** As in NumPy and PyTorch. */
const maxRank = 64;

/** Memory that one or more tensors are views of. */
export interface Storage {
  readonly key: string;
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly size: number;
}

/** A view of a storage, within its bounds; offset and strides in elements. */
export interface StoredTensor {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export interface StateDict {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly warnings: readonly string[];
}

/** A state dict and where its storages stand in the file. */
export interface StoredStateDict {
  readonly stateDict: StateDict;
  /** Of each storage's first element, by its key. */
  readonly positions: ReadonlyMap<string, number>;
}

/** The tensors of a pickled state dict. @throws CheckpointError naming the tensor that cannot be one. */
export function readStateDict(root: PickleValue, file: string): StateDict {
  if (!isKind(root, "dict")) {
    throw new CheckpointError("not a state dict", { file, expected: "tensors by name", found: describe(root), next });
  }
  const tensors = new Map<string, StoredTensor>();
  const storages = new Map<string, Storage>();
  const others: string[] = [];
  let left = 0;
  for (const [name, value] of root.entries) {
    if (typeof name === "string" && isTensor(value)) tensors.set(name, readTensor(value, storages, file, name));
    else if (left++ < 3) others.push(`${quote(String(name))} (${describe(value)})`);
  }
  const some = others.join(", ") + (left > 3 ? `, and ${left - 3} more` : "");
  if (tensors.size === 0 && left > 0) {
    throw new CheckpointError("not a state dict", { file, expected: "tensors by name", found: some, next });
  }
  return { tensors, warnings: left === 0 ? [] : [`${file}: left out what is no tensor: ${some}`] };
}

const next = "If it is a training checkpoint, load it in Python and save its model with save_pretrained.";

/** Whether it says that it is a tensor; what it says may still be wrong. */
const isTensor = (value: PickleValue): boolean =>
  isKind(value, "call") && (value.name === rebuildTensor || value.name === rebuildParameter);

function readTensor(value: PickleValue, storages: Map<string, Storage>, file: string, tensor: string): StoredTensor {
  const bad = (expected: string, found: string): never => {
    throw new CheckpointError("bad tensor", { file, tensor, expected, found });
  };
  const data = isKind(value, "call") && value.name === rebuildParameter ? value.items[0] : value;
  if (!isKind(data, "call") || data.name !== rebuildTensor) return bad("a tensor in the parameter", describe(data));
  const [persistent, offset, size, stride, , , metadata] = data.items;
  if (data.items.length < 6 || data.items.length > 7) bad("6 or 7 arguments", `${data.items.length}`);
  if (metadata !== undefined && !(isKind(metadata, "dict") && metadata.entries.size === 0)) {
    bad("no metadata, which would change its values", describe(metadata));
  }
  const storage = readStorage(persistent, bad);
  const known = storages.get(storage.key) ?? storage;
  storages.set(storage.key, known);
  if (known.dtype !== storage.dtype || known.size !== storage.size) {
    const show = ({ key, dtype, size }: Storage): string => `${size} ${dtype} in storage ${quote(key)}`;
    bad(`${show(known)}, as another tensor has it`, show(storage));
  }
  const shape = readNumbers(size);
  const strides = readNumbers(stride);
  if (!shape) return bad("a shape of numbers from 0", describe(size));
  if (!strides || strides.length !== shape.length) return bad("a stride for each dimension", describe(stride));
  if (!isIndex(offset)) return bad("an offset from 0", describe(offset));
  const dims = `[${shape.join(", ")}]`;
  // Without the zeros, so that no part of the shape is too large for a number either.
  if (!Number.isSafeInteger(numElements(shape.filter((dim) => dim > 0)))) bad("a shape that can exist", dims);
  if (numElements(shape) > storage.size) {
    bad(`at most the ${storage.size} elements of its storage`, `the ${numElements(shape)} of ${dims}`);
  }
  if (!areDistinct(shape, strides))
    bad("each element in its own place", `${dims} with strides [${strides.join(", ")}]`);
  const end = offset + extentOf(shape, strides);
  if (!(end <= storage.size)) bad(`elements up to ${storage.size}, the end of its storage`, `up to ${end}`);
  return { storage: known, offset, shape, strides };
}

function readStorage(value: PickleValue | undefined, bad: (expected: string, found: string) => never): Storage {
  if (!isKind(value, "persistent")) return bad("a storage", describe(value));
  const [tag, type, key, , size, view] = value.items;
  if (tag !== "storage") return bad('a persistent id of "storage"', describe(tag));
  const dtype = isKind(type, "global") ? dtypes.get(type.name) : undefined;
  if (dtype === undefined) return bad("a type of storage", describe(type));
  if (typeof key !== "string" || !/^\w{1,64}$/.test(key)) {
    return bad("a storage's key of letters and digits", typeof key === "string" ? quote(key) : describe(key));
  }
  if (!isIndex(size)) return bad("a storage's size from 0", describe(size));
  if (view !== undefined && view !== null) return bad("a storage of its own", "a view of another");
  return { key, dtype, size };
}

const isIndex = (value: PickleValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The numbers of a tuple or a torch.Size. */
function readNumbers(value: PickleValue | undefined): readonly number[] | undefined {
  const tuple = isKind(value, "call") && value.name === "torch.Size" ? value.items[0] : value;
  if (!isKind(tuple, "tuple") || tuple.items.length > maxRank) return undefined;
  const numbers = tuple.items.filter(isIndex);
  return numbers.length === tuple.items.length ? numbers : undefined;
}
