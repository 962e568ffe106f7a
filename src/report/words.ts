/** The words of everything that is written for users: numbers with their nouns, quotations, lists. */
export { listed, plural, printable, printableLines, quote } from "../quote.ts";
