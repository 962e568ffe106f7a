import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { textUnits, type TextUnit } from "../../annotation/text-units.ts";
import type { RelationsResponse } from "../../client/schemas.ts";
import { messageOf, post, save, send } from "../parts/api.ts";
import { Notes } from "../parts/notes.tsx";
import { FileButton } from "../parts/file-button.tsx";
import { Select } from "../parts/select.tsx";
import { t } from "../words/language.ts";
import * as store from "./store.ts";

interface File {
  readonly name: string;
  readonly documents: readonly store.Sample[];
  /** How a plain text is cut into documents. */
  readonly texts?: { readonly unit: TextUnit; readonly counts: Readonly<Record<TextUnit, number>> };
  readonly source: globalThis.File;
}

const file = signal<File | undefined>(undefined);
const index = signal(0);
const formats = signal<readonly string[]>([]);
const format = signal("relata");
const notes = signal<readonly string[]>([]);
const progress = signal<number | undefined>(undefined);

async function open(chosen: globalThis.File, unit?: string): Promise<void> {
  try {
    const response = await send("POST", "/page/read", {
      file: chosen,
      headers: { "x-file-name": encodeURIComponent(chosen.name), ...(unit ? { "x-text-unit": unit } : {}) },
    });
    const read = (await response.json()) as Pick<File, "documents" | "texts"> & {
      formats: string[];
      notices: string[];
    };
    const { documents, texts } = read;
    file.value = { name: chosen.name, documents, source: chosen, ...(texts ? { texts } : {}) };
    notes.value = read.notices;
    formats.value = read.formats;
    store.failure.value = "";
    go(0);
  } catch (error) {
    store.failure.value = messageOf(error);
  }
}

function close(): void {
  file.value = undefined;
  notes.value = [];
}

function go(i: number): void {
  const { documents } = file.value!;
  index.value = Math.min(Math.max(i, 0), documents.length - 1);
  store.show(documents[index.value]!);
}

const batchSize = 8;

/** Labels every document of the file, then hands it over as pre-annotations of a format. */
async function download(): Promise<void> {
  const { name, documents } = file.value!;
  const finds = store.facts.value?.finds === true;
  try {
    const answers: unknown[] = [];
    for (let i = 0; i < documents.length; i += batchSize) {
      progress.value = i;
      const some = documents.slice(i, i + batchSize).map(({ text, entities }) => ({
        text,
        ...(finds ? {} : { entities: (entities ?? []).map(({ start, end, type }) => [start, end, type]) }),
      }));
      const request = {
        model: store.model.value,
        documents: some,
        threshold: store.threshold.value,
        relationsOnly: true,
      };
      const response = await post<RelationsResponse>("/v1/relations", request);
      for (const [j, { entities, relations }] of response.documents.entries()) {
        const { id, text } = documents[i + j]!;
        answers.push({
          id: id ?? String(i + j + 1),
          text,
          entities: entities.map(({ start, end, type }) => ({ start, end, type })),
          relations: relations
            .filter(({ unscored }) => unscored === undefined)
            .map(({ head, tail, label, probability }) => ({ head, tail, label, probability })),
        });
      }
    }
    const response = await send("POST", "/page/write", { body: { to: format.value, documents: answers } });
    const kind = response.headers.get("x-file-extension") ?? "jsonl";
    save(`${name.replace(/\.[^.]*$/, "")}-${store.model.value}.${kind}`, await response.blob());
  } catch (error) {
    store.failure.value = messageOf(error);
  } finally {
    progress.value = undefined;
  }
}

/** A file of documents: paged through, labelled as a whole, and downloaded as pre-annotations. */
export function FileBar(): JSX.Element {
  const words = t.value;
  const opened = file.value;
  return (
    <div class="file">
      <FileButton label={words.openFile} help={words.fileHelp} choose={(chosen) => void open(chosen)} />
      {opened && (
        <>
          <button
            type="button"
            disabled={index.value === 0}
            aria-label={words.previous}
            onClick={() => go(index.value - 1)}
          >
            ‹
          </button>
          <span class="soft">{words.documentOf(index.value + 1, opened.documents.length)}</span>
          <button
            type="button"
            disabled={index.value + 1 >= opened.documents.length}
            aria-label={words.next}
            onClick={() => go(index.value + 1)}
          >
            ›
          </button>
          {opened.texts && opened.texts.counts.line > 1 && (
            <Select
              label={words.textUnit}
              value={opened.texts.unit}
              options={textUnits}
              name={(one) => words.textUnits[one as TextUnit](opened.texts!.counts[one as TextUnit])}
              choose={(one) => void open(opened.source, one)}
            />
          )}
          <label class="select">
            <span>{words.download}</span>
            <select value={format.value} onChange={({ currentTarget }) => (format.value = currentTarget.value)}>
              {formats.value.map((one) => (
                <option key={one} value={one} selected={one === format.value}>
                  {one}
                </option>
              ))}
            </select>
          </label>
          <button type="button" disabled={progress.value !== undefined} onClick={() => void download()}>
            {progress.value === undefined ? words.downloadAll : words.progress(progress.value, opened.documents.length)}
          </button>
          <button type="button" onClick={close}>
            {words.closeFile}
          </button>
        </>
      )}
    </div>
  );
}

/** What the opened file lost when it was read. */
export function FileNotes(): JSX.Element | null {
  return <Notes notes={notes.value} close={() => (notes.value = [])} />;
}
