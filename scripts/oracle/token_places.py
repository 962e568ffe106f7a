"""Asks the tokenizers of transformers for the characters of each token, in texts of test/oracle/word-encoders.

Writes test/oracle/token-places.json: for each tokenizer and text the places as the fast tokenizers give them
(`return_offsets_mapping`), in UTF-16 code units. Texts with lone surrogates, which Python's
tokenizers refuse, are left out.

    python scripts/oracle/token_places.py        (transformers 4.57.6, on test/oracle/word-encoders/tokenizers.json.gz)
"""

import gzip
import json
import tempfile
from pathlib import Path

import transformers
from transformers import AutoTokenizer

ORACLE = Path(__file__).resolve().parents[2] / "test" / "oracle"
COUNT = 80
WHOLE = [
    "Je voudrais une attestation de paiement pour 2022.",
    "🎉 Zoé a reçu le colis à Évry ; 👩‍🏫 too.",
    "東京都庁で山田さんに会った",
    "เขาไปกรุงเทพมหานครเมื่อวาน",
    "line one\r\nline two\tand\u00a0three",
    "e\u0301te\u0301 ﬁn ½ Straße İstanbul",
]


def main():
    stored = json.loads(gzip.open(ORACLE / "word-encoders" / "tokenizers.json.gz").read())
    step = len(stored["texts"]) // COUNT
    some = [text for text in stored["texts"][::step] if all(not 0xD800 <= ord(c) < 0xE000 for c in text)]
    texts = WHOLE + some
    places = {}
    for tokenizer in stored["tokenizers"]:
        if "tokenizer.json" not in tokenizer["files"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tokenizer["files"].items():
                (Path(folder) / name).write_text(text)
            fast = AutoTokenizer.from_pretrained(folder, use_fast=True)
            assert fast.is_fast
            places[tokenizer["name"]] = [of_text(fast, text) for text in texts]
    result = {"transformers": transformers.__version__, "texts": texts, "places": places}
    (ORACLE / "token-places.json").write_text(json.dumps(result, ensure_ascii=False) + "\n")


def of_text(tokenizer, text):
    # A special token's name in a text is text to Relata.
    found = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, split_special_tokens=True)
    result = []
    for start, end in found["offset_mapping"]:
        result.append([len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)])
    return {"ids": found["input_ids"], "places": result}


if __name__ == "__main__":
    main()
