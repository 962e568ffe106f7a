import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { InputMissingError, UsageError } from "../errors.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import { readManifest } from "./read-manifest.ts";
import type { RelataManifest } from "./manifest.ts";
import { openModelFolder, saveModelFolder, updateModelFolder } from "./folder.ts";
import type { ModelFolderParts } from "./folder.ts";
import { writeSafetensors } from "./weights/safetensors/write.ts";
import type { Weight, Weights } from "./weights/tensor.ts";
import { readWeight } from "./weights/read-weights.ts";

const root = mkdtempSync(join(tmpdir(), "relata-model-"));
const folder = join(root, "model");
const inFolder = (name: string): string => join(folder, name);
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

const weightsOf = (value: number): Weights =>
  new Map([["classifier.weight", { shape: [2, 4], data: new Float32Array(8).fill(value) }]]);

const parts = (changes: Partial<ModelFolderParts> = {}): ModelFolderParts => ({
  files: {
    "config.json": '{"model_type":"luke"}\n',
    "vocab.json": "{}\n",
    "merges.txt": "#version: 0.2\n",
    "README.md": "---\nlibrary_name: relata\n---\n",
  },
  weights: weightsOf(1),
  manifest: {
    createdWith: { relata: "0.1.0", onnxruntime: "1.30.0" },
    task: { name: "relations", encoding: "pair", markers: "plain", pairFeatures: "states", schema: null },
    labels: { noRelationLabel: "NO_REL", id2label: ["NO_REL", "WHO_DO"] },
    entityTypes: ["WHO", "DO"],
    maxLength: 128,
    protocol: "micro F1 without NO_REL",
    data: [{ path: "annotations.jsonlines", sha256: "0".repeat(64), documents: 3 }],
    settings: { epochs: 1 },
    scores: null,
    step: 10,
  },
  ...changes,
});

/** A weight that cannot be written, as if the process died there. */
const fatal: Weight = {
  shape: [1],
  get data(): Float32Array {
    throw new Error("killed");
  },
};

async function firstWeight(): Promise<number> {
  const model = await openModelFolder(folder);
  try {
    return (await model.weights.read("classifier.weight"))[0]!;
  } finally {
    await model.close();
  }
}

