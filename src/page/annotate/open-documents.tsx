import type { JSX } from "preact";
import { messageOf, send } from "../parts/api.ts";
import { FileButton } from "../parts/file-button.tsx";
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
  const isThere = (store.project.value?.documents.length ?? 0) > 0;
  return (
    <div class="file">
      <FileButton
        label={words.openFile}
        accept=".txt,.jsonl,.json"
        isPrimary={!isThere}
        choose={(chosen) => {
          if (!isThere || confirm(words.replaceDocuments)) void open(chosen);
        }}
      />
      {!isThere && <p class="soft">{words.openHelp}</p>}
    </div>
  );
}
