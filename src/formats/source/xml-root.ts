/** Number of characters in which the first element is searched. */
const limit = 64 * 1024;

/**
 * The name of the first element of an XML text, without its prefix: `XMI` for `<?xml …?><xmi:XMI …>`; undefined if the
 * text is no XML. Skips everything that may precede it: the declaration, comments, and a document type with its own
 * declarations.
 */
export function xmlRoot(text: string): string | undefined {
  const head = text.slice(0, limit);
  let at = 0;
  for (;;) {
    while (/\s/.test(head.charAt(at))) at++;
    if (head[at] !== "<") return undefined;
    const isComment = head.startsWith("<!--", at);
    const isOther = head.startsWith("<?", at) || head.startsWith("<!", at);
    if (!isComment && !isOther)
      return /^<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])/.exec(head.slice(at, at + 300))?.[1];
    const close = head.indexOf(isComment ? "-->" : ">", at);
    const subset = head.indexOf("[", at);
    // <!DOCTYPE x [ <!ENTITY …> ]>
    const end = !isComment && subset !== -1 && subset < close ? head.indexOf("]>", subset) : close;
    if (end === -1) return undefined;
    at = head.indexOf(">", end) + 1;
  }
}
