import type { Document } from "../../corpus/document.ts";
import type { NoticeLog } from "../../corpus/notices.ts";
import { listed, printable } from "../../quote.ts";
import type { SourceLocation } from "../../errors.ts";
import type { RawDocument, ReadContext } from "../format.ts";
import { numberedId } from "../pair-records.ts";
import { RepeatedIds } from "../repeated-ids.ts";
import type { SourceFile } from "../source/source-file.ts";
import { decodeTags } from "../tags.ts";
import { TokenArguments } from "../token-arguments.ts";
import { alignTokens, joinTokens, restoreTokens, type JoinedTokens } from "../tokens.ts";
import { readColumns, type Columns } from "./columns.ts";
import { parseRelations } from "./relations.ts";
import { sentencesOf, type Sentence } from "./sentences.ts";

/** The exact text if a comment has it, else the tokens joined by one space. */
function textOf({ comments, at }: Sentence, tokens: readonly string[], notices: NoticeLog): JoinedTokens {
  const text = comments.get("text");
  const exact = text === undefined ? undefined : alignTokens(text, tokens);
  if (exact) return exact;
  const restored = restoreTokens(tokens, notices, at);
  if (text === undefined) return joinTokens(restored);
  const aligned = alignTokens(text, restored);
  if (aligned) return aligned;
  const message = "sentences whose tokens are not those of their comment `# text`, read as the tokens";
  notices.add("text-differs", message, at);
  return joinTokens(restored);
}

function idOf({ comments }: Sentence): string {
  const sentence = comments.get("sentence_id") || comments.get("sent_id") || "";
  const document = comments.get("doc_id") || "";
  return document && sentence ? `${document}-${sentence}` : sentence;
}

function parseSentence(
  sentence: Sentence,
  id: string,
  metadata: RawDocument["metadata"],
  notices: NoticeLog,
): RawDocument {
  const { comments, at } = sentence;
  const again = sentence.repeated.filter(({ name, value }) => value !== comments.get(name));
  const unread = [...comments.keys()]
    .filter((name) => !knownComment.test(name))
    .concat(again.flatMap(({ name }) => (name === "relations" ? [] : [name])));
  if (unread.length > 0) {
    const detail = listed(
      unread.map((name) => printable(name.slice(0, 60))),
      5,
    );
    notices.lose(
      "unread-comments",
      "sentences with comments that are not read",
      { ...at, detail },
      { other: unread.length },
    );
  }
  const rows = sentence.rows();
  const text = textOf(
    sentence,
    rows.map(({ token }) => token),
    notices,
  );
  const columns = rows[0]?.tags.length ?? 0;
  const tagged = Array.from({ length: columns }, (_, i) =>
    decodeTags(
      rows.map(({ tags }) => tags[i]!),
      notices,
      at,
    ),
  );
  const entities = new TokenArguments(text, tagged.flat(), notices, at);
  let further = 0;
  for (const { name, value } of again) {
    if (name !== "relations") continue;
    const lost = parseRelations(value, rows.length, at).length;
    further += lost;
    const message = "further comments `# relations` of a sentence, of which the first is read, left out";
    notices.lose("further-relations", message, at, { relations: lost });
  }
  const given = parseRelations(comments.get("relations") ?? "", rows.length, at);
  const relations = given.map(({ head, tail, label }) => ({
    head: entities.ofTokens(head[0] - 1, head[1]),
    tail: entities.ofTokens(tail[0] - 1, tail[1]),
    label,
  }));
  const met = { entities: tagged.flat().length, relations: given.length + further };
  return {
    id,
    text: text.text,
    entities: entities.entities,
    relations,
    ...(metadata && { metadata }),
    source: at,
    met,
  };
}

// Comments that the reader uses, or that only number or repeat what it reads.
const knownComment = /^(?:text|relations|sentence_id|sent_id|doc_id|newdoc\b.*|newpar\b.*)$/;

/** Reports unread columns, such as lemmas and parts of speech; an index column has no information. */
function reportUnreadColumns(
  { count, token, tags, isNumbered }: Columns,
  notices: NoticeLog,
  at: SourceLocation,
): void {
  const read = new Set([token, ...tags, ...(isNumbered ? [0] : [])]);
  const unread = Array.from({ length: count }, (_, i) => i + 1).filter((number) => !read.has(number - 1));
  if (unread.length === 0) return;
  const message = "column files with columns beside the token and its tag, which are not read";
  notices.lose(
    "unread-columns",
    message,
    { ...at, detail: `columns ${listed(unread.map(String))}` },
    { other: unread.length },
  );
}

/**
 * Reads the sentences of a file, each as a document; a sentence without an id is named by the file and its number. If
 * the file separates documents, each sentence has the name of its document as the metadata `document`.
 */
export async function* readConll(file: SourceFile, context: ReadContext): AsyncGenerator<Document> {
  const columns = readColumns(file.head, context.settings.fields, { file: file.path });
  const ids = new RepeatedIds();
  reportUnreadColumns(columns, context.notices, { file: file.path });
  let hasRelations = false;
  let number = 0;
  for await (const sentence of sentencesOf(file.lines(), columns)) {
    number++;
    const { at, comments } = sentence;
    hasRelations ||= comments.has("relations");
    const document = context.record(at, (notices) => {
      const given = idOf(sentence) || numberedId(file.name, number);
      const source = comments.get("doc_id") || (sentence.document > 0 ? numberedId(file.name, sentence.document) : "");
      const metadata = source ? { document: source } : undefined;
      return parseSentence(sentence, ids.unique(given, notices, at), metadata, notices);
    });
    if (document) yield document;
  }
  if (!hasRelations) {
    const message =
      "column files that hold entities and no relations (Flair's .conllup has them in comments `# relations = …`)";
    context.notices.add("no-relations-in-format", message, { file: file.path });
  }
}
