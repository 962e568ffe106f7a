import type { ManifestFacts } from "../../src/model/folder.ts";

/** What a model folder of a test says of itself, where that does not matter. */
export const manifestFacts = (id2label: readonly string[], changes: Partial<ManifestFacts> = {}): ManifestFacts => ({
  createdWith: { relata: "0.1.0", onnxruntime: "1.30.0" },
  encoding: "pair",
  markers: "plain",
  labels: { noRelationLabel: "NO_REL", id2label },
  pairFeatures: "states",
  schema: null,
  entityTypes: [],
  maxLength: 64,
  protocol: "none",
  data: [],
  settings: {},
  scores: null,
  baselines: null,
  step: 0,
  ...changes,
});