describe("a saved model", () => {
  it("opens with all that was saved", async () => {
    const manifest = await saveModelFolder(folder, parts());
    expect(readdirSync(folder).sort()).toEqual([
      "README.md",
      "config.json",
      "merges.txt",
      "model.safetensors",
      "relata.json",
      "vocab.json",
    ]);
    const model = await openModelFolder(folder);
    expect(model.manifest).toEqual(manifest);
    expect(model.manifest?.files["vocab.json"]?.bytes).toBe(3);
    expect(await readWeight(model.weights, "classifier.weight")).toEqual(weightsOf(1).get("classifier.weight")!.data);
    expect(await model.readText("merges.txt")).toBe("#version: 0.2\n");
    expect(await model.has("merges.txt")).toBe(true);
    expect(await model.has("entity_vocab.json")).toBe(false);
    await expect(model.readText("entity_vocab.json")).rejects.toThrow(InputMissingError);
    await model.close();
  });

  it("is the same bytes when saved again", async () => {
    await saveModelFolder(folder, parts());
    renameSync(folder, join(root, "again"));
    mkdirSync(folder);
    await saveModelFolder(folder, parts());
    for (const name of readdirSync(folder)) {
      expect(readFileSync(inFolder(name))).toEqual(readFileSync(join(root, "again", name)));
    }
  });

  it("may have its README, report and metrics changed, and more files added", async () => {
    await saveModelFolder(folder, parts());
    writeFileSync(inFolder("README.md"), "license: mit");
    writeFileSync(inFolder("report.html"), "<p>");
    writeFileSync(inFolder("metrics.jsonl"), "{}\n");
    expect(await firstWeight()).toBe(1);
  });

  it("takes no file name that leads elsewhere or is its own", async () => {
    for (const name of ["../escaped", "a/b", "..", "", "relata.json", "model.safetensors"]) {
      await expect(saveModelFolder(folder, parts({ files: { [name]: "x" } }))).rejects.toThrow(TypeError);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("opening what is not whole", () => {
  it("says that a folder does not exist or is a file", async () => {
    await expect(openModelFolder(join(root, "absent"))).rejects.toThrow(InputMissingError);
    writeFileSync(join(root, "file"), "");
    await expect(openModelFolder(join(root, "file"))).rejects.toThrow("expected a folder, found a file");
  });

  it("names every file that is missing or differs", async () => {
    await saveModelFolder(folder, parts());
    rmSync(inFolder("vocab.json"));
    writeFileSync(inFolder("merges.txt"), "#version: 0.3\n");
    truncateSync(inFolder("model.safetensors"), 20);
    const refused = openModelFolder(folder);
    await expect(refused).rejects.toThrow(CheckpointError);
    await expect(refused).rejects.toThrow("vocab.json is missing");
    await expect(refused).rejects.toThrow("merges.txt has other content");
    await expect(refused).rejects.toThrow("model.safetensors has 20 bytes instead of");
  });

  it("compares only sizes when asked to be quick", async () => {
    await saveModelFolder(folder, parts());
    writeFileSync(inFolder("merges.txt"), "#version: 0.3\n");
    await (await openModelFolder(folder, { verify: false })).close();
    rmSync(inFolder("merges.txt"));
    await expect(openModelFolder(folder, { verify: false })).rejects.toThrow("merges.txt is missing");
  });

  it("opens a folder of transformers, which has no manifest", async () => {
    writeFileSync(inFolder("config.json"), "{}");
    await writeSafetensors(inFolder("model.safetensors"), weightsOf(3));
    const model = await openModelFolder(folder);
    expect(model.manifest).toBeNull();
    await model.close();
  });

  it("names what a folder of transformers lacks", async () => {
    await expect(openModelFolder(folder)).rejects.toThrow("expected a model folder, found an empty folder");
    writeFileSync(inFolder("notes.txt"), "");
    await expect(openModelFolder(folder)).rejects.toThrow("no config.json and no model.safetensors");
    writeFileSync(inFolder("config.json"), "{}");
    await expect(openModelFolder(folder)).rejects.toThrow("found no model.safetensors");
  });

  const breakings: [what: string, change: (manifest: Record<string, unknown>) => unknown, message: string][] = [
    ["another version", (m) => ({ ...m, version: 3 }), "in version: this Relata reads versions 1 and 2"],
    ["a missing field", (m) => ({ ...m, labels: undefined }), "in labels"],
    ["an unknown field", (m) => ({ ...m, surprise: 1 }), "surprise"],
    [
      "a file elsewhere",
      (m) => ({ ...m, files: { "../../etc/passwd": { bytes: 1, sha256: "0".repeat(64) } } }),
      "in files",
    ],
    ["no weights", (m) => ({ ...m, files: {} }), "no config.json in relata.json; no model.safetensors in relata.json"],
    [
      "a label twice",
      (m) => ({ ...m, labels: { noRelationLabel: "A", id2label: ["A", "A"] } }),
      "in labels: a label stands twice",
    ],
    [
      "a strange label",
      (m) => ({ ...m, labels: { noRelationLabel: "B", id2label: ["A"] } }),
      "in labels: noRelationLabel",
    ],
    ["a list", () => [], "expected an object"],
  ];
  it.each(breakings)("refuses a manifest with %s", async (_, change, message) => {
    await saveModelFolder(folder, parts());
    const manifest: Record<string, unknown> = { ...(await readManifest(inFolder("relata.json"))) };
    writeFileSync(inFolder("relata.json"), JSON.stringify(change(manifest)));
    const refused = openModelFolder(folder);
    await expect(refused).rejects.toThrow(CheckpointError);
    await expect(refused).rejects.toThrow(message);
  });

  it("refuses a manifest that is cut off", async () => {
    await saveModelFolder(folder, parts());
    truncateSync(inFolder("relata.json"), 100);
    await expect(openModelFolder(folder)).rejects.toThrow(CheckpointError);
  });

  it("refuses weights that are not finite numbers", async () => {
    await saveModelFolder(folder, parts({ weights: weightsOf(NaN) }));
    const model = await openModelFolder(folder);
    await expect(readWeight(model.weights, "classifier.weight")).rejects.toThrow(/"classifier.weight".*NaN at 0/);
    await model.close();
  });
});

describe("saving into a folder", () => {
  it("that holds a model is refused, and changes nothing", async () => {
    await saveModelFolder(folder, parts());
    const refused = saveModelFolder(folder, parts({ weights: weightsOf(2) }));
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("--overwrite");
    expect(await firstWeight()).toBe(1);
  });

  it("leaves a folder that is plainly not whole when it is cut off at the weights", async () => {
    const dying = saveModelFolder(folder, parts({ weights: new Map([["a", fatal]]) }));
    await expect(dying).rejects.toThrow("killed");
    expect(existsSync(inFolder("model.safetensors"))).toBe(false);
    expect(existsSync(inFolder("relata.json"))).toBe(false);
    await expect(openModelFolder(folder)).rejects.toThrow("found no model.safetensors");
    await saveModelFolder(folder, parts({ weights: weightsOf(2) }));
    expect(await firstWeight()).toBe(2);
  });
});

describe("updateModelFolder", () => {
  it("replaces weights and manifest, and nothing else", async () => {
    const former = await saveModelFolder(folder, parts());
    const manifest = await updateModelFolder(folder, {
      weights: weightsOf(2),
      manifest: { step: 20, scores: { f1: 0.5 } },
    });
    expect(await firstWeight()).toBe(2);
    const changed: RelataManifest = { ...former, step: 20, scores: { f1: 0.5 }, files: manifest.files };
    expect(await readManifest(inFolder("relata.json"))).toEqual(changed);
    expect({ ...manifest.files, "model.safetensors": null }).toEqual({ ...former.files, "model.safetensors": null });
    expect(existsSync(inFolder("relata.next.json"))).toBe(false);
  });

  it("leaves the old model when the new weights cannot be written", async () => {
    await saveModelFolder(folder, parts());
    await expect(updateModelFolder(folder, { weights: new Map([["a", fatal]]) })).rejects.toThrow("killed");
    expect(await firstWeight()).toBe(1);
  });

  it("leaves the old model or the new, wherever it is cut off", async () => {
    await saveModelFolder(folder, parts());
    for (const name of ["model.safetensors", "relata.json"]) copyFileSync(inFolder(name), inFolder(`old.${name}`));
    await updateModelFolder(folder, { weights: weightsOf(2), manifest: { step: 20 } });
    copyFileSync(inFolder("relata.json"), inFolder("relata.next.json"));
    copyFileSync(inFolder("model.safetensors"), inFolder("new.model.safetensors"));

    renameSync(inFolder("old.relata.json"), inFolder("relata.json")); // after the weights, before the manifest
    expect(await firstWeight()).toBe(2);
    await expect(openModelFolder(folder, { verify: false }).then(stepOf)).resolves.toBe(20);

    renameSync(inFolder("old.model.safetensors"), inFolder("model.safetensors")); // before the weights
    expect(await firstWeight()).toBe(1);
    await expect(openModelFolder(folder).then(stepOf)).resolves.toBe(10);
    await updateModelFolder(folder, { weights: weightsOf(3), manifest: { step: 30 } });
    expect(await firstWeight()).toBe(3);
  });

  it("asks for a model to update", async () => {
    await expect(updateModelFolder(folder, { weights: weightsOf(1) })).rejects.toThrow(InputMissingError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

async function stepOf(model: Awaited<ReturnType<typeof openModelFolder>>): Promise<number | undefined> {
  await model.close();
  return model.manifest?.step;
}
