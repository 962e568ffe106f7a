/** Whether a value carries no information: null, false, an empty text, list or object. */
export function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.every(saysNothing) : Object.values(value).every(saysNothing);
}

const none: ReadonlySet<string> = new Set();

/**
 * The keys of a JSON value that a schema ignored although they carry information: those in `given` but not in `read`,
 * the schema's result. Keys in lists are named once: `entities[].user`. Those of `passed` are passed over.
 */
export function unreadKeys(given: unknown, read: unknown, passed: ReadonlySet<string> = none): Set<string> {
  const found = new Set<string>();
  const compare = (given: unknown, read: unknown, path: string): void => {
    if (typeof given !== "object" || given === null || given === read) return;
    if (typeof read !== "object" || read === null) return;
    if (Array.isArray(given)) {
      // A list that the schema transformed cannot be compared element by element.
      if (!Array.isArray(read) || read.length !== given.length) return;
      const ofElements = `${path}[]`;
      for (let i = 0; i < given.length; i++) {
        if (typeof given[i] === "object") compare(given[i], read[i], ofElements);
      }
      return;
    }
    if (Array.isArray(read)) return;
    for (const key in given) {
      const value = (given as Record<string, unknown>)[key];
      const isRead = Object.hasOwn(read, key);
      // Most values are read and hold no keys; a name for each would take longer than the comparison.
      if (isRead && (typeof value !== "object" || value === null)) continue;
      const name = path === "" ? key : `${path}.${key}`;
      if (isRead) compare(value, (read as Record<string, unknown>)[key], name);
      else if (!passed.has(name) && !saysNothing(value)) found.add(name);
    }
  };
  compare(given, read, "");
  return found;
}
