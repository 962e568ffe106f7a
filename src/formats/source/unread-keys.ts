/** Whether a value carries no information: null, false, an empty text, list or object. */
export function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (typeof value !== "object") return false;
  return Array.isArray(value) ? value.every(saysNothing) : Object.values(value).every(saysNothing);
}

const none: ReadonlySet<string> = new Set();

/** Whether an object has this key; of most keys the value says so, in a fraction of the time that Object.hasOwn takes. */
function hasKey(object: Readonly<Record<string, unknown>>, key: string): boolean {
  const value = object[key];
  if (typeof value === "string" || typeof value === "number") return true;
  return Object.hasOwn(object, key);
}

/** Collects the unread keys of `given` below `path` in `found`; see unreadKeys. */
function collect(given: unknown, read: unknown, path: string, passed: ReadonlySet<string>, found: Set<string>): void {
  if (typeof given !== "object" || given === null || given === read) return;
  if (typeof read !== "object" || read === null) return;
  if (Array.isArray(given)) {
    // A list that the schema transformed cannot be compared element by element.
    if (!Array.isArray(read) || read.length !== given.length) return;
    const ofElements = `${path}[]`;
    for (let i = 0; i < given.length; i++) {
      if (typeof given[i] === "object") collect(given[i], read[i], ofElements, passed, found);
    }
    return;
  }
  if (Array.isArray(read)) return;
  for (const key in given) {
    const value = (given as Record<string, unknown>)[key];
    const isRead = hasKey(read as Record<string, unknown>, key);
    // Most values are read and hold no keys; a name for each would take longer than the comparison.
    if (isRead && (typeof value !== "object" || value === null)) continue;
    const name = path === "" ? key : `${path}.${key}`;
    if (isRead) collect(value, (read as Record<string, unknown>)[key], name, passed, found);
    else if (!passed.has(name) && !saysNothing(value)) found.add(name);
  }
}

/**
 * The keys of a JSON value that a schema ignored although they carry information: those in `given` but not in `read`,
 * the schema's result. Keys in lists are named once: `entities[].user`. Those of `passed` are passed over.
 */
export function unreadKeys(given: unknown, read: unknown, passed: ReadonlySet<string> = none): Set<string> {
  const found = new Set<string>();
  collect(given, read, "", passed, found);
  return found;
}
