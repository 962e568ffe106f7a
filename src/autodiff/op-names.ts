/**
 * Lists every op. test/op-gradients.test.ts fails for an op that none of its rows reaches; ops without a gradient have
 * a list of their own.
 */
export const opNames = [
  "add",
  "concat",
  "cumSum",
  "div",
  "erf",
  "exp",
  "expand",
  "gather",
  "gelu",
  "layerNormalization",
  "linear",
  "log",
  "logSoftmax",
  "matMul",
  "mul",
  "neg",
  "reduceMean",
  "reduceSum",
  "reshape",
  "rotate",
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

/** Ops through which no gradient flows: they work on integers, shapes or rounded numbers, or serve prediction alone. */
export const opNamesWithoutGradient = [
  "cast",
  "dynamicQuantizeLinear",
  "equal",
  "firstSlots",
  "greaterOrEqual",
  "matMulInteger",
  "max",
  "slice",
  "zeros",
] as const;

export type OpName = (typeof opNames)[number] | (typeof opNamesWithoutGradient)[number];
