import {
  add,
  exp,
  log,
  logSoftmax,
  mul,
  neg,
  reduceSum,
  scalar,
  softmax,
  softplus,
  sub,
  type Tensor,
} from "../autodiff/index.ts";

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

/** Keeps 1 − p above zero, whose power would have no gradient there; it changes a loss by less than float32 shows. */
const epsilon = 1e-6;

/**
 * Cross entropy with the focal factor (1 − p)^γ of each label's own probability p (Lin et al. 2017), which takes weight
 * from what the model is sure of: −Σ targets ⊙ (1 − softmax(logits))^γ ⊙ log softmax(logits).
 */
export function focalCrossEntropy(logits: Tensor, targets: Tensor, gamma: number): Tensor {
  const unsure = sub(scalar(1 + epsilon), softmax(logits));
  const factor = exp(mul(log(unsure), scalar(gamma)));
  return neg(reduceSum(mul(targets, mul(factor, logSoftmax(logits)))));
}

/**
 * Binary cross entropy with the focal factor, as torchvision's `sigmoid_focal_loss`: σ(−z)^γ where a label holds and σ(z)^γ
 * where it does not, as exponentials of −γ softplus(±z).
 */
export function focalBceWithLogits(logits: Tensor, targets: Tensor, weights: Tensor, gamma: number): Tensor {
  const [ofAbsent, ofPresent] = [softplus(logits), softplus(neg(logits))];
  const factor = (of: Tensor): Tensor => exp(mul(of, scalar(-gamma)));
  const present = mul(targets, mul(factor(ofAbsent), ofPresent));
  const absent = mul(sub(scalar(1), targets), mul(factor(ofPresent), ofAbsent));
  return reduceSum(mul(weights, add(present, absent)));
}
