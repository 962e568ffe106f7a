import type { ManifestFacts } from "../../src/model/folder.ts";

/** The facts of a model folder in a test that is about something else; `task` are changes to its part of relations. */
export const manifestFacts = (
  id2label: readonly string[],
  changes: Partial<ManifestFacts> = {},
  task: Readonly<Record<string, unknown>> = {},
): ManifestFacts => ({
  createdWith: { relata: "0.1.0", onnxruntime: "1.30.0" },
  task: {
    name: "relations",
    encoding: "pair",
    markers: "plain",
    pairFeatures: "states",
    schema: null,
    baselines: null,
    ...task,
  },
  labels: { noRelationLabel: "NO_REL", id2label },
  entityTypes: [],
  maxLength: 64,
  protocol: "none",
  data: [],
  settings: {},
  scores: null,
  step: 0,
  ...changes,
});
