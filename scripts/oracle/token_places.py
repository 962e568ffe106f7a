"""Asks the tokenizers of transformers for the characters of each token, in texts of test/oracle/word-encoders.

Writes test/oracle/token-places.json: for each tokenizer and text the places as the fast tokenizers give them
(`return_offsets_mapping`), in UTF-16 code units; and token-places.hashes.json.gz: for each tokenizer of word_encoders.py and
encoder_families.py a hash of the ids and places in each of the 5,000 texts, places without white space at their ends.

    python scripts/oracle/token_places.py        (transformers 4.57.6, on what those two scripts wrote)
"""

import gzip
import hashlib
import json
import shutil
import tempfile
import unicodedata
from pathlib import Path

import transformers
from transformers import AutoTokenizer

from tokenizer_cases import utf16

ORACLE = Path(__file__).resolve().parents[2] / "test" / "oracle"
COUNT = 80
FAMILIES = ("distilbert", "deberta-v2", "modernbert", "mmbert")
# What String.prototype.trim takes away.
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
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
    places, hashes = {}, {}
    for tokenizer in stored["tokenizers"]:
        name = tokenizer["name"]
        with tempfile.TemporaryDirectory() as folder:
            for file, text in tokenizer["files"].items():
                (Path(folder) / file).write_text(text)
            if "tokenizer.json" not in tokenizer["files"]:
                shutil.copy(ORACLE / "tiny-mluke-vocab" / "sentencepiece.bpe.model", folder)
            fast = AutoTokenizer.from_pretrained(folder, use_fast=True)
            assert fast.is_fast
            if "tokenizer.json" in tokenizer["files"]:
                places[name] = [of_text(fast, text) for text in texts]
            hashes[name] = [hash_of(fast, text) for text in stored["texts"]]
    for name in FAMILIES:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ORACLE / "encoder-families" / name, folder, dirs_exist_ok=True)
            packed = Path(folder) / "tokenizer.json.gz"
            (Path(folder) / "tokenizer.json").write_bytes(gzip.decompress(packed.read_bytes()))
            fast = AutoTokenizer.from_pretrained(folder)
            hashes[name] = [hash_of(fast, text) for text in stored["texts"]]
    result = {"transformers": transformers.__version__, "texts": texts, "places": places}
    (ORACLE / "token-places.json").write_text(json.dumps(result, ensure_ascii=False) + "\n")
    packed = json.dumps({"transformers": transformers.__version__, "hashes": hashes}).encode()
    (ORACLE / "token-places.hashes.json.gz").write_bytes(gzip.compress(packed, mtime=0))


def combines(character):
    """A mark of the character before it, or a later part of a Korean syllable: where a rule joins the two, tokenizers names the first alone."""
    return unicodedata.category(character)[0] == "M" or "\u1161" <= character <= "\u1175" or "\u11a8" <= character <= "\u11c2"


def trimmed(text, start, end):
    """As `trimmed` of test/support/word-encoders.ts: "3-7", or "none"."""
    if start < end:
        while end < len(text) and combines(text[end]):
            end += 1
    surface = text[start:end]
    start, end = start + len(surface) - len(surface.lstrip(SPACE)), start + len(surface.rstrip(SPACE))
    return f"{utf16(text, start)}-{utf16(text, end)}" if start < end else "none"


def hash_of(tokenizer, text):
    found = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, split_special_tokens=True)
    ids = found["input_ids"]
    places = [trimmed(text, start, end) for start, end in found["offset_mapping"]]
    # A word mark of its own before the text stands for no character; tokenizers gives it the first one.
    if ids and tokenizer.convert_ids_to_tokens(ids[0]) == "▁":
        places[0] = "none"
    line = " ".join(f"{token}:{place}" for token, place in zip(ids, places, strict=True))
    return hashlib.sha256(line.encode()).hexdigest()[:8]


def of_text(tokenizer, text):
    # A special token's name in a text is text to Relata.
    found = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False, split_special_tokens=True)
    result = []
    for start, end in found["offset_mapping"]:
        result.append([utf16(text, at) for at in (start, end)])
    return {"ids": found["input_ids"], "places": result}


if __name__ == "__main__":
    main()
