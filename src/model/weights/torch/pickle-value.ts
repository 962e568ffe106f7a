/**
 * A pickle as plain data. Nothing is ever called or built: a call is its name and its arguments, and the reader of the
 * value knows the few calls that mean a tensor.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleCall
  | PicklePersistent;

export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: "list";
  readonly items: readonly PickleValue[];
}

/** A dict or an OrderedDict. */
export interface PickleDict {
  readonly kind: "dict";
  readonly entries: ReadonlyMap<string | number, PickleValue>;
}

/** A name of the allow-list: `torch.FloatStorage`. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly name: string;
}

/** `torch._utils._rebuild_tensor_v2(...)` */
export interface PickleCall {
  readonly kind: "call";
  readonly name: string;
  readonly items: readonly PickleValue[];
}

/** A reference to something outside of the pickle: `("storage", torch.FloatStorage, "0", "cpu", 6)`. */
export interface PicklePersistent {
  readonly kind: "persistent";
  readonly items: readonly PickleValue[];
}

type Structure = Extract<PickleValue, { readonly kind: string }>;

export const isKind = <K extends Structure["kind"]>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Structure, { readonly kind: K }> =>
  typeof value === "object" && value !== null && value.kind === kind;

/** Describes a value in messages: `a tuple`, `text`, `3`. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (typeof value === "object")
    return value.kind === "call" || value.kind === "global" ? value.name : `a ${value.kind}`;
  return typeof value === "string" ? "text" : String(value);
}
