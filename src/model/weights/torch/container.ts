import { CheckpointError, quote } from "../../checkpoint-error.ts";

/** Torch's zip archive (1.6 and later), or its older chain of pickles. */
export type TorchContainer = "zip" | "legacy";

/** The number of bytes at a file's start that decide its kind. */
export const sniffBytes = 512;

/** The pickle of torch's magic number 0x1950a86a20f9469cfc6c (torch/serialization.py). */
export const legacyMagic: Buffer = Buffer.from("80028a0a6cfc9c46f9206aa850192e", "hex");

/** Recognizes a file of torch by its first bytes. @throws CheckpointError that names what the file is instead */
export function torchContainer(start: Uint8Array, file: string): TorchContainer {
  const text = Buffer.from(start).toString("latin1");
  if (text.startsWith("PK\x03\x04")) return "zip";
  if (legacyMagic.equals(start.subarray(0, legacyMagic.length))) return "legacy";
  const { found, next } = describeOther(text);
  throw new CheckpointError("not a file of torch", {
    file,
    expected: "a zip archive or pickles of torch.save",
    found,
    next,
  });
}

function describeOther(start: string): { readonly found: string; readonly next: string } {
  const again = "Download it again.";
  const convert = "Open it in Python where it was made, and save it with save_pretrained.";
  if (start === "") return { found: "an empty file", next: again };
  if (start.startsWith("version https://git-lfs")) {
    return {
      found: "a git-lfs pointer, which only names the file",
      next: "Run `git lfs pull`, or download the file itself.",
    };
  }
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(start)) {
    return {
      found: "a web page",
      next: `The address answered with a page, perhaps to log in or to say "not found". ${again}`,
    };
  }
  if (/^[^]{8}\{"/.test(start)) return { found: "a safetensors file", next: "Rename it to model.safetensors." };
  if (/^[^]{257}ustar/.test(start)) return { found: "a tar archive", next: "Unpack it, or convert it in Python." };
  if (start.startsWith("\x1f\x8b")) return { found: "a gzip archive", next: "Unpack it first." };
  if (start.startsWith("\x89HDF")) return { found: "an HDF5 file, perhaps of TensorFlow", next: convert };
  if (start.startsWith("PK")) return { found: "an empty or split zip archive", next: again };
  if (start.startsWith("\x80")) return { found: "a pickle of another kind than torch.save writes", next: convert };
  if (/^[\t\n\r -~]+$/.test(start)) return { found: `text that begins with ${quote(start, 24)}`, next: again };
  const bytes = Buffer.from(start.slice(0, 8), "latin1")
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
  return { found: `bytes that begin with ${bytes}`, next: again };
}
