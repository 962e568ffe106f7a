/** The words of everything that is written for users: numbers with their nouns, quotations, lists. */
export { listed, plural, printable, quote } from "../quote.ts";
