import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import type { Attribute, Attributes, DType, TensorType } from "../autodiff/tensor.ts";

const dataType: Record<DType, DataType> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  bfloat16: DataType.BFLOAT16,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
};

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number")
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ("float" in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

export function nodeProto(
  opType: string,
  name: string,
  inputs: string[],
  outputs: string[],
  attributes: Attributes = {},
  domain = "",
): NodeProto {
  const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
  return create(NodeProtoSchema, { opType, name, domain, input: inputs, output: outputs, attribute });
}

export function tensorProto(name: string, type: TensorType, values: readonly number[]): TensorProto {
  if (type.dtype !== "float32" && type.dtype !== "int32" && type.dtype !== "int64")
    throw new Error(`tensorProto: no constant of a graph is ${type.dtype}, and ${name} would be`);
  const rawData =
    type.dtype === "float32"
      ? new Uint8Array(Float32Array.from(values).buffer)
      : type.dtype === "int32"
        ? new Uint8Array(Int32Array.from(values).buffer)
        : new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return create(TensorProtoSchema, {
    name,
    dataType: dataType[type.dtype],
    dims: type.shape.map((dim) => BigInt(dim)),
    rawData,
  });
}

/** Declares a graph input or output; a word in the shape becomes a `dim_param`. */
export function valueInfoProto(name: string, { shape, dtype }: TensorType): ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === "number"
      ? { value: { case: "dimValue" as const, value: BigInt(size) } }
      : { value: { case: "dimParam" as const, value: size } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: dataType[dtype], shape: { dim } } } },
  });
}
