import * as fc from "fast-check";

/** Every white space of Unicode, and characters that some take for it. */
const blanks = [
  ...Array.from(
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f",
  ),
  ...Array.from("\u205f\u3000\u001c\u001d\u001e\u001f\u180e\u200b\u200d\u2060\ufeff"),
];

/** Text of anything a pre-tokenizer may stumble over, lone surrogates among it. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom("'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'", "’s", " '", "house", " house", "Leeds"),
      fc.constantFrom(...blanks, " ", " ", "  "),
      fc.constantFrom(
        "²",
        "Ⅷ",
        "½",
        "७",
        "٣",
        "𝟘",
        "1",
        "42",
        "e\u0301",
        "\u0301",
        "न",
        "ि",
        "日本",
        "ع",
        "ǅ",
        "ª",
        "ʰ",
      ),
      fc.constantFrom(
        "𐐀",
        "𠀀",
        "🙂",
        "👩‍🏫",
        "\ud800",
        "\udfff",
        "\u0000",
        "\uffff",
        "\u{10ffff}",
        "\ue000",
        "<ent>",
        "_",
      ),
      fc.string({ unit: "grapheme", maxLength: 4 }),
      fc.string({ unit: "binary-ascii", maxLength: 6 }),
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(""));
