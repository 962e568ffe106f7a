import type { JSX } from "preact";
import { Select } from "../parts/select.tsx";
import { isStatic, save, send } from "../parts/api.ts";
import type { Words } from "../words/en.ts";
import { t } from "../words/language.ts";
import { OpenDocuments } from "./open-documents.tsx";
import * as store from "./store.ts";

/** More than these are scrolled to by the keys alone. */
const most = 300;

/** The documents in their order, with what is done. */
export function DocumentList(): JSX.Element {
  const words = t.value;
  const project = store.project.value;
  const documents = project?.documents ?? [];
  return (
    <aside class="found">
      <section>
        <h2>{words.documents}</h2>
        <p class="soft">
          {words.finishedOf(store.finished.value, documents.length)}
          {!isStatic.value && <Name />}
        </p>
        {isStatic.value && <OpenDocuments />}
        <progress max={Math.max(1, documents.length)} value={store.finished.value} aria-label={words.documents} />
        {!isStatic.value && (
          <Select
            label={words.order}
            value={store.order.value}
            options={store.orders}
            name={(one) => words.orders[one as store.Order]}
            choose={(one) => (store.order.value = one)}
          />
        )}
        {project?.needsEntities && <p class="soft">{words.needsEntities}</p>}
        <ul class="documents">
          {documents.slice(0, most).map((one) => (
            <Entry key={one.number} document={one} />
          ))}
        </ul>
        <button type="button" onClick={() => void download()}>
          {words.downloadFinished}
        </button>
        <p class="soft folder">{project && words.keptIn(project.folder)}</p>
      </section>
    </aside>
  );
}

function Name(): JSX.Element {
  return (
    <>
      {" "}
      · {store.annotator.value}{" "}
      <button
        type="button"
        class="small"
        onClick={() => {
          store.annotator.value = "";
          location.reload();
        }}
      >
        {t.value.otherName}
      </button>
    </>
  );
}

async function download(): Promise<void> {
  try {
    const response = await send("GET", "/annotate/finished/relata");
    save(`${store.project.value?.name ?? "documents"}-annotated.jsonl`, await response.blob());
  } catch (error) {
    store.failure.value = error instanceof Error ? error.message : String(error);
  }
}

/** Why the document has its place. */
const reasonOf = ({ uncertainty, rare }: NonNullable<store.Listed["figures"]>, words: Words): string =>
  rare !== undefined ? words.rare(rare) : uncertainty === undefined ? "" : words.unsure(Math.round(100 * uncertainty));

function Entry({ document }: { readonly document: store.Listed }): JSX.Element {
  const words = t.value;
  const { number, status, beginning, done, differences, figures } = document;
  const others = done.filter((who) => who !== store.annotator.value);
  return (
    <li>
      <button
        type="button"
        class={`row ${status}`}
        aria-current={store.opened.value?.number === number ? "true" : undefined}
        onClick={() => void store.choose(number)}
      >
        <span dir="auto">
          <span class="mark">{status === "done" ? "✓ " : status === "skipped" ? "– " : ""}</span>
          {beginning}
        </span>
        <small>
          {differences > 0 && <b class="wrong">{words.differ(differences)}</b>}
          {others.length > 0 && ` ${others.join(", ")} ✓`}
          {figures && status === "open" && ` ${reasonOf(figures, words)}`}
        </small>
      </button>
    </li>
  );
}
