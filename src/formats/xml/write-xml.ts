import type { NoticeLog } from "../../corpus/notices.ts";
import { quote } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";

const named: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };

// Unescaped, tabs and line ends in attributes are read back as spaces, and carriage returns are lost; XML 1.1 has more line ends.
// oxlint-disable-next-line no-control-regex -- see above
const escaped = /[<>&"\t\n\r\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028]/g;
// oxlint-disable-next-line no-control-regex -- what no version of XML holds
const unheld = /[\u0000\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
// oxlint-disable-next-line no-control-regex -- what XML 1.0 does not hold
const unheldByXml10 = /[\u0001-\u0008\u000b\u000c\u000e-\u001f]/g;

/** The version of XML that holds these texts: 1.1 only if necessary, since few tools read it. */
export const xmlVersion = (texts: readonly string[]): "1.0" | "1.1" =>
  texts.some((text) => text.search(unheldByXml10) !== -1) ? "1.1" : "1.0";

/**
 * Escapes texts for XML, in elements or in attributes with double quotes, and counts the characters that XML cannot
 * hold.
 */
export class XmlTexts {
  readonly #version: "1.0" | "1.1";
  readonly #notices: NoticeLog;
  readonly #at: SourceLocation | undefined;

  constructor(version: "1.0" | "1.1", notices: NoticeLog, at: SourceLocation | undefined) {
    this.#version = version;
    this.#notices = notices;
    this.#at = at;
  }

  /**
   * Escapes a text. A character that XML cannot hold becomes U+FFFD, which has the same length, so that offsets hold.
   */
  write(text: string): string {
    const replace = (character: string): string => {
      const detail = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")} in ${quote(text, 30)}`;
      const at = this.#at && { ...this.#at, detail };
      this.#notices.lose("xml-character", "characters that XML cannot hold, written as U+FFFD", at, { other: 1 });
      return "\ufffd";
    };
    const held = text.replace(unheld, replace);
    return (this.#version === "1.0" ? held.replace(unheldByXml10, replace) : held).replace(
      escaped,
      (character) => named[character] ?? `&#${character.charCodeAt(0)};`,
    );
  }
}
