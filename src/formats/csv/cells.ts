// A spreadsheet runs a field that begins with one of these signs, in some countries the wide ones too, as a formula; white
// space at the beginning hides one. Behind an apostrophe it is text. A field that has apostrophes there itself gets one more.
const signs = "=+\\-@\\t\\r\\n＝＋－＠";
const runs = new RegExp(`^'*[${signs}]`);
const quoted = new RegExp(`^'+[${signs}]`);

/** Whether a spreadsheet would run a field, or what stands behind its apostrophes. */
export const wouldRun = (field: string): boolean => runs.test(field);

/** The field as a spreadsheet takes it for text. */
export const asText = (field: string): string => (wouldRun(field) ? `'${field}` : field);

/** Whether a field may have been made text by an apostrophe. */
export const isQuoted = (field: string): boolean => quoted.test(field);

/** What asText was given. */
export const fromText = (field: string): string => (isQuoted(field) ? field.slice(1) : field);
