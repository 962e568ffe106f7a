import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Bar } from "../editor/bar.tsx";
import { Canvas } from "../editor/canvas.tsx";
import { saySelection } from "../editor/said.ts";
import { colorOf } from "../parts/color.ts";
import { Notes } from "../parts/notes.tsx";
import { t } from "../words/language.ts";
import { Disagreement } from "./disagreement.tsx";
import { DocumentList } from "./document-list.tsx";
import * as store from "./store.ts";
import { TrainingPanel } from "./training-panel.tsx";

/** Annotate and learn: documents in the order in which the model learns most, and runs on what was annotated. */
export function AnnotatePage(): JSX.Element {
  const [isBegun, setBegun] = useState(false);
  useEffect(() => saySelection(store.editor), []);
  useEffect(() => {
    if (store.annotator.value !== "") {
      setBegun(true);
      void store.begin();
    }
  }, []);
  const begin = (): void => {
    setBegun(true);
    void store.begin();
  };
  return <main class="annotate">{isBegun ? <Work /> : <Who begin={begin} />}</main>;
}

function Who({ begin }: { readonly begin: () => void }): JSX.Element {
  const words = t.value;
  const [name, setName] = useState("");
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        store.annotator.value = name.trim();
        begin();
      }}
    >
      <label>
        {words.yourName}
        <input
          value={name}
          maxLength={60}
          autocomplete="nickname"
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <p class="soft">{words.yourNameHelp}</p>
      <button type="submit" class="primary">
        {words.begin}
      </button>
    </form>
  );
}

function Work(): JSX.Element {
  const words = t.value;
  const { editor, opened, outbox } = store;
  const color = colorOf([...store.types.value, ...store.labels.value]);
  const document = opened.value;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void store.finish("done");
    else if (event.key === "PageDown" || event.key === "PageUp") void store.go(event.key === "PageDown" ? 1 : -1);
    else return;
    event.preventDefault();
  };
  return (
    <>
      {store.failure.value !== "" && (
        <p class="failure" role="alert">
          {words.failed(store.failure.value)}
        </p>
      )}
      <Notes
        notes={store.notes.value}
        close={() => (store.closedNotes.value = JSON.stringify(store.project.value?.notices))}
      />
      <div class="columns">
        <div class="work">
          <section class="paper-card" aria-label={words.picture}>
            <Canvas editor={editor} color={color} name={words.picture} hint={words.noDocument} onKey={onKey} />
            <div class="finish">
              <button type="button" class="primary" disabled={!document} onClick={() => void store.finish("done")}>
                {words.done} <kbd aria-hidden="true">Ctrl ⏎</kbd>
              </button>
              <button type="button" disabled={!document} onClick={() => void store.finish("skipped")}>
                {words.skip}
              </button>
              {store.project.value?.needsEntities && (
                <button
                  type="button"
                  disabled={!document || editor.marked.value.entities.length < 2}
                  onClick={() => void store.propose()}
                >
                  {words.propose}
                </button>
              )}
              <span class="soft" dir="auto">
                {document?.id} {document?.by && `· ${words.proposedBy(document.by.model.replace(/^.*[/\\]/, ""))}`}
              </span>
              <Saved />
            </div>
            <Bar editor={editor} color={color} open />
          </section>
          <Disagreement />
          <TrainingPanel />
        </div>
        <DocumentList />
      </div>
    </>
  );

  function Saved(): JSX.Element {
    const state = outbox.state.value;
    return (
      <span class={`saved ${state}`} role="status">
        {state === "kept" ? words.kept : state === "sending" ? words.sending : words.notKept(outbox.failure.value)}
      </span>
    );
  }
}
