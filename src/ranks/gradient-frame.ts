import type { Gradients, RowGradient } from "../training/gradients.ts";
import type { Step } from "../training/training-session.ts";
import type { Frame } from "./channel.ts";
import type { HeaderOf } from "./frames.ts";

/** Makes the frame of a step; undefined asks every rank to stop. The loss stands first in the body, then the arrays. */
export function gradientFrame(step: Step | undefined): [HeaderOf<"gradients">, ArrayBufferView[]] {
  const { dense, tables } = step?.gradients ?? {
    dense: new Map<string, Float32Array>(),
    tables: new Map<string, RowGradient>(),
  };
  const rows = [...tables].filter(([, gradient]) => gradient.rows.length > 0);
  const header: HeaderOf<"gradients"> = {
    type: "gradients",
    isStopping: step === undefined,
    dense: Array.from(dense, ([name, { length }]) => [name, length]),
    tables: rows.map(([name, { rows, values }]) => ({ name, rows: rows.length, width: values.length / rows.length })),
  };
  const loss = Float64Array.of(step?.loss ?? 0);
  return [header, [loss, ...dense.values(), ...rows.flatMap(([, { rows, values }]) => [rows, values])]];
}

/** Reads the frame of a step; its arrays are views of the body. Undefined if its rank is to stop. */
export function stepOf({ header, body }: Frame<"gradients">): Step | undefined {
  if (header.isStopping) return undefined;
  let at = 8;
  const take = (count: number): number => {
    const from = at;
    at += 4 * count;
    return from;
  };
  const dense = new Map(header.dense.map(([name, length]) => [name, new Float32Array(body, take(length), length)]));
  const tables = new Map(
    header.tables.map(({ name, rows, width }): [string, RowGradient] => {
      const indices = new Int32Array(body, take(rows), rows);
      return [name, { rows: indices, values: new Float32Array(body, take(rows * width), rows * width) }];
    }),
  );
  return { loss: new Float64Array(body, 0, 1)[0]!, gradients: { dense, tables } satisfies Gradients };
}
