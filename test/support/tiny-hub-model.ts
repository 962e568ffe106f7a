// A model as it lies at the hub, with much that Relata does not need, and the pulling of it.
import { createHash } from "node:crypto";
import { pullModel } from "../../src/model/hub/pull.ts";
import type { PullEvent, PulledFolder, PullOptions } from "../../src/model/hub/pull.ts";
import type { HubSettings } from "../../src/model/hub/settings.ts";

/** Bytes without pattern, the same for the same seed. */
export function noise(bytes: number, seed: string): Buffer {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes; start += 64) {
    pieces.push(createHash("sha512").update(`${seed} ${start}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}

export const weightBytes = 2 ** 20;

export const neededFiles: Readonly<Record<string, string | Uint8Array>> = {
  "config.json": '{"model_type":"luke"}\n',
  "vocab.json": '{"a":0}\n',
  "merges.txt": "#version: 0.2\n",
  "entity_vocab.json": JSON.stringify({ "[MASK]": 0, filling: "x".repeat(5_000) }),
  "tokenizer_config.json": "{}\n",
  "special_tokens_map.json": "", // git keeps empty files too
  "model.safetensors": noise(weightBytes, "weights"),
};

export const unneededFiles: Readonly<Record<string, string | Uint8Array>> = {
  "README.md": "# A model\n",
  ".gitattributes": "*.bin lfs\n",
  "pytorch_model.bin": noise(5_000, "torch"),
  "tf_model.h5": noise(5_000, "tensorflow"),
  "model.onnx": noise(5_000, "onnx"),
};

/** Runs a pull to its end. */
export async function pull(
  reference: string,
  options: PullOptions & { readonly onEvent?: (event: PullEvent) => void },
): Promise<{ model: PulledFolder; events: PullEvent[] }> {
  const events: PullEvent[] = [];
  const pulling = pullModel(reference, options);
  for (;;) {
    const { done, value } = await pulling.next();
    if (done) return { model: value, events };
    events.push(value);
    options.onEvent?.(value);
  }
}

export const settingsFor = (endpoint: string, cacheFolder: string): HubSettings => ({
  endpoint,
  token: undefined,
  cacheFolder,
  offline: false,
  timeoutMs: 5_000,
  retryDelayMs: 1,
});
