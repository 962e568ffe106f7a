import { useRef } from "preact/hooks";
import type { JSX } from "preact";

interface Props {
  readonly label: string;
  readonly help?: string;
  /** The endings of names that the chooser offers; any if not given. */
  readonly accept?: string;
  readonly isPrimary?: boolean;
  readonly choose: (file: File) => void;
}

/** A button that asks for a file: the browser's own chooser looks different in each, and its words are not ours. */
export function FileButton({ label, help, accept, isPrimary = false, choose }: Props): JSX.Element {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={chooser}
        type="file"
        class="hidden"
        tabIndex={-1}
        {...(accept === undefined ? {} : { accept })}
        aria-label={label}
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen) choose(chosen);
          // The same file can be chosen again.
          currentTarget.value = "";
        }}
      />
      <button
        type="button"
        class={isPrimary ? "primary" : ""}
        {...(help === undefined ? {} : { title: help })}
        onClick={() => chooser.current!.click()}
      >
        {label}
      </button>
    </>
  );
}
