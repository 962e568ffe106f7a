import { UsageError } from "../errors.ts";
import { isOfAdapter, withLoraParameters } from "../nn/lora.ts";
import type { ParameterSpec } from "../nn/parameters.ts";
import { plural } from "../quote.ts";
import { classifierParameters, type ClassifierShape } from "./classifier.ts";

/** The settings that say which layers of the encoder learn, and how fast. */
export interface LayerSettings {
  readonly freezeLayers?: number | undefined;
  readonly layerDecay?: number | undefined;
}

/** Returns the number of the layer in a weight's name, from 0 on; undefined for weights outside of the layers. */
export function layerOf(name: string): number | undefined {
  const found = /\.layers?\.(\d+)\./.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * Finds the depth of each weight of an encoder: 0 for embeddings, i + 1 in layer i, infinity for what follows the last
 * layer. `specs` are in the order in which a text passes them.
 */
export function depthsOf(specs: readonly ParameterSpec[]): ReadonlyMap<string, number> {
  let isBelow = true;
  const depths = specs.map(({ name }): [string, number] => {
    const layer = layerOf(name);
    if (layer !== undefined) isBelow = false;
    return [name, layer === undefined ? (isBelow ? 0 : Infinity) : layer + 1];
  });
  return new Map(depths);
}

/** @throws UsageError for settings that do nothing for a model of this size */
export function requireLayers(name: string, layers: number, { freezeLayers, layerDecay }: LayerSettings): void {
  if (freezeLayers !== undefined && freezeLayers > layers) {
    throw new UsageError(
      `--freeze-layers: ${name} has ${plural(layers, "layer")}; found ${freezeLayers}. Give ${layers} to train the head alone.`,
    );
  }
  if (layerDecay !== undefined && freezeLayers !== undefined && freezeLayers >= layers - 1) {
    throw new UsageError(
      `--layer-decay does nothing with --freeze-layers ${freezeLayers}: ${name} has ${plural(layers, "layer")}, so that no ` +
        "layer below the last learns. Leave out one of the two.",
    );
  }
}

/**
 * Lists a classifier's weights as the settings let them learn: those of frozen layers and of what is below them do not,
 * the others at D^(L−i) times the learning rate in layer i of L; the head learns as it does without the settings. Of an
 * encoder with an adapter, only the adapter learns, and what starts anew with the head.
 */
export function learningParameters(
  shape: ClassifierShape,
  { freezeLayers, layerDecay }: LayerSettings,
): ParameterSpec[] {
  const { encoder, config, lora } = shape;
  const layers = config.numHiddenLayers;
  const depths = depthsOf(withLoraParameters(encoder.parameters(config), lora));
  return classifierParameters(shape).map((spec) => {
    const depth = depths.get(spec.name);
    if (depth === undefined) return spec;
    if (freezeLayers !== undefined && depth <= freezeLayers) return { ...spec, trainable: false };
    if (lora && !spec.isOfHead && !isOfAdapter(spec.name)) return { ...spec, trainable: false };
    if (layerDecay === undefined || spec.isOfHead) return spec;
    return { ...spec, rateFactor: layerDecay ** Math.max(0, layers - depth) };
  });
}
