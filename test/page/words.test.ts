// Sentences of the page that count something.
import { expect, test } from "vitest";
import { en } from "../../src/page/words/en.ts";
import { fr } from "../../src/page/words/fr.ts";

test("too few documents to train on, in words", () => {
  expect([0, 1, 3].map((n) => en.tooFew(n, 5))).toEqual([
    "No document is done yet, and a run needs 5.",
    "1 document is done, and a run needs 5. Finish more of them first.",
    "3 documents are done, and a run needs 5. Finish more of them first.",
  ]);
  expect([0, 1, 3].map((n) => fr.tooFew(n, 5))).toEqual([
    "Aucun document n'est terminé, et un entraînement en demande 5.",
    "1 document est terminé, et un entraînement en demande 5. Terminez-en d'abord davantage.",
    "3 documents sont terminés, et un entraînement en demande 5. Terminez-en d'abord davantage.",
  ]);
});
