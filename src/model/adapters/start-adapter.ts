import { UsageError } from "../../errors.ts";
import { isLoraName, loraNames, type Lora } from "../../nn/lora.ts";
import type { Weights } from "../../nn/parameters.ts";
import { tokenRowsName, type TokenRows } from "../../nn/token-rows.ts";
import { random } from "../../random.ts";
import { adapterConfigName } from "../file-names.ts";
import type { Model } from "../model.ts";
import { formatAdapterConfig, peftPrefix } from "./adapter-config.ts";
import { isAdapterFolder, referenceTo, type BaseReference } from "./base.ts";
import { chooseLora } from "./targets.ts";
import type { LoraSettings } from "./settings.ts";

/** The parts of an adapter's folder beside those of any model. */
export interface StartAdapter {
  readonly reference: BaseReference;
  readonly files: Readonly<Record<string, string>>;
}

/** The settings of an adapter, and its base with the folder that it was opened from. */
export interface AdapterRequest extends LoraSettings {
  readonly base: Pick<Model, "tokenizer" | "weights">;
  readonly model: string;
  readonly output: string;
  readonly seed: number;
  readonly freezeLayers?: number | undefined;
  readonly folder: string;
}

/** Adds fresh matrices of an adapter to a model's weights: A uniform in ±1/√inner, B zero, as in PEFT. */
export function addAdapter(weights: Weights, { ranks }: Lora, seed: number): void {
  for (const [name, rank] of ranks) {
    const [out, inner] = weights.get(name)!.shape as [number, number];
    const { a, b } = loraNames(name);
    const stream = random(seed, "init", a);
    const bound = 1 / Math.sqrt(inner);
    const data = Float32Array.from({ length: rank * inner }, () => bound * (2 * stream.next() - 1));
    weights.set(a, { shape: [rank, inner], data });
    weights.set(b, { shape: [out, rank], data: new Float32Array(out * rank) });
  }
}

/**
 * Moves the rows of new tokens out of a model's table of words, which is that of its base again.
 * @returns those rows; undefined if the vocabulary is that of the base
 */
function moveTokenRows(
  { encoder, tokenizer, weights: given }: Model,
  base: AdapterRequest["base"],
  weights: Weights,
): TokenRows | undefined {
  const { wordTable: table } = encoder;
  const first = base.tokenizer.words.vocabSize;
  const count = tokenizer.words.vocabSize - first;
  if (count === 0) return undefined;
  const { shape, data } = given.get(table)!;
  const width = shape[1]!;
  const ofBase = base.weights.get(table)!;
  weights.set(table, ofBase);
  const own = data.slice(first * width, (first + count) * width);
  weights.set(tokenRowsName(table), { shape: [count, width], data: own });
  return { table, ids: Array.from({ length: count }, (_, i) => first + i), baseRows: ofBase.shape[0]! };
}

/**
 * Puts a fresh adapter on a model, which changes no answer at first. It holds the rows of tokens that its base does not have.
 * @throws UsageError if there is nothing to adapt, or the model is an adapter itself
 */
export async function withAdapter<Start extends Model & { readonly name: string }>(
  model: Start,
  request: AdapterRequest,
): Promise<Start & { readonly lora: Lora; readonly adapter: StartAdapter }> {
  const { base, folder, output, seed } = request;
  if (await isAdapterFolder(folder)) {
    throw new UsageError(
      `--lora: ${model.name} is an adapter itself. Merge it first: relata model export ${model.name} FOLDER --format safetensors`,
    );
  }
  const dense = chooseLora(model, request);
  const reference = await referenceTo(request.model, folder, output);
  const weights: Weights = new Map(model.weights);
  const lora: Lora = { ...dense.lora, tokens: moveTokenRows(model, base, weights) };
  addAdapter(weights, lora, seed);
  const chosen = { ...dense, lora };
  const config = formatAdapterConfig(model, { base: reference.base, head: model.head.name, chosen });
  return { ...model, weights, lora, adapter: { reference, files: { [adapterConfigName]: config } } };
}

/**
 * Picks the tensors of adapter_model.safetensors, under PEFT's names: A and B, rows of new tokens, the head, and the table of
 * entities, which is not the base's: entities that no answer reads are left out of it, and those of types are new.
 */
export function adapterTensors({ encoder, config, weights }: Pick<Model, "encoder" | "config" | "weights">): Weights {
  const ofBase = new Set(encoder.parameters(config).map(({ name }) => name));
  return new Map(
    [...weights]
      .filter(([name]) => isLoraName(name) || !ofBase.has(name) || name === encoder.entityTable)
      .map(([name, weight]) => [peftPrefix + name, weight]),
  );
}
