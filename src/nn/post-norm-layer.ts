import { add, gelu, reshape, type Tensor } from "../autodiff/index.ts";
import { product } from "../autodiff/dims.ts";
import { dense } from "./dense.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { denseParameters, layerNormParameters, type ParameterSpec } from "./parameters.ts";

/** The sizes of a post-norm transformer layer. */
export interface PostNormSizes {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly hiddenDropoutProb: number;
  readonly layerNormEps: number;
}

/** Lists the weights of a layer as BERT names them: `projections` of its attention, then all that follows attention. */
export const postNormParameters = (
  prefix: string,
  { hiddenSize: H, intermediateSize: I }: PostNormSizes,
  projections: readonly ParameterSpec[],
): ParameterSpec[] => [
  ...projections,
  ...denseParameters(`${prefix}.attention.output.dense`, H, H),
  ...layerNormParameters(`${prefix}.attention.output.LayerNorm`, H),
  ...denseParameters(`${prefix}.intermediate.dense`, I, H),
  ...denseParameters(`${prefix}.output.dense`, H, I),
  ...layerNormParameters(`${prefix}.output.LayerNorm`, H),
];

/**
 * The part of a transformer layer that follows attention, with normalization after each residual sum (BertLayer):
 * `residual` [batch, n, hidden] and the attention's context [batch*n, hidden] → [batch, n, hidden].
 */
export function postNormLayer(
  builder: GraphBuilder,
  sizes: PostNormSizes,
  { prefix, site }: { readonly prefix: string; readonly site: string },
  residual: Tensor,
  context: Tensor,
): Tensor {
  const { hiddenSize: H, layerNormEps, hiddenDropoutProb } = sizes;
  const count = residual.shape[1]!;
  const addAndNorm = (name: string, x: Tensor, to: Tensor): Tensor => {
    const projected = dense(builder, `${prefix}.${name}.dense`, x);
    const dropped = builder.dropout(projected, hiddenDropoutProb, `${site}.${name}`);
    return builder.layerNormalization(add(dropped, to), `${prefix}.${name}.LayerNorm`, layerNormEps);
  };
  const attended = addAndNorm("attention.output", context, reshape(residual, [product(["batch", count]), H]));
  const wide = dense(builder, `${prefix}.intermediate.dense`, attended);
  const output = addAndNorm("output", builder.checkpointSegment(wide, gelu(wide)), attended);
  return reshape(output, ["batch", count, H]);
}
