/**
 * Labels that mean that no relation holds. `Other` is not included, since many schemes have a relation of that name.
 */
export const noneLabels: ReadonlySet<string> = new Set(["", "NO_REL", "no_relation", "none", "NA"]);
