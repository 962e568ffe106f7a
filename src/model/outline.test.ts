import { describe, expect, test } from "vitest";
import { manifestFacts } from "../../test/support/manifest-facts.ts";
import type { RelataManifest } from "./manifest.ts";
import type { TensorFile } from "./weights/tensor-file.ts";
import type { ModelConfig } from "../model/config-file.ts";
import { lukeMini } from "../model/encoders/luke/config.ts";
import { luke } from "./encoders/luke/luke-encoder.ts";
import { outlineOf, type Outline } from "./outline.ts";

const config = { ...lukeMini(300, 4), hiddenSize: 16 };

/** The outline of a file with these tensors, by shape. */
function outline(
  model: Partial<ModelConfig>,
  tensors: Record<string, readonly number[]>,
  manifest: RelataManifest | null = null,
): Outline {
  const weights: Pick<TensorFile, "has" | "info"> = {
    has: (name) => name in tensors,
    info: (name) => ({ dtype: "F32", shape: tensors[name]!, bytes: 0 }),
  };
  return outlineOf(
    { encoder: luke, architecture: undefined, config, id2label: ["A", "B", "C"], isMultiLabel: false, ...model },
    weights,
    manifest,
  );
}
const classifier = ({ parameters }: Outline): (readonly [string, readonly number[]])[] =>
  parameters.filter(({ name }) => name.startsWith("classifier.")).map(({ name, shape }) => [name, shape]);

describe("outlineOf", () => {
  test.each([
    ["entity", 16],
    ["pair", 32],
    ["span", 48],
  ])("knows the head %s by its width where config.json names no class", (name, width) => {
    expect(outline({}, { "classifier.weight": [3, width] }).head?.name).toBe(name);
  });

  test("believes config.json where it names a class", () => {
    const tensors = { "classifier.weight": [3, 16] };
    expect(outline({ architecture: "LukeForEntityPairClassification" }, tensors).head?.name).toBe("pair");
    expect(outline({ architecture: "LukeForSequenceClassification" }, tensors).head).toBeNull();
  });

  test("believes relata.json where it tells what pairs are classified by", () => {
    const facts = manifestFacts(["A", "B"], {}, { pairFeatures: "distance" });
    const { head, parameters } = outline({}, {}, { ...facts, version: 2, files: {} });
    expect(head?.terms?.map(({ name }) => name)).toEqual(["distance"]);
    expect(parameters.map(({ name }) => name)).toContain("pair_distance_classifier.weight");
  });

  test("has no labels and no classifier without a head", () => {
    const { head, labels, parameters } = outline({ architecture: "LukeModel" }, {});
    expect({ head, labels }).toEqual({ head: null, labels: [] });
    expect(parameters.every(({ name }) => name.startsWith("luke."))).toBe(true);
  });

  test("gives a pair classifier a bias only where the file has one", () => {
    const weight = { "classifier.weight": [3, 32] };
    expect(classifier(outline({}, weight))).toEqual([["classifier.weight", [3, 32]]]);
    expect(classifier(outline({}, { ...weight, "classifier.bias": [3] }))).toContainEqual(["classifier.bias", [3]]);
  });
});
