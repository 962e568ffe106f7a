"""Asks transformers' LukeTokenizer for encodings over the small vocabulary of test/oracle/tiny-vocab.

Writes test/oracle/luke_tokenizer.json.gz: versions, hashes of the vocabulary's files, and for each task and case the
text, its spans in UTF-16 code units, and the answer. Run from anywhere:

    python scripts/oracle/luke_tokenizer.py        (transformers 4.57.6)

The vocabulary comes from src/tokenization/tiny-vocab.test.ts (`npx vitest run src/tokenization/tiny-vocab.test.ts --update`).
"""

import random
from pathlib import Path

import regex
import transformers
from transformers import LukeTokenizer

from tokenizer_cases import ENTITY, PAIR, SPANS, WORDS, case, cases, padded, passport, write

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "test" / "oracle" / "tiny-vocab"
OUTPUT = ROOT / "test" / "oracle" / "luke_tokenizer.json.gz"


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    tokenizer = LukeTokenizer.from_pretrained(VOCABULARY)
    assert tokenizer.task == PAIR
    rng = random.Random(20220315)
    pangram = "The teacher bought a house in Leeds."
    write(
        OUTPUT,
        {
            **passport(VOCABULARY, regex=regex.__version__),
            "vocabSize": len(tokenizer),
            "cases": cases(LukeTokenizer, VOCABULARY, rng, WORDS, {PAIR: 3000, ENTITY: 1000, SPANS: 1300}),
            "differences": {
                "nested": case(tokenizer, pangram, [(0, 26), (4, 11)]),
                "overlapping": case(tokenizer, pangram, [(0, 18), (12, 35)]),
                "identical": case(tokenizer, pangram, [(4, 11), (4, 11)]),
                "literal": case(tokenizer, "Write <ent> or <mask> or <s> in Leeds.", [(0, 5), (32, 37)]),
                "truncated": case(tokenizer, pangram, [(4, 11), (30, 35)], truncation=True, max_length=12),
            },
            "padded": padded(tokenizer, rng, WORDS),
        },
    )


if __name__ == "__main__":
    main()
