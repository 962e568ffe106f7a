import type { Document } from "../corpus/document.ts";
import type { NoticeLog } from "../corpus/notices.ts";
import { quote } from "../quote.ts";
import { inspectionSettings } from "./settings.ts";
import { Sketches } from "./sketches.ts";
import { hash53, wordTriples } from "../corpus/text-hash.ts";

/** Texts with fewer word triples are compared only for equality. */
const fewestTriples = 5;

/**
 * Counts the held-out documents whose text, or nearly the same text, is in an earlier part too: what is learnt by heart
 * there is no sign of what is understood.
 * @param parts by name, the training part first
 */
export function reportLeaks(
  parts: readonly { readonly name: string; readonly documents: readonly Document[] }[],
  notices: NoticeLog,
): void {
  const texts = new Map<number, { readonly document: Document; readonly part: number }>();
  const sketches = new Sketches();
  const sketched: { readonly document: Document; readonly part: number }[] = [];
  const heldOut = parts.slice(1).reduce((sum, { documents }) => sum + documents.length, 0);
  notices.setTotal("leak-equal", heldOut);
  notices.setTotal("leak-near", heldOut);
  for (const [part, { name, documents }] of parts.entries()) {
    for (const document of documents) {
      const known = texts.get(hashOf(document));
      if (known) {
        if (known.part !== part) report("leak-equal", equal, { document, name, known, parts }, notices);
        continue;
      }
      texts.set(hashOf(document), { document, part });
      const triples = wordTriples(document.text);
      if (triples.length < fewestTriples) continue;
      sketches.add(triples);
      sketched.push({ document, part });
    }
  }
  const { similarity } = inspectionSettings.parse({});
  for (const { item, earlier } of sketches.similar(similarity)) {
    const { document, part } = sketched[item]!;
    const known = sketched[earlier]!;
    if (known.part !== part) report("leak-near", near, { document, name: parts[part]!.name, known, parts }, notices);
  }
}

const equal =
  "held-out documents with the text of one of another part, white space and letter case aside, so that scores are too high; " +
  "take them out of one of the two";
const near =
  "held-out documents that share four of five word triples or more with one of another part, so that scores may be too high; " +
  "relata data check lists them, --group-by keeps together what belongs together";

interface Leak {
  readonly document: Document;
  readonly name: string;
  readonly known: { readonly document: Document; readonly part: number };
  readonly parts: readonly { readonly name: string }[];
}

function report(code: string, message: string, { document, name, known, parts }: Leak, notices: NoticeLog): void {
  const other = `${quote(known.document.id, 40)} of the ${parts[known.part]!.name} part`;
  notices.add(code, message, { ...(document.source ?? { file: document.id }), detail: `${name} part, as ${other}` });
}

const hashOf = ({ text }: Document): number =>
  hash53(text.normalize("NFC").toLowerCase().replaceAll(/\s+/g, " ").trim());
