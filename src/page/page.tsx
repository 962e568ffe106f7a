import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { AnnotatePage } from "./annotate/annotate-page.tsx";
import { saySelection } from "./editor/said.ts";
import { isStatic, needsToken, setToken } from "./parts/api.ts";
import { Loading } from "./parts/loading.tsx";
import { isTouch } from "./parts/touch.ts";
import { Select } from "./parts/select.tsx";
import * as store from "./try/store.ts";
import { TryPage } from "./try/try-page.tsx";
import { followChoices, language, languages, said, t, theme, type Theme } from "./words/language.ts";

/** The whole page: its views, and what stands around them. */
function Page(): JSX.Element {
  const words = t.value;
  useEffect(() => saySelection(store.editor), []);
  const annotates = store.info.value?.annotates === true;
  const isAnnotating = annotates && view.value === "annotate";
  return (
    <>
      <header class="top">
        <h1>Relata {!annotates && <span class="soft">{words.tryIt}</span>}</h1>
        {annotates && (
          <nav class="views" aria-label="Relata">
            <a href="#annotate" aria-current={isAnnotating ? "page" : undefined}>
              {words.annotate}
            </a>
            <a href="#try" aria-current={isAnnotating ? undefined : "page"}>
              {words.tryIt}
            </a>
          </nav>
        )}
        <nav>
          {!isStatic.value && <a href="/docs">{words.description}</a>}
          <Select
            label={words.language}
            value={language.value}
            options={Object.keys(languages)}
            name={(one) => languages[one]!.name}
            choose={(one) => (language.value = one)}
          />
          <Select
            label={words.theme}
            value={theme.value}
            options={["auto", "light", "dark"]}
            name={(one) => words.themes[one as Theme]}
            choose={(one) => (theme.value = one)}
          />
        </nav>
      </header>
      <Loading />
      {needsToken.value ? <Token /> : isAnnotating ? <AnnotatePage /> : <TryPage />}
      {!isTouch.value && <Keys />}
      <p id="canvas-help" class="hidden">
        {words.canvasHelp}
      </p>
      <p class="hidden" aria-live="polite">
        {said.value}
      </p>
    </>
  );
}

function Token(): JSX.Element {
  const words = t.value;
  const [value, setValue] = useState("");
  return (
    <main>
      <form
        class="token"
        onSubmit={(event) => {
          event.preventDefault();
          setToken(value);
          void store.start();
        }}
      >
        <label>
          {words.token}
          <input
            type="password"
            autocomplete="current-password"
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        </label>
        <p class="soft">{words.tokenHelp}</p>
        <button type="submit">{words.enter}</button>
      </form>
    </main>
  );
}

function Keys(): JSX.Element {
  const words = t.value;
  return (
    <footer>
      <details>
        <summary>{words.keys}</summary>
        <dl class="keys">
          {words.shortcuts.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </footer>
  );
}

/** A page without a server is opened to try its model; one that serves documents, to annotate them. */
const viewOf = (): string => {
  if (location.hash === "#annotate" || location.hash === "#try") return location.hash.slice(1);
  return isStatic.value ? "try" : "annotate";
};
const view = signal("try");
addEventListener("hashchange", () => (view.value = viewOf()));

/** Shows the page, and asks which models there are. */
export function begin(): void {
  followChoices();
  view.value = viewOf();
  render(<Page />, document.querySelector("#page")!);
  void store.start();
}
