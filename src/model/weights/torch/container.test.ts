import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../checkpoint-error.ts";
import { torchContainer } from "./container.ts";

describe("torchContainer", () => {
  it.each<[found: string, start: string | Uint8Array, next: string]>([
    ["an empty file", "", "Download it again"],
    ["a git-lfs pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "git lfs pull"],
    ["a web page", "<!DOCTYPE html>\n<html>", "Download it again"],
    ["a web page", "\n <HTML>", "Download it again"],
    ["a safetensors file", '\x80\0\0\0\0\0\0\0{"__metadata__"', "Rename it to model.safetensors"],
    ['text that begins with "{\\"error\\":', '{"error":"Repository not found"}', "Download it again"],
    ["a tar archive", `${"\0".repeat(257)}ustar\x0000`, "Unpack it"],
    ["a gzip archive", gzipSync("x"), "Unpack it"],
    ["an HDF5 file", "\x89HDF\r\n\x1a\n", "save_pretrained"],
    ["an empty or split zip archive", "PK\x05\x06", "Download it again"],
    ["a pickle of another kind", "\x80\x04\x95\x00", "save_pretrained"],
    ["bytes that begin with 00 ff 10 20", "\x00\xff\x10\x20\x30", "Download it again"],
  ])("tells %s", (found, start, next) => {
    const bytes = typeof start === "string" ? Buffer.from(start, "latin1") : start;
    const tell = (): unknown => torchContainer(bytes, "pytorch_model.bin");
    expect(tell).toThrow(CheckpointError);
    expect(tell).toThrow(
      `pytorch_model.bin: not a file of torch: expected a zip archive or pickles of torch.save, found ${found}`,
    );
    expect(tell).toThrow(next);
  });

  it("knows the two kinds of torch", () => {
    expect(torchContainer(Buffer.from("PK\x03\x04..."), "")).toBe("zip");
    expect(torchContainer(Buffer.from("80028a0a6cfc9c46f9206aa850192e8002", "hex"), "")).toBe("legacy");
  });
});
