import {
  add,
  constant,
  input,
  layerNormalization,
  mul,
  standardize,
  type Dim,
  type Segment,
  type Tensor,
} from "../autodiff/index.ts";
import { formatShape } from "../autodiff/dims.ts";
import { loraNames, mergedMatrix, type AdaptedMatrix, type Lora } from "./lora.ts";
import type { ParameterSpec } from "./parameters.ts";
import { tokenRowsName, type TokenRows } from "./token-rows.ts";

/** A place where training drops values: the graph input that takes the mask, 0 or 1/(1-p) per element. */
export interface DropoutSite {
  readonly mask: Tensor;
  readonly name: string;
  readonly probability: number;
}

/** One look-up in an embedding table: the rows taken, and the graph input with their indices. */
export interface Lookup {
  readonly rows: Tensor;
  readonly indices: string;
}

/**
 * Collects the inputs of a model's graph while it is built: weights under their names, dropout masks, table look-ups.
 * With `training` false, dropout is the identity.
 */
export class GraphBuilder {
  readonly parameters: Map<string, Tensor> = new Map();
  readonly dropoutSites: DropoutSite[] = [];
  readonly lookups: Map<string, Lookup[]> = new Map();
  readonly inputs: Tensor[] = [];
  /** The layers, which can be recomputed from their inputs (activation checkpointing). */
  readonly layers: Segment[] = [];
  /** Values that are cheap to recompute. */
  readonly checkpointSegments: Segment[] = [];
  readonly training: boolean;
  readonly #specs: ReadonlyMap<string, ParameterSpec>;
  readonly #inputs = new Map<string, Tensor>();
  readonly #lora: Lora | undefined;
  readonly #merged = new Map<string, Tensor>();

  /** @param lora the adapter, whose matrices are among `specs` */
  constructor(specs: readonly ParameterSpec[], training: boolean, lora?: Lora) {
    this.#lora = lora;
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.training = training;
  }

  /** Declares an input that is fed at every run, part of the batch; the same name gives the same tensor. */
  input(name: string, shape: readonly Dim[], dtype: Tensor["dtype"]): Tensor {
    const known = this.#inputs.get(name);
    if (known) return known;
    const tensor = input(name, shape, dtype);
    this.#inputs.set(name, tensor);
    this.inputs.push(tensor);
    return tensor;
  }

  /**
   * Returns the weight of this name, its adapter added if it has one.
   * @throws if the model has no such weight: the specs and the graph must agree.
   */
  parameter(name: string): Tensor {
    const adapted = this.adapted(name);
    if (!adapted) return this.#stored(name);
    const merged = this.#merged.get(name) ?? mergedMatrix(adapted);
    this.#merged.set(name, merged);
    return merged;
  }

  /** Returns a matrix and its adapter side by side, if it has one. */
  adapted(name: string): AdaptedMatrix | undefined {
    if (!this.#lora?.ranks.has(name)) return undefined;
    const { a, b } = loraNames(name);
    const { scaling } = this.#lora;
    return { weight: this.#stored(name), a: this.#stored(a), b: this.#stored(b), scaling };
  }

  /** Returns the rows that an adapter has in the place of those of this table, if it has such. */
  ownRows(table: string): { readonly own: Tensor; readonly tokens: TokenRows } | undefined {
    const tokens = this.#lora?.tokens;
    return tokens?.table === table ? { own: this.#stored(tokenRowsName(table)), tokens } : undefined;
  }

  #stored(name: string): Tensor {
    const known = this.parameters.get(name);
    if (known) return known;
    const spec = this.#specs.get(name);
    if (!spec) throw new Error(`internal: the graph reads "${name}", which is not among the model's parameters`);
    const tensor = input(name, spec.shape);
    this.parameters.set(name, tensor);
    return tensor;
  }

  hasParameter(name: string): boolean {
    return this.#specs.has(name);
  }

  /** Notes that `rows` were read from a table, so that its gradient can stay as rows instead of a whole table. */
  recordLookup(parameter: string, rows: Tensor, indices: string): void {
    this.lookups.set(parameter, [...(this.lookups.get(parameter) ?? []), { rows, indices }]);
  }

  /**
   * Adds layer normalization (`layerNormalization`), with a bias if the model has one; for training in two parts, since
   * gradients need only the first.
   */
  layerNormalization(x: Tensor, name: string, epsilon: number): Tensor {
    const gain = this.parameter(`${name}.weight`);
    const bias = this.hasParameter(`${name}.bias`) ? this.parameter(`${name}.bias`) : undefined;
    if (!this.training) return layerNormalization(x, gain, bias ?? zerosOf(gain), epsilon);
    const standard = standardize(x, epsilon);
    const scaled = mul(standard, gain);
    return this.checkpointSegment(standard, bias ? add(scaled, bias) : scaled);
  }

  /** Notes that gradients need not keep `output`, since it is cheap to recompute from `input`; returns it. */
  checkpointSegment(input: Tensor, output: Tensor): Tensor {
    this.checkpointSegments.push({ input, output, keepsOutput: false });
    return output;
  }

  /** Adds inverted dropout. The mask is made outside, from the seed, so that a run can be repeated and resumed. */
  dropout(x: Tensor, probability: number, name: string): Tensor {
    if (!this.training || probability === 0) return x;
    const mask = input(`dropout.${name}`, x.shape);
    if (this.dropoutSites.some((site) => site.name === name)) {
      throw new Error(`internal: two dropout sites are named "${name}" (${formatShape(x.shape)})`);
    }
    this.dropoutSites.push({ mask, name, probability });
    return this.checkpointSegment(x, mul(x, mask));
  }
}

/** Zeros in the shape of a vector of known size. */
const zerosOf = ({ shape }: Tensor): Tensor =>
  constant(
    Array.from({ length: Number(shape[0]) }, () => 0),
    shape,
  );
