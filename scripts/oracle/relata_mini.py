"""Writes what transformers makes of relata-mini into test/oracle/relata-mini.json.gz.

    node scripts/pretrained/build.js --weights … --tokenizer tokenizer.json --bits 32 --output FOLDER
    python scripts/oracle/relata_mini.py FOLDER tokenizer.json        (transformers 4.57.6, torch 2.13, sentencepiece)

Pieces are those of the official tokenizer of multilingual-e5-small, for texts of the bundled example and for texts drawn
at random from letters of the Latin script, digits and signs. States are those of the entities of a text read once, by
LukeModel; offsets count UTF-16 units.
"""

import gzip
import json
import random
import sys
from pathlib import Path

import tokenizers
import torch
import transformers
from transformers import LukeModel, MLukeTokenizer

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "test" / "oracle" / "relata-mini.json.gz"
LATIN = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZàâäáãåçéèêëíîïñóôöõøœæúûüùÿßšžčćđłńśźżąęěřůťďăâîșțğışõäöü"
    "ÀÂÉÈÊÇŒÆØÅÑŠŽ0123456789      .,;:!?'\"()-–—…«»“”’/@#&%€$£°²½№™+*=<>[]{}|\\_~^`\u00a0\u202fﬁ①ⅷ™🎉😀"
)
TEXTS = [
    ("Je voudrais une attestation de paiement pour 2022.", ["Je", "voudrais", "une attestation de paiement", "2022"]),
    ("Anna met Ben in Rome, and Zoé wrote to them 🎉 in 2019.", ["Anna", "Ben", "Rome", "Zoé", "2019"]),
    ("Ça marche", ["Ça", "marche"]),
]


def main(folder, official):
    reference = tokenizers.Tokenizer.from_file(official)
    reference.no_truncation()
    random.seed(7)
    lines = (ROOT / "examples" / "annotations.jsonlines").read_text(encoding="utf-8").splitlines()
    examples = [json.loads(line)["item"]["data"]["text"] for line in lines]
    # Left out is where the fast tokenizer and sentencepiece, which MLukeTokenizer asks, differ themselves: a blank or U+200B
    # at the end, and a combining accent behind a sign such as ™.
    drawn = ["".join(random.choices(LATIN, k=random.randint(1, 40))).strip() for _ in range(1500)]
    pieces = [{"text": text, "pieces": reference.encode(text, add_special_tokens=False).tokens} for text in examples[:300] + drawn]

    tokenizer = MLukeTokenizer.from_pretrained(folder, task=None)
    model, info = LukeModel.from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    model.eval()
    states = []
    for text, mentions in TEXTS:
        spans = [(text.index(mention), text.index(mention) + len(mention)) for mention in mentions]
        utf16 = [[len(text[:offset].encode("utf-16-le")) // 2 for offset in span] for span in spans]
        inputs = tokenizer(text, entities=["[MASK]"] * len(spans), entity_spans=spans, return_tensors="pt")
        with torch.no_grad():
            answer = model(**inputs).entity_last_hidden_state[0]
        states.append({"text": text, "spans": utf16, "states": [[round(x, 7) for x in row] for row in answer.tolist()]})
    versions = {"transformers": transformers.__version__, "torch": torch.__version__, "tokenizers": tokenizers.__version__}
    stored = {"versions": versions, "states": states, "pieces": pieces}
    OUTPUT.write_bytes(gzip.compress((json.dumps(stored, ensure_ascii=False) + "\n").encode(), mtime=0))


main(*sys.argv[1:])
