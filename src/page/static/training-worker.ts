import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { drain, givenDevice, openBrowserGpu, trainInTab } from "../../browser-training.ts";
import type { FromTraining, ToTraining } from "./messages.ts";
import { createSession, loadGpuRuntime, onnxruntime } from "./sessions.ts";

/** Trains luke-mini on a thread of the browser, so that the page stays quick. */

const thread = globalThis as unknown as {
  postMessage: (message: FromTraining) => void;
  addEventListener: (name: "message", take: (event: { readonly data: ToTraining }) => void) => void;
};

let isStopped = false;

thread.addEventListener("message", ({ data }) => {
  if (data.kind === "stop") {
    isStopped = true;
    return;
  }
  train(data).catch((error: unknown) =>
    thread.postMessage({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});

/** Lets messages in: a session computes within its call, and the promises between two calls come before any message. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function train({ run, relata, processor }: Extract<ToTraining, { kind: "train" }>): Promise<void> {
  const device =
    processor === "gpu" ? await openBrowserGpu(await loadGpuRuntime()) : givenDevice("browser", createSession);
  const training = trainInTab({
    ...run,
    device,
    createdWith: { relata, onnxruntime },
    digest: (bytes) => bytesToHex(sha256(bytes)),
    shouldStop: () => isStopped,
  });
  const trained = await drain(training, (event) => {
    thread.postMessage({ kind: "event", event });
    return breath();
  });
  await device.dispose?.();
  thread.postMessage({ kind: "trained", trained });
}
