// Pickles as torch.save writes them, and as nobody should.
import { codeOf } from "../../src/model/weights/torch/opcodes.ts";
import type { Opcode } from "../../src/model/weights/torch/opcodes.ts";

export type Piece = Uint8Array;

export const concat = (...pieces: readonly Piece[]): Buffer => Buffer.concat(pieces);
export const op = (opcode: Opcode, ...bytes: readonly number[]): Piece => Uint8Array.of(codeOf(opcode), ...bytes);

/** Little-endian, in `bytes` bytes. */
export const uint = (value: number | bigint, bytes: number): Piece =>
  new Uint8Array(new BigUint64Array([BigInt(value)]).buffer).slice(0, bytes);

export const int = (value: number | bigint): Piece =>
  typeof value === "number" && value >= 0 && value < 256
    ? op("BININT1", value)
    : concat(op("LONG1", 8), uint(BigInt.asUintN(64, BigInt(value)), 8));

export const text = (value: string): Piece =>
  concat(op("BINUNICODE"), uint(Buffer.byteLength(value), 4), Buffer.from(value));
export const global = (module: string, name: string): Piece =>
  concat(op("GLOBAL"), Buffer.from(`${module}\n${name}\n`));
export const tuple = (...items: readonly Piece[]): Piece => concat(op("MARK"), ...items, op("TUPLE"));
export const call = (module: string, name: string, ...args: readonly Piece[]): Piece =>
  concat(global(module, name), tuple(...args), op("REDUCE"));
export const dict = (entries: Readonly<Record<string, Piece>>): Piece => {
  const items = Object.entries(entries).flatMap(([key, value]) => [text(key), value]);
  return concat(op("EMPTY_DICT"), op("MARK"), ...items, op("SETITEMS"));
};
/** A whole pickle. */
export const pickle = (...value: readonly Piece[]): Buffer => concat(op("PROTO", 2), ...value, op("STOP"));

export interface StorageParts {
  readonly type?: string;
  readonly key?: string;
  readonly size?: number | bigint;
  /** Of torch's old format: a storage within another. */
  readonly view?: readonly Piece[];
}

export function storage({ type = "FloatStorage", key = "0", size = 6, view }: StorageParts = {}): Piece {
  const id = [text("storage"), global("torch", type), text(key), text("cpu"), int(size)];
  return concat(tuple(...id, ...(view ? [tuple(...view)] : [])), op("BINPERSID"));
}

export interface TensorParts extends StorageParts {
  readonly offset?: number | bigint;
  readonly shape?: readonly (number | bigint)[];
  readonly strides?: readonly (number | bigint)[];
  /** In place of the storage. */
  readonly from?: Piece;
  readonly more?: readonly Piece[];
}

/** The call that makes a tensor, of shape [2, 3] in a storage of its own. */
export const tensor = ({ offset = 0, shape = [2, 3], strides = [3, 1], from, more = [], ...parts }: TensorParts = {}) =>
  call(
    "torch._utils",
    "_rebuild_tensor_v2",
    from ?? storage(parts),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    op("NEWFALSE"),
    call("collections", "OrderedDict"),
    ...more,
  );
