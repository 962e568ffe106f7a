import { create } from "@bufbuild/protobuf";
import {
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type NodeProto,
  type TensorProto,
} from "onnx-buf";
import { nodeProto } from "./proto.ts";

/** A weight that the file holds, or whose place in another file it names. */
export interface Initializer {
  readonly shape: readonly number[];
  /**
   * The elements. A Uint16Array holds the bits of float16: half the size, cast to float32 at the start of the graph.
   */
  readonly data: Float32Array | Uint16Array | Int8Array | Uint8Array;
  /** The place of the elements in another file of the same folder; absent if the model file holds them. */
  readonly external?: { readonly location: string; readonly offset: number } | undefined;
}

export const bytesOf = ({ data }: Initializer): Uint8Array<ArrayBuffer> =>
  new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

/** The type of the value that the graph reads. */
export const dtypeOf = ({ data }: Initializer): "float32" | "int8" | "uint8" =>
  data instanceof Int8Array ? "int8" : data instanceof Uint8Array ? "uint8" : "float32";

const dataTypes = { float32: DataType.FLOAT, int8: DataType.INT8, uint8: DataType.UINT8 } as const;

/** Makes the tensor, and nodes if needed, that give the weight as a value called `name`, of the type above. */
export function initializerProtos(
  name: string,
  initializer: Initializer,
): { readonly tensor: TensorProto; readonly nodes: NodeProto[] } {
  const { shape, data, external } = initializer;
  const isHalf = data instanceof Uint16Array;
  const stored = isHalf ? `${name}.float16` : name;
  const entries = external && { ...external, length: data.byteLength };
  const tensor = create(TensorProtoSchema, {
    name: stored,
    dataType: isHalf ? DataType.FLOAT16 : dataTypes[dtypeOf(initializer)],
    dims: shape.map(BigInt),
    ...(entries
      ? {
          dataLocation: DataLocation.EXTERNAL,
          externalData: Object.entries(entries).map(([key, value]) =>
            create(StringStringEntryProtoSchema, { key, value: String(value) }),
          ),
        }
      : { rawData: bytesOf(initializer) }),
  });
  return { tensor, nodes: isHalf ? [nodeProto("Cast", `Cast.${name}`, [stored], [name], { to: DataType.FLOAT })] : [] };
}

// The size of a page: readers map external data into memory, and a mapping begins at a page (onnx.proto,
// external_data).
const alignment = 4096;

/** Gives the initializers places in one file of this name, one after the other, each at the start of a page. */
export function placeExternally(
  initializers: ReadonlyMap<string, Initializer>,
  location: string,
): Map<string, Initializer & { readonly external: { readonly location: string; readonly offset: number } }> {
  let end = 0;
  const place = (initializer: Initializer): { location: string; offset: number } => {
    const offset = Math.ceil(end / alignment) * alignment;
    end = offset + initializer.data.byteLength;
    return { location, offset };
  };
  return new Map(
    [...initializers].map(([name, initializer]) => [name, { ...initializer, external: place(initializer) }]),
  );
}
