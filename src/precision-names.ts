/** The values of `--precision`: the numbers that the products of training multiply. */
export const precisionNames = ["fp32", "fp16", "bf16"] as const;
export type Precision = (typeof precisionNames)[number];
