import { z } from "zod";
import type { NoticeLog } from "../../corpus/notices.ts";
import { DataError } from "../../errors.ts";
import type { FormatSettings } from "../settings.ts";
import { jsonValues } from "../source/json-values.ts";
import type { SourceFile } from "../source/source-file.ts";

/** Whether `subj_end` and `obj_end` name the last token of a mention or the one after it. */
export type TokenEnds = Exclude<FormatSettings["tokenEnds"], "auto">;

/** A file in which some ends can only be inclusive, and others only exclusive. */
export class MixedTokenEndsError extends DataError {
  override readonly name = "MixedTokenEndsError";
  constructor(file: string, mention: string, pastTheEnd: string) {
    super(
      "cannot decide whether subj_end and obj_end name the last token or the one after it: " +
        `${mention} would be empty with exclusive ends, ${pastTheEnd} would end after its tokens with inclusive ones. ` +
        "Say which with --token-ends inclusive or --token-ends exclusive; the other records are then invalid.",
      { file },
    );
  }
}

const mentions = z.object({
  id: z.string(),
  token: z.array(z.string()),
  subj_start: z.int(),
  subj_end: z.int(),
  obj_start: z.int(),
  obj_end: z.int(),
});

// About half of TACRED's mentions have one token, so among this many inclusive ends at least one equals its start.
const enoughMentions = 20;

/** A mention that proves one reading, such as `subj 3 to 3 of "e779865fb9"`. */
interface Evidence {
  inclusive?: string;
  exclusive?: string;
  mentions: number;
}

async function gatherEvidence(file: SourceFile): Promise<Evidence> {
  async function* head(): AsyncGenerator<Buffer> {
    yield Buffer.from(file.head);
  }
  const evidence: Evidence = { mentions: 0 };
  for await (const { text } of jsonValues(head(), file.path)) {
    const parsed = mentions.safeParse(parseJson(text));
    // The last record is cut at the end of the head; other invalid records are reported when they are read.
    if (!parsed.success) continue;
    const { id, token, ...ends } = parsed.data;
    for (const role of ["subj", "obj"] as const) {
      const [start, end] = [ends[`${role}_start`], ends[`${role}_end`]];
      const which = `${role} ${start} to ${end} of ${JSON.stringify(id)}`;
      evidence.mentions++;
      if (end === start) evidence.inclusive ??= which;
      else if (end === token.length) evidence.exclusive ??= which;
    }
  }
  return evidence;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Decides whether ends are inclusive or exclusive: by the setting if given, else by the records in the first 256 KiB.
 * An inclusive end may equal its start, an exclusive one the number of tokens, never the other way round. LDC's file,
 * TACREV and Re-TACRED have inclusive ends; the copy of TACRED on the Hugging Face hub has exclusive ones.
 * @throws {MixedTokenEndsError}
 */
export async function decideTokenEnds(
  file: SourceFile,
  { tokenEnds }: Pick<FormatSettings, "tokenEnds">,
  notices: NoticeLog,
): Promise<TokenEnds> {
  if (tokenEnds !== "auto") return tokenEnds;
  const { inclusive, exclusive, mentions } = await gatherEvidence(file);
  if (inclusive !== undefined && exclusive !== undefined)
    throw new MixedTokenEndsError(file.path, inclusive, exclusive);
  if (inclusive !== undefined) return "inclusive";
  const at = { file: file.path };
  if (exclusive !== undefined || mentions >= enoughMentions) {
    const detail = exclusive ?? `none of its first ${mentions} mentions ends where it starts`;
    notices.add("exclusive-token-ends", "files whose token ends are read as exclusive (--token-ends)", {
      ...at,
      detail,
    });
    return "exclusive";
  }
  notices.add(
    "unsure-token-ends",
    "files that do not show whether their token ends are inclusive, read as inclusive (--token-ends)",
    at,
  );
  return "inclusive";
}
