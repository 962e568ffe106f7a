"""Asks transformers' LukeTokenizer for pair encodings over the small vocabulary of test/oracle/tiny-vocab.

Writes test/oracle/luke_tokenizer.json.gz: versions, hashes of the vocabulary's files, and for each case the text, its
spans in Unicode code points and in UTF-16 code units, and the answer. Run from anywhere:

    python scripts/oracle/luke_tokenizer.py        (transformers 4.57.6)

The vocabulary comes from src/tokenization/tiny-vocab.test.ts (`npx vitest run src/tokenization/tiny-vocab.test.ts --update`).
"""

import gzip
import hashlib
import json
import platform
import random
from pathlib import Path

import regex
import tokenizers
import transformers
from transformers import LukeTokenizer

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "test" / "oracle" / "tiny-vocab"
OUTPUT = ROOT / "test" / "oracle" / "luke_tokenizer.json.gz"
TASK = "entity_pair_classification"

SCRIPTS = [
    "Je voudrais l'attestation de résidence d’Évreux",
    "the teacher's house isn't LARGE they'll I'm we've",
    "Straße Brötchen żaglówka Příliš žluťoučký İzmir ğ ı",
    "nga\u0300y e\u0301te\u0301 Ame\u0301lie o\u0308 z\u0323\u0307 Đà Nẵng",
    "δασκάλα Αθήνα учительница Казань Ґанок",
    "المعلمة بيتا سه‌شنبه המורה קָנְתָה",
    "शिक्षिका वाराणसी শিক্ষিকা ஆசிரியை ครูซื้อบ้าน",
    "先生は京都に 老师在杭州 선생님은 부산에 \u1112\u1161\u11ab 𠮷野家 𝔘𝔫𝔦",
    "መምህሯ მასწავლებელმა Ուսուցչուհին ᏣᎳᎩ ߒߞߏ",
    "🙂 👍🏽 👩‍🏫 🇫🇷 🏠🎉 ☃️ 🧑🏿‍🚀",
    "2022 ½ ٢٠١٨ ２０２２ Ⅷ 1,250.50 x² 12h30 ౩",
    ". , ; : ! ? ( ) « » “ ” — … % € $ # @ & / \\ | ~ ` ^ <b> [UNK]",
    "'s 't 're 'S ’s '' \" -- ... !!! don't l'on",
]
WORDS = [word for line in SCRIPTS for word in line.split(" ")]
BLANKS = [" "] * 12 + ["", "", "  ", "   ", "\n", "\t", "\r\n", " \n ", "\u00a0", " \u00a0", "\u3000", "\u2009"]
BLANKS += ["\u0085", "\u200b", "\ufeff", "\u2028"]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def make_case(rng):
    """A text and four code point offsets a < b <= c < d, at word boundaries or anywhere."""
    while True:
        text, edges = "", {0}
        for _ in range(rng.choice([2, 2, 3, 3, 5, 5, 8, 8, 13, 50])):
            text += rng.choice(BLANKS)
            edges.add(len(text))
            text += rng.choice(WORDS)
            edges.add(len(text))
        text += rng.choice(["", "", ".", " ", "  ", "\n"])
        pool = sorted(edges) if rng.random() < 0.5 else range(len(text) + 1)
        touching = rng.random() < 0.2
        if len(pool) < 4:
            continue
        offsets = sorted(rng.sample(pool, 3 if touching else 4))
        if touching:
            offsets.insert(2, offsets[1])
        spans = [tuple(offsets[:2]), tuple(offsets[2:])]
        rng.shuffle(spans)
        return text, spans


def encode(tokenizer, text, spans, **options):
    answer = tokenizer(text, entity_spans=list(spans), **options)
    return {
        "inputIds": answer["input_ids"],
        "entityIds": answer["entity_ids"],
        "entityPositionIds": [[i for i in positions if i != -1] for positions in answer["entity_position_ids"]],
    }


def case(tokenizer, text, spans, **options):
    return {
        "text": text,
        "codePoints": spans,
        "head": [utf16(text, offset) for offset in spans[0]],
        "tail": [utf16(text, offset) for offset in spans[1]],
        **encode(tokenizer, text, spans, **options),
    }


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    tokenizer = LukeTokenizer.from_pretrained(VOCABULARY)
    assert tokenizer.task == TASK
    rng = random.Random(20220315)
    cases = [case(tokenizer, *make_case(rng)) for _ in range(1800)]

    pangram = "The teacher bought a house in Leeds."
    differences = {
        "nested": case(tokenizer, pangram, [(0, 26), (4, 11)]),
        "overlapping": case(tokenizer, pangram, [(0, 18), (12, 35)]),
        "identical": case(tokenizer, pangram, [(4, 11), (4, 11)]),
        "literal": case(tokenizer, "Write <ent> or <mask> or <s> in Leeds.", [(0, 5), (32, 37)]),
        "truncated": case(tokenizer, pangram, [(4, 11), (30, 35)], truncation=True, max_length=12),
    }

    # Two positions are two markers around nothing, which Relata refuses.
    rows = [c for c in cases if all(len(positions) > 2 for positions in c["entityPositionIds"])][:12]
    padded = tokenizer([c["text"] for c in rows], entity_spans=[list(c["codePoints"]) for c in rows], padding="longest")
    keys = ["input_ids", "attention_mask", "entity_ids", "entity_attention_mask", "entity_position_ids"]

    oracle = {
        "versions": {
            "transformers": transformers.__version__,
            "tokenizers": tokenizers.__version__,
            "regex": regex.__version__,
            "python": platform.python_version(),
        },
        "sha256": {
            name: hashlib.sha256((VOCABULARY / name).read_bytes()).hexdigest()
            for name in sorted(path.name for path in VOCABULARY.iterdir())
        },
        "vocabSize": len(tokenizer),
        "cases": cases,
        "differences": differences,
        "padded": {key: padded[key] for key in keys},
    }
    text = json.dumps(oracle, ensure_ascii=False, separators=(",", ":"))
    OUTPUT.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))
    longest = max(len(p) for c in cases for p in c["entityPositionIds"])
    print(f"{len(cases)} cases, {OUTPUT.stat().st_size} bytes, longest mention {longest} tokens")


if __name__ == "__main__":
    main()
