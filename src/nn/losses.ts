import { add, logSoftmax, mul, neg, reduceSum, scalar, softplus, sub, type Tensor } from "../autodiff/index.ts";

/**
 * Cross entropy, −Σ targets ⊙ log softmax(logits). `targets` [rows, labels] carries everything else: one-hot labels
 * divided by the number of rows give the mean; class weights, label smoothing and ignored rows are expressed there too.
 */
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  neg(reduceSum(mul(targets, logSoftmax(logits))));

/**
 * Binary cross entropy of each label on its own, −Σ weights ⊙ (y ⊙ log σ(z) + (1−y) ⊙ log(1 − σ(z))), with
 * −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(z): no term is the difference of large numbers. `targets` y and
 * `weights` are [rows, labels]; weights of 1/(rows*labels) give the mean.
 */
export function bceWithLogits(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const present = mul(targets, softplus(neg(logits)));
  const absent = mul(sub(scalar(1), targets), softplus(logits));
  return reduceSum(mul(weights, add(present, absent)));
}
