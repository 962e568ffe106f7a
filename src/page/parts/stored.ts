import { effect, signal, type Signal } from "@preact/signals";

/** A signal whose value the browser keeps; a browser that keeps nothing starts from the fallback each time. */
export function stored<T extends string>(key: string, fallback: T, isValid: (value: string) => boolean): Signal<T> {
  let value = fallback;
  try {
    const kept = localStorage.getItem(key);
    if (kept !== null && isValid(kept)) value = kept as T;
  } catch {
    // A browser may forbid it; the choice then lasts as long as the page.
  }
  const kept = signal(value);
  effect(() => {
    try {
      localStorage.setItem(key, kept.value);
    } catch {
      // As above.
    }
  });
  return kept;
}
