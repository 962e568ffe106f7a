/** How far into a file its first element is looked for. */
const limit = 64 * 1024;

/**
 * The name of the first element of an XML text, without its prefix: `XMI` of `<?xml …?><xmi:XMI …>`; undefined for what
 * is no XML. What may stand before it is passed: the declaration, comments, a document type with its own declarations.
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
