/** Names of months in English, French, German, Spanish and Italian, with their usual short forms. */
const months = [
  "january|jan|janvier|janv|januar|enero|ene|gennaio|gen",
  "february|feb|février|fevrier|févr|fev|februar|febrero|febbraio",
  "march|mar|mars|märz|maerz|marzo",
  "april|apr|avril|avr|abril|abr|aprile",
  "may|mai|mayo|maggio|mag",
  "june|jun|juin|juni|junio|giugno|giu",
  "july|jul|juillet|juil|juli|julio|luglio|lug",
  "august|aug|août|aout|agosto|ago",
  "september|sept|sep|septembre|septiembre|settembre",
  "october|oct|octobre|oktober|okt|octubre|ottobre|ott",
  "november|nov|novembre|noviembre",
  "december|dec|décembre|decembre|déc|dezember|dez|diciembre|dic|dicembre",
].join("|");

const month = `(?:${months})\\.?`;
const year = "(?:1[89]|20)\\d{2}";
const day = "(?:[0-3]?\\d)(?:st|nd|rd|th|er|\\.|º)?";
const of = "(?:\\s+(?:of|de|d'|del|di))?\\s+";

/** The longest form first: a date is as long as it can be. */
const forms = [
  `${year}-[01]\\d-[0-3]\\d`,
  `[0-3]?\\d[./-][01]?\\d[./-](?:${year}|\\d{2})`,
  `${day}${of}${month}(?:,?${of}${year})?`,
  `${month}\\s+${day}(?:,?\\s+${year})?`,
  `${month}(?:,?${of}|\\s+)${year}`,
  `Q[1-4][\\s/-]+${year}`,
  year,
].join("|");

/**
 * Dates as people write them: `2023-01-31`, `31/01/2023`, `31 janvier 2023`, `January 31st, 2023`, `janvier 2023`, `Q1 2023`, `2023`.
 * A month without a day or a year is none, since `may` and `mars` are words.
 */
export const datePattern: RegExp = new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms})(?![\\p{L}\\p{N}])`, "giu");
