import type { FileDigest } from "../files/file-digest.ts";
import { manifestName, weightsName } from "./file-names.ts";
import type { ModelFolderParts } from "./folder.ts";
import { formatManifest } from "./manifest.ts";
import { safetensorsPieces } from "./weights/safetensors/pieces.ts";

/** Computes SHA-256 in hexadecimal. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => string | Promise<string>;

/** Makes the files of a model folder, by name, as `saveModelFolder` writes them; for places without a disk. */
export async function folderInMemory({
  files,
  weights,
  manifest,
  digest,
}: ModelFolderParts & { readonly digest: Digest }): Promise<Record<string, string | Uint8Array<ArrayBuffer>>> {
  const contents = new Map<string, string | Uint8Array<ArrayBuffer>>();
  for (const name of Object.keys(files).sort()) {
    const content = files[name]!;
    contents.set(name, typeof content === "string" ? content : new Uint8Array(content));
  }
  contents.set(weightsName, joined(safetensorsPieces(weights)));
  const digests: Record<string, FileDigest> = {};
  for (const [name, content] of contents) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    digests[name] = { bytes: bytes.byteLength, sha256: await digest(bytes) };
  }
  const text = formatManifest({ version: 2, ...manifest, files: digests });
  return { ...Object.fromEntries(contents), [manifestName]: text };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.byteLength;
  }
  return bytes;
}
