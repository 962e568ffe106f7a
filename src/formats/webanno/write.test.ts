import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBack, withWritten, writeContext } from "../../../test/fixtures/format-contract.ts";
import type { Document } from "../../corpus/document.ts";
import { webanno } from "./index.ts";

describe("written", () => {
  test("texts to the letter, whatever stands at their lines' ends", async () => {
    const text = fc.string({
      unit: fc.constantFrom("a", " ", "\n", "\r\n", "\t", "📦", "\\", "#Text=", "\u2028", "\u0001"),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const document = { id: "d", text: `${text}x`, entities: [], relations: [] };
        await withWritten([document], webanno, async (folder) => {
          expect((await readBack(folder))[0]?.text).toBe(document.text);
        });
      }),
      { numRuns: 100 },
    );
  });

  test("sentences at line ends that no entity goes over, numbers where an annotation is not alone", async () => {
    const document: Document = {
      id: "été/1",
      text: "Ana met\nBob.\nEnd_1",
      entities: [
        { start: 0, end: 3, type: "PER" },
        { start: 4, end: 11, type: "A_B" },
        { start: 8, end: 11, type: "" },
      ],
      relations: [{ head: 0, tail: 1, label: "a|b" }],
    };
    const context = writeContext({ fields: "entity=a.B,relation=a.R,label=is,type=kind" });
    await withWritten(
      [document],
      webanno,
      async (folder) => {
        expect(readFileSync(`${folder}/%C3%A9t%C3%A9%2F1.tsv`, "utf8")).toBe(
          [
            "#FORMAT=WebAnno TSV 3.3",
            "#T_SP=a.B|kind",
            "#T_RL=a.R|is|BT_a.B",
            "",
            "",
            "#Text=Ana met",
            "#Text=Bob.",
            "1-1\t0-3\tAna\tPER\t_\t_\t",
            "1-2\t4-7\tmet\tA\\_B[2]\ta\\|b\t1-1[0_2]\t",
            "1-3\t8-11\tBob\tA\\_B[2]|*[3]\t_\t_\t",
            "1-4\t11-12\t.\t_\t_\t_\t",
            "",
            "#Text=End_1",
            "2-1\t13-18\tEnd_1\t_\t_\t_\t",
            "",
          ].join("\n"),
        );
        expect(await readBack(folder)).toMatchObject([document]);
      },
      context,
    );
  });
});

test("the examples are what the writer makes of them", async () => {
  const examples = fileURLToPath(new URL("../../../examples/formats/webanno", import.meta.url));
  const documents = await readBack(examples);
  expect(documents).toHaveLength(10);
  await withWritten(documents, webanno, async (written) => {
    for (const { id } of documents) {
      expect(readFileSync(`${examples}/${id}.tsv`, "utf8")).toBe(readFileSync(`${written}/${id}.tsv`, "utf8"));
    }
  });
});
