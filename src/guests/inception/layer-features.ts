/** INCEpTION's names for the ends of a relation. */
export const source = "Governor";
export const target = "Dependent";
