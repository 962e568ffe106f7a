import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { get, isStatic, messageOf, post, save, send } from "../parts/api.ts";
import { percentOf, said, t } from "../words/language.ts";
import { Curve } from "./curve.tsx";
import * as store from "./store.ts";
import type { Training } from "../../annotation/training-state.ts";

const training = signal<Training | undefined>(undefined);
const failure = signal("");

/** The files that the model learnt from, by which it can be kept from forgetting; undefined until the server said it. */
const former = signal<readonly { readonly name: string; readonly isFound: boolean }[] | undefined>(undefined);

async function askFormer(): Promise<void> {
  if (isStatic.value) return;
  // Without its server the page says so elsewhere.
  const answer = await get<{ files: NonNullable<typeof former.value> }>("/annotate/former").catch(() => undefined);
  if (answer) former.value = answer.files;
}

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

async function download(): Promise<void> {
  try {
    const response = await send("GET", "/annotate/folder");
    save(`${store.project.value?.name ?? "documents"}-model.zip`, await response.blob());
  } catch (error) {
    failure.value = messageOf(error);
  }
}

/** As many as luke-mini takes in Node by itself. */
const usualSteps = 600;

/** "Train on these": the run with its live curve, then the new model beside the old one. */
export function TrainingPanel(): JSX.Element {
  const words = t.value;
  const [withFormer, setWithFormer] = useState(true);
  const [steps, setSteps] = useState(usualSteps);
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
  const model = store.project.value?.version;
  useEffect(() => {
    void askFormer();
    // Somebody may have fetched the file meanwhile.
    const again = (): void => void askFormer();
    addEventListener("focus", again);
    return () => removeEventListener("focus", again);
  }, [model]);
  const missing = former.value?.filter(({ isFound }) => !isFound) ?? [];
  const hasFormer = former.value !== undefined && former.value.length > 0 && missing.length === 0;
  const run = training.value;
  const isRunning = run?.state === "running";
  return (
    <section class="panel training">
      <h2>{words.learn}</h2>
      <div class="line">
        <button
          type="button"
          disabled={isRunning}
          onClick={() =>
            void ask("/annotate/training", isStatic.value ? { steps } : { withFormer: withFormer && hasFormer })
          }
        >
          {isStatic.value ? words.trainHere : words.train}
        </button>
        {isStatic.value ? (
          <label class="select">
            <span>{words.steps}</span>
            <input
              type="number"
              min={1}
              max={10_000}
              value={steps}
              onInput={({ currentTarget }) => setSteps(Math.max(1, Math.round(currentTarget.valueAsNumber || 1)))}
            />
          </label>
        ) : (
          <label class="check">
            <input
              type="checkbox"
              checked={withFormer && hasFormer}
              disabled={!hasFormer}
              aria-describedby={hasFormer ? undefined : "no-former"}
              onChange={({ currentTarget }) => setWithFormer(currentTarget.checked)}
            />
            {words.withFormer}
          </label>
        )}
        {isRunning && (
          <button type="button" onClick={() => void ask("/annotate/training/stop", {})}>
            {words.stop}
          </button>
        )}
      </div>
      {isStatic.value && <p class="soft">{words.trainHereHelp}</p>}
      {former.value !== undefined && !hasFormer && (
        <p class="soft" id="no-former">
          {former.value.length === 0
            ? words.formerUnnamed
            : words.formerMissing(missing.map(({ name }) => name).join(", "))}
        </p>
      )}
      {failure.value !== "" && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {run && run.state !== "none" && (
        <>
          <p class="soft" role="status">
            {words.runStates[run.state]} {run.message}{" "}
            {run.documents.train > 0 && words.trainedOn(run.documents.train, run.documents.heldOut)}
          </p>
          <Curve loss={run.loss} f1={run.f1} totalSteps={run.totalSteps} />
        </>
      )}
      {run?.comparison && <Comparison run={run} />}
      {run && run.lost.length > 0 && (
        <p class="failure" role="alert">
          {words.lostLabels(run.lost.join(", "))}
        </p>
      )}
      {isStatic.value && run?.isUsed && (
        <div class="line">
          <span class="soft">{words.usedHere}</span>
          <button type="button" class="primary" onClick={() => void download()}>
            {words.downloadFolder}
          </button>
        </div>
      )}
      {!isStatic.value && run?.state === "done" && (
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
