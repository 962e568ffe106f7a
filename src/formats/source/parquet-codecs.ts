import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { decompressLz4, decompressLz4Raw, decompressSnappy, decompressZstd } from "hyparquet-compressors";

type Decompress = (packed: Uint8Array, length: number) => Uint8Array;

// Not from node:zlib, which has zstd only from Node 22.15 on.
const zstd: Decompress = (packed, length) => decompressZstd(packed, new Uint8Array(length));

/**
 * Unpacks the pages of Parquet files: all compressions that pyarrow writes. Each gives the length that the page's header
 * names, and no more memory.
 * @param pageBytes unpacked bytes of a page that are refused beyond
 */
export function parquetCodecs(pageBytes: number): Compressors {
  const limited =
    (decompress: Decompress): Decompress =>
    (packed, length) => {
      // The dictionary of a column without values is empty; not every decompressor knows an empty block.
      if (length === 0) return new Uint8Array();
      if (length <= pageBytes) return decompress(packed, length);
      throw new Error(`a page of it has ${length} bytes unpacked, more than the ${pageBytes} that are read`);
    };
  return {
    SNAPPY: limited(decompressSnappy),
    GZIP: limited((packed, length) => gunzipSync(packed, { maxOutputLength: Math.max(1, length) })),
    BROTLI: limited((packed, length) => brotliDecompressSync(packed, { maxOutputLength: Math.max(1, length) })),
    ZSTD: limited(zstd),
    LZ4: limited(decompressLz4),
    LZ4_RAW: limited(decompressLz4Raw),
  };
}
