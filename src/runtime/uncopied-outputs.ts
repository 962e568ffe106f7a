import { create, toBinary } from "@bufbuild/protobuf";
import {
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { InferenceSession as OrtSession, Tensor as OrtTensor } from "onnxruntime-node";
import { input } from "../autodiff/index.ts";
import { lower } from "../onnx/lower.ts";
import { uninterrupted } from "../uninterrupted.ts";

/**
 * onnxruntime-node 1.30 writes an output into the array it is given for it, and then copies it once more into a new
 * array: of a large model's gradients half a gigabyte a step. It copies in the order of the outputs, and throws at one
 * that is no tensor, after the graph has run and every given array is filled. So a graph whose first output is a
 * sequence is spared the copies. This relies on an error path: `canSkipOutputCopy` tries it out, and if it fails, the copies are
 * made.
 */
const sequence = "uncopied";
const refusal = /Non tensor type/;

/**
 * Adds a sequence as the model's first output; protobuf merges messages that stand one after the other and appends
 * lists.
 */
export function withSequenceFirst(model: Uint8Array): Uint8Array {
  const element = `${sequence}.element`;
  const prefix = create(ModelProtoSchema, {
    graph: {
      node: [
        create(NodeProtoSchema, {
          opType: "SequenceConstruct",
          name: sequence,
          input: [element],
          output: [sequence],
        }),
      ],
      initializer: [
        create(TensorProtoSchema, {
          name: element,
          dataType: DataType.INT64,
          dims: [1n],
          rawData: new Uint8Array(8),
        }),
      ],
      output: [
        create(ValueInfoProtoSchema, {
          name: sequence,
          type: {
            value: {
              case: "sequenceType",
              value: {
                elemType: { value: { case: "tensorType", value: { elemType: DataType.INT64 } } },
              },
            },
          },
        }),
      ],
    },
  });
  return Buffer.concat([toBinary(ModelProtoSchema, prefix), model]);
}

/** Runs a session whose model is `withSequenceFirst` without copying its outputs: `outputs` hold the answers afterwards. */
export async function withoutOutputCopy(
  session: OrtSession,
  feeds: Readonly<Record<string, OrtTensor>>,
  outputs: Readonly<Record<string, OrtTensor>>,
): Promise<void> {
  try {
    await session.run(feeds, { [sequence]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && refusal.test(error.message))) throw error;
  }
}

let spared: Promise<boolean> | undefined;

/** Whether this build of ONNX Runtime fills the given arrays and stops before it copies them. */
export const canSkipOutputCopy = (): Promise<boolean> => (spared ??= uninterrupted(tryOut));

async function tryOut(): Promise<boolean> {
  try {
    const x = input("x", [2]);
    const identity = lower({ name: "identity", inputs: [x], outputs: new Map([["y", x]]) });
    const session = await OrtSession.create(withSequenceFirst(identity), { logSeverityLevel: 4 });
    try {
      const y = new OrtTensor("float32", new Float32Array(2), [2]);
      await withoutOutputCopy(session, { x: new OrtTensor("float32", Float32Array.of(1, 2), [2]) }, { y });
      return y.data[0] === 1 && y.data[1] === 2;
    } finally {
      await session.release();
    }
  } catch {
    return false;
  }
}
