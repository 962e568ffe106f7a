// Offsets through every format, with many documents each.
import { expect, test } from "vitest";
import { formatNames } from "../src/formats/names.ts";
import { checkOffsets } from "./fixtures/offset-documents.ts";

test.each(formatNames)(
  "%s: spans at any character of any script stay where they are",
  { timeout: 600_000 },
  async (name) => {
    expect.hasAssertions();
    await checkOffsets(name, 60);
  },
);
