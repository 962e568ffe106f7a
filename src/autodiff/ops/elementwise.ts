import { broadcastShapes } from "../dims.ts";
import type { OpName } from "../op-names.ts";
import { apply1 } from "../apply.ts";
import { scalar, type Op, type Tensor } from "../tensor.ts";

type Unary = readonly [x: Tensor];
type Binary = readonly [a: Tensor, b: Tensor];

const unary = (name: OpName, onnx: string, gradient: Op<Unary>["gradient"]): ((x: Tensor) => Tensor) => {
  const op: Op<Unary> = { name, onnx, infer: ([x]) => [{ shape: x.shape, dtype: x.dtype }], gradient };
  return (x) => apply1(op, [x]);
};

const binary = (name: OpName, onnx: string, gradient: Op<Binary>["gradient"]): ((a: Tensor, b: Tensor) => Tensor) => {
  const op: Op<Binary> = {
    name,
    onnx,
    infer: ([a, b]) => [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: a.dtype }],
    gradient,
  };
  return (a, b) => apply1(op, [a, b]);
};

/** y = −x;  dx = −dy */
export const neg: (x: Tensor) => Tensor = unary("neg", "Neg", ({ dy }) => [neg(dy)]);

/** y = eˣ;  dx = dy ⊙ y */
export const exp: (x: Tensor) => Tensor = unary("exp", "Exp", ({ dy, outputs: [y] }) => [mul(dy, y!)]);

/** y = √x;  dx = dy / 2y */
export const sqrt: (x: Tensor) => Tensor = unary("sqrt", "Sqrt", ({ dy, outputs: [y] }) => [
  div(dy, mul(scalar(2), y!)),
]);

/** y = ln x;  dx = dy / x */
export const log: (x: Tensor) => Tensor = unary("log", "Log", ({ dy, inputs: [x] }) => [div(dy, x)]);

/** y = tanh x;  dx = dy ⊙ (1 − y²) */
export const tanh: (x: Tensor) => Tensor = unary("tanh", "Tanh", ({ dy, outputs: [y] }) => [
  sub(dy, mul(dy, mul(y!, y!))),
]);

/** y = erf x;  dx = dy ⊙ 2/√π · e^(−x²) */
export const erf: (x: Tensor) => Tensor = unary("erf", "Erf", ({ dy, inputs: [x] }) => [
  mul(dy, mul(scalar(2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))))),
]);

/** y = σ(x) = 1/(1 + e^(−x));  dx = dy ⊙ y ⊙ (1 − y) */
export const sigmoid: (x: Tensor) => Tensor = unary("sigmoid", "Sigmoid", ({ dy, outputs: [y] }) => [
  mul(dy, mul(y!, sub(scalar(1), y!))),
]);

/** y = log(1 + eˣ);  dx = dy ⊙ σ(x) */
export const softplus: (x: Tensor) => Tensor = unary("softplus", "Softplus", ({ dy, inputs: [x] }) => [
  mul(dy, sigmoid(x)),
]);

/**
 * y = x·Φ(x), the exact Gaussian error linear unit (Hendrycks and Gimpel, 2016), not its tanh approximation.
 * Φ(x) = ½(1 + erf(x/√2)), φ(x) = e^(−x²/2)/√(2π);  dx = dy ⊙ (Φ(x) + x·φ(x))
 */
export const gelu: (x: Tensor) => Tensor = unary("gelu", "Gelu", ({ dy, inputs: [x] }) => {
  const cdf = mul(scalar(0.5), add(scalar(1), erf(mul(x, scalar(Math.SQRT1_2)))));
  const pdf = mul(scalar(1 / Math.sqrt(2 * Math.PI)), exp(mul(scalar(-0.5), mul(x, x))));
  return [mul(dy, add(cdf, mul(x, pdf)))];
});

/** y = a + b;  da = db = dy */
export const add: (a: Tensor, b: Tensor) => Tensor = binary("add", "Add", ({ dy }) => [dy, dy]);

/** y = a − b;  da = dy, db = −dy */
export const sub: (a: Tensor, b: Tensor) => Tensor = binary("sub", "Sub", ({ dy }) => [dy, neg(dy)]);

/** y = a ⊙ b;  da = dy ⊙ b, db = dy ⊙ a */
export const mul: (a: Tensor, b: Tensor) => Tensor = binary("mul", "Mul", ({ dy, inputs: [a, b] }) => [
  mul(dy, b),
  mul(dy, a),
]);

/** y = a / b;  da = dy / b, db = −dy ⊙ y / b */
export const div: (a: Tensor, b: Tensor) => Tensor = binary("div", "Div", ({ dy, inputs: [, b], outputs: [y] }) => [
  div(dy, b),
  neg(div(mul(dy, y!), b)),
]);
