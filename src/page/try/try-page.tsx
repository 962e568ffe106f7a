import type { JSX } from "preact";
import { Bar } from "../editor/bar.tsx";
import { Canvas } from "../editor/canvas.tsx";
import { isStatic } from "../parts/api.ts";
import { colorOf } from "../parts/color.ts";
import { downloaded } from "../parts/loading.tsx";
import { ProcessorChoice } from "../parts/processor-choice.tsx";
import { Select } from "../parts/select.tsx";
import { t } from "../words/language.ts";
import { Compared } from "./compared.tsx";
import { FileBar, FileNotes } from "./file-bar.tsx";
import { Found } from "./found.tsx";
import { Program } from "./program.tsx";
import * as store from "./store.ts";
import * as why from "./why.ts";

/** Try: a text, its entities and relations, and what the model makes of them. */
export function TryPage(): JSX.Element {
  const { editor } = store;
  const words = t.value;
  const models = store.info.value?.models.map(({ name }) => name) ?? [];
  const color = colorOf([...store.types.value, ...store.labels.value]);
  const facts = store.facts.value;
  return (
    <main class="try">
      <section class="input" aria-label={words.text}>
        <div class="line">
          {models.length > 1 && (
            <Select
              label={words.model}
              value={store.model.value}
              options={models}
              choose={(name) => void store.chooseModel(name)}
            />
          )}
          {models.length > 1 && (
            <Select
              label={words.second}
              value={store.second.value}
              options={["", ...models.filter((name) => name !== store.model.value)]}
              name={(one) => one || words.none}
              choose={(name) => {
                store.second.value = name;
                void store.ask();
              }}
            />
          )}
          <Examples />
          {!isStatic.value && <FileBar />}
        </div>
        <FileNotes />
        <textarea
          aria-label={words.text}
          placeholder={words.textHint}
          dir="auto"
          rows={3}
          value={editor.text.value}
          onInput={({ currentTarget }) => store.write(currentTarget.value)}
        />
        {facts && <p class="soft">{facts.finds ? words.finds : words.findsNot}</p>}
        {store.isLoading.value && !downloaded.value && <p class="soft">{words.loading}</p>}
        {store.failure.value !== "" && (
          <p class="failure" role="alert">
            {words.failed(store.failure.value)}
          </p>
        )}
      </section>
      <div class="columns">
        <section class="paper-card" aria-label={words.picture}>
          <Canvas
            editor={editor}
            color={color}
            faint={store.noRelation.value}
            name={words.picture}
            weighed={why.weighed.value}
            onKey={(event) => {
              if (event.key.toLowerCase() === "w" && !event.ctrlKey && !event.metaKey && !event.altKey) why.toggle();
            }}
          />
          <p class="status" role="status">
            {store.isWorking.value
              ? words.working
              : store.answered.value && store.answered.value.milliseconds > 0
                ? `${store.model.value}: ${words.milliseconds(store.answered.value.milliseconds)}`
                : ""}
          </p>
          <Bar editor={editor} color={color} />
          {store.compared.value && <Compared color={color} />}
        </section>
        <Found color={color} />
      </div>
      {isStatic.value ? <p class="soft">{words.stays}</p> : <Program />}
      <ProcessorChoice />
    </main>
  );
}

function Examples(): JSX.Element | null {
  const words = t.value;
  const samples = store.samples.value;
  if (samples.length === 0) return null;
  return (
    <div class="examples" role="group" aria-label={words.examples}>
      {samples.slice(0, 6).map((sample, i) => (
        <button
          key={i}
          type="button"
          class="chip"
          title={sample.text.slice(0, 200)}
          aria-pressed={store.editor.text.value === sample.text}
          onClick={() => store.show(sample)}
        >
          {words.example(i + 1)}
        </button>
      ))}
    </div>
  );
}
