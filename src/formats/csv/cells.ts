// A spreadsheet runs a field as a formula if it begins with one of these signs (in some countries also the full-width
// ones), even after white space. After an apostrophe the field is text. A field that begins with apostrophes of its own
// gets one more.
const signs = "=+\\-@\\t\\r\\n＝＋－＠";
const runs = new RegExp(`^'*[${signs}]`);
const quoted = new RegExp(`^'+[${signs}]`);

/** Whether a spreadsheet would run the field, or the part behind its apostrophes, as a formula. */
export const wouldRun = (field: string): boolean => runs.test(field);

/** The field in a form that a spreadsheet takes as text. */
export const asText = (field: string): string => (wouldRun(field) ? `'${field}` : field);

/** Whether the field may have been escaped by an apostrophe. */
export const isQuoted = (field: string): boolean => quoted.test(field);

/** Inverse of asText. */
export const fromText = (field: string): string => (isQuoted(field) ? field.slice(1) : field);
