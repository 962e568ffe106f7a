import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { get, messageOf, post } from "../parts/api.ts";
import { percentOf, said, t } from "../words/language.ts";
import { Curve, type Point } from "./curve.tsx";
import * as store from "./store.ts";

interface Compared {
  readonly label: string;
  readonly support: number;
  readonly old: number;
  readonly new: number;
}

interface Training {
  readonly state: "none" | "running" | "done" | "stopped" | "failed";
  readonly message: string;
  readonly documents: { readonly train: number; readonly heldOut: number };
  readonly loss: readonly Point[];
  readonly f1: readonly Point[];
  readonly totalSteps?: number;
  readonly folder?: string;
  readonly comparison?: {
    readonly heldOut: number;
    readonly old: number;
    readonly new: number;
    readonly perLabel: readonly Compared[];
  };
  readonly isUsed: boolean;
}

const training = signal<Training | undefined>(undefined);
const failure = signal("");

async function follow(): Promise<void> {
  const before = training.value?.state;
  training.value = await get<Training>("/annotate/training");
  if (before === "running" && training.value.state !== "running") said.value = t.value.runEnded;
}

async function ask(path: string, body: unknown): Promise<void> {
  try {
    failure.value = "";
    await post(path, body);
    await follow();
  } catch (error) {
    failure.value = messageOf(error);
  }
}

/** "Train on these": the run with its live curve, then the new model beside the old one. */
export function TrainingPanel(): JSX.Element {
  const words = t.value;
  const [withFormer, setWithFormer] = useState(true);
  useEffect(() => {
    const closing = new AbortController();
    const loop = async (): Promise<void> => {
      while (!closing.signal.aborted) {
        // Without its server the page says so elsewhere.
        await follow().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, training.value?.state === "running" ? 700 : 4000));
      }
    };
    void loop();
    return () => closing.abort();
  }, []);
  const run = training.value;
  const isRunning = run?.state === "running";
  return (
    <section class="panel training">
      <h2>{words.learn}</h2>
      <div class="line">
        <button type="button" disabled={isRunning} onClick={() => void ask("/annotate/training", { withFormer })}>
          {words.train}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={withFormer}
            onChange={({ currentTarget }) => setWithFormer(currentTarget.checked)}
          />
          {words.withFormer}
        </label>
        {isRunning && (
          <button type="button" onClick={() => void ask("/annotate/training/stop", {})}>
            {words.stop}
          </button>
        )}
      </div>
      {failure.value !== "" && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {run && run.state !== "none" && (
        <>
          <p class="soft" role="status">
            {words.runStates[run.state]} {run.message} {words.trainedOn(run.documents.train, run.documents.heldOut)}
          </p>
          <Curve loss={run.loss} f1={run.f1} totalSteps={run.totalSteps} />
        </>
      )}
      {run?.comparison && <Comparison run={run} />}
      {run?.state === "done" && (
        <button
          type="button"
          class="primary"
          disabled={run.isUsed}
          onClick={() => void ask("/annotate/training/use", {}).then(store.refresh)}
        >
          {run.isUsed ? words.isUsed : words.use}
        </button>
      )}
    </section>
  );
}

function Comparison({ run }: { readonly run: Training }): JSX.Element {
  const words = t.value;
  const { heldOut, old, new: now, perLabel } = run.comparison!;
  return (
    <>
      <p>{words.verdict(percentOf(old), percentOf(now), heldOut)}</p>
      {heldOut < 10 && <p class="soft">{words.fewHeldOut}</p>}
      <table class="differences">
        <thead>
          <tr>
            <th scope="col">{words.relations}</th>
            <th scope="col">{words.occurs}</th>
            <th scope="col">{words.oldModel}</th>
            <th scope="col">{words.newModel}</th>
          </tr>
        </thead>
        <tbody>
          {perLabel.map(({ label, support, old: before, new: after }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{support}</td>
              <td>{percentOf(before)}</td>
              <td class={after > before ? "better" : after < before ? "worse" : ""}>{percentOf(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
