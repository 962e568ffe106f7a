import { UsageError } from "../../errors.ts";
import type { Lora } from "../../nn/lora.ts";
import type { ParameterSpec } from "../../nn/parameters.ts";
import type { SizedEncoder } from "../config-file.ts";
import { layerOf } from "../learning-layers.ts";
import type { LoraSettings } from "./settings.ts";

/** The adapter of a run, and how PEFT says which layers it is on. */
export interface ChosenLora {
  readonly lora: Lora;
  readonly rank: number;
  readonly alpha: number;
  /** Ends of the names of modules. */
  readonly targetModules: readonly string[];
  /** The layers that have adapters, if not all. */
  readonly layers: readonly number[] | undefined;
}

type Settings = Omit<LoraSettings, "lora"> & { readonly freezeLayers?: number | undefined };

const moduleOf = (weight: string): string => weight.replace(/\.weight$/, "");
/** The name of a module within its layer: `attention.self.query`. */
const withinLayer = (module: string): string => module.replace(/^.*\.layers?\.\d+\./, "");

/** Lists the matrices of dense layers in an encoder's layers. */
export const denseMatrices = ({ encoder, config }: SizedEncoder): ParameterSpec[] =>
  encoder
    .parameters(config)
    .filter(
      ({ name, shape, trainable }) =>
        trainable !== false && shape.length === 2 && layerOf(name) !== undefined && encoder.isQuantizable(name),
    );

/**
 * Chooses the matrices to adapt: those of layers that are not frozen and whose module's name ends as PEFT's
 * `target_modules` ask for.
 * @throws UsageError for a target that no layer has, a rank beyond the size of a matrix, or frozen layers that leave none
 */
export function chooseLora(
  model: SizedEncoder & { readonly name: string },
  { loraRank: rank = 8, loraAlpha: alpha = 2 * rank, loraTargets = "all-linear", freezeLayers }: Settings,
): ChosenLora {
  const layers = model.config.numHiddenLayers;
  if (freezeLayers === 0)
    throw new UsageError(
      "--freeze-layers 0 does nothing with --lora, which leaves embeddings as they are. Leave it out.",
    );
  if (freezeLayers !== undefined && freezeLayers >= layers) {
    throw new UsageError(
      `--lora does nothing with --freeze-layers ${freezeLayers}: ${model.name} has ${layers} layers, none of which is left to ` +
        "adapt. Leave out one of the two.",
    );
  }
  const all = denseMatrices(model);
  const modules = [...new Set(all.map(({ name }) => withinLayer(moduleOf(name))))];
  const targetModules = loraTargets === "all-linear" ? modules : [...new Set(loraTargets.split(","))].sort();
  const isOf = (target: string, { name }: ParameterSpec): boolean => `.${moduleOf(name)}`.endsWith(`.${target}`);
  for (const target of targetModules) {
    if (all.some((spec) => isOf(target, spec))) continue;
    throw new UsageError(
      `--lora-targets: ${model.name} has no dense layer whose name ends in ${target}. It has ${modules.join(", ")}.`,
    );
  }
  const adapted = all.filter(
    (spec) => layerOf(spec.name)! >= (freezeLayers ?? 0) && targetModules.some((target) => isOf(target, spec)),
  );
  const longest = Math.min(...adapted.flatMap(({ shape }) => shape));
  if (rank > longest)
    throw new UsageError(`--lora-rank: the smallest matrix to adapt has rank ${longest}; found ${rank}.`);
  const first = freezeLayers ?? 0;
  return {
    lora: { scaling: alpha / rank, ranks: new Map(adapted.map(({ name }) => [name, rank])) },
    rank,
    alpha,
    targetModules,
    layers: first === 0 ? undefined : Array.from({ length: layers - first }, (_, i) => first + i),
  };
}
