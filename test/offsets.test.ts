// Offsets through every format, with a few documents each; offsets.long.test.ts draws many.
import { expect, test } from "vitest";
import { formatNames } from "../src/formats/names.ts";
import { checkOffsets } from "./fixtures/offset-documents.ts";

test.each(formatNames)("%s: spans at any character of any script stay where they are", async (name) => {
  expect.hasAssertions();
  await checkOffsets(name, 4);
});
