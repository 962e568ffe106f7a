/** Labels that say that no relation holds. `Other` is none of them, since it names a relation in many a scheme. */
export const noneLabels: ReadonlySet<string> = new Set(["", "NO_REL", "no_relation", "none", "NA"]);
