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

/** The names of the parts of a layer that follow attention, behind that of the layer. */
export interface PostNormNames {
  readonly attentionDense: string;
  readonly attentionNorm: string;
  /** The dense layer to the intermediate size. */
  readonly wideDense: string;
  readonly outputDense: string;
  readonly outputNorm: string;
}

const bertNames: PostNormNames = {
  attentionDense: "attention.output.dense",
  attentionNorm: "attention.output.LayerNorm",
  wideDense: "intermediate.dense",
  outputDense: "output.dense",
  outputNorm: "output.LayerNorm",
};

/** Lists the weights of a layer: `projections` of its attention, then all that follows attention, by default as BERT names it. */
export const postNormParameters = (
  prefix: string,
  { hiddenSize: H, intermediateSize: I }: PostNormSizes,
  projections: readonly ParameterSpec[],
  names: PostNormNames = bertNames,
): ParameterSpec[] => [
  ...projections,
  ...denseParameters(`${prefix}.${names.attentionDense}`, H, H),
  ...layerNormParameters(`${prefix}.${names.attentionNorm}`, H),
  ...denseParameters(`${prefix}.${names.wideDense}`, I, H),
  ...denseParameters(`${prefix}.${names.outputDense}`, H, I),
  ...layerNormParameters(`${prefix}.${names.outputNorm}`, H),
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
  names: PostNormNames = bertNames,
): Tensor {
  const { hiddenSize: H, layerNormEps, hiddenDropoutProb } = sizes;
  const count = residual.shape[1]!;
  const addAndNorm = (place: "attention" | "output", dropoutSite: string, x: Tensor, to: Tensor): Tensor => {
    const projected = dense(builder, `${prefix}.${names[`${place}Dense`]}`, x);
    const dropped = builder.dropout(projected, hiddenDropoutProb, `${site}.${dropoutSite}`);
    return builder.layerNormalization(add(dropped, to), `${prefix}.${names[`${place}Norm`]}`, layerNormEps);
  };
  const flat = reshape(residual, [product(["batch", count]), H]);
  const attended = addAndNorm("attention", "attention.output", context, flat);
  const wide = dense(builder, `${prefix}.${names.wideDense}`, attended);
  const output = addAndNorm("output", "output", builder.checkpointSegment(wide, gelu(wide)), attended);
  return reshape(output, ["batch", count, H]);
}
