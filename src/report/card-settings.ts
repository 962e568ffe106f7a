import { z } from "zod";

const several = (one: string): RegExp => new RegExp(`^(?:${one})(?:,(?:${one}))*$`);

/** Settings of the model card: facts for the head of README.md that are in no data. The spellings are those of the hub. */
export const cardSettings = z.strictObject({
  license: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.+-]*$/,
      "expected the hub's name of a license, in small letters, as apache-2.0, mit or other",
    )
    .optional()
    .describe(
      "License of the model, for the head of its card, as the hub spells it: apache-2.0, mit, cc-by-4.0, other",
    ),
  language: z
    .string()
    .regex(several("[a-z]{2,3}(?:-[A-Za-z0-9]+)*"), "expected codes of languages, as fr or fr,en")
    .optional()
    .describe("Languages of the texts, for the head of the card: codes of ISO 639, separated by commas, as fr,en"),
  datasets: z
    .string()
    .regex(
      several("[\\w-][\\w.-]*/[\\w.-]+"),
      "expected names of data sets on the hub, as org/name or org/name,org/other",
    )
    .optional()
    .describe(
      "Names on the hub of the data sets that the model learns from, for the head of the card, separated by commas",
    ),
});
export type CardSettings = z.infer<typeof cardSettings>;

/** The settings of the card, to be left out where no card is written. */
export const cardFields = { license: true, language: true, datasets: true } as const;
