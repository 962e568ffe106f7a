import { useRef } from "preact/hooks";
import type { JSX } from "preact";
import { messageOf, send } from "../parts/api.ts";
import { t } from "../words/language.ts";
import * as store from "./store.ts";

async function open(file: File): Promise<void> {
  try {
    await send("POST", "/annotate/open", { file });
    store.opened.value = undefined;
    await store.begin();
  } catch (error) {
    store.failure.value = messageOf(error);
  }
}

/** Opens a file of texts in a page without a server, in the place of the documents before; asks first if there are any. */
export function OpenDocuments(): JSX.Element {
  const words = t.value;
  const chooser = useRef<HTMLInputElement>(null);
  const isThere = (store.project.value?.documents.length ?? 0) > 0;
  return (
    <div class="file">
      <input
        ref={chooser}
        type="file"
        class="hidden"
        tabIndex={-1}
        accept=".txt,.jsonl,.json"
        aria-label={words.openFile}
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen && (!isThere || confirm(words.replaceDocuments))) void open(chosen);
          currentTarget.value = "";
        }}
      />
      <button type="button" class={isThere ? "" : "primary"} onClick={() => chooser.current!.click()}>
        {words.openFile}
      </button>
      {!isThere && <p class="soft">{words.openHelp}</p>}
    </div>
  );
}
