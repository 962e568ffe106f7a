/**
 * Every op there is. test/op-gradients.test.ts fails for one that none of its rows reaches; those without a gradient are
 * listed apart.
 */
export const opNames = [
  "add",
  "concat",
  "div",
  "erf",
  "exp",
  "expand",
  "gather",
  "gelu",
  "layerNormalization",
  "linear",
  "logSoftmax",
  "matMul",
  "mul",
  "neg",
  "reduceMean",
  "reduceSum",
  "reshape",
  "scatterAdd",
  "scaledMatMul",
  "sigmoid",
  "softmax",
  "softplus",
  "split",
  "sqrt",
  "standardize",
  "sub",
  "tanh",
  "transpose",
] as const;

/** Ops through which no gradient flows: of integers, of shapes, of rounded numbers, or for prediction alone. */
export const opNamesWithoutGradient = [
  "cast",
  "cumSum",
  "dynamicQuantizeLinear",
  "equal",
  "firstSlots",
  "greaterOrEqual",
  "matMulInteger",
  "max",
  "zeros",
] as const;

export type OpName = (typeof opNames)[number] | (typeof opNamesWithoutGradient)[number];
