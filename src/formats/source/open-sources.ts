import type { ReadContext } from "../format.ts";
import { SourceFile } from "./source-file.ts";

/** Opens what a path names. */
export async function* openSources(
  path: string,
  _context: Pick<ReadContext, "settings" | "notices">,
): AsyncGenerator<SourceFile> {
  yield await SourceFile.open(path);
}
