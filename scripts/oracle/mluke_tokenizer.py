"""Trains a small sentencepiece model, and asks transformers' MLukeTokenizer for encodings over it.

    python scripts/oracle/mluke_tokenizer.py --train
    npx vitest run src/tokenization/tiny-mluke-vocab.test.ts --update
    python scripts/oracle/mluke_tokenizer.py                (transformers 4.57.6, sentencepiece 0.2.3)

The first writes sentencepiece.bpe.model and entity_vocab.json of test/oracle/tiny-mluke-vocab, from the sentences of
tiny-vocab; the second the files beside them; the third test/oracle/mluke_tokenizer.json.gz: versions, hashes of the
files, and for each task and case the text, its spans in UTF-16 code units, and the answer.
"""

import io
import json
import random
import sys
from pathlib import Path

import sentencepiece
import transformers
from transformers import MLukeTokenizer

from tokenizer_cases import ENTITY, PAIR, SPANS, WORDS, case, cases, padded, passport, write

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = ROOT / "test" / "oracle" / "tiny-vocab" / "sentences.txt"
VOCABULARY = ROOT / "test" / "oracle" / "tiny-mluke-vocab"
OUTPUT = ROOT / "test" / "oracle" / "mluke_tokenizer.json.gz"

# [PAD] is not 0 and [MASK2] is the last, as mLUKE's builder leaves them.
ENTITIES = ["[MASK]", "[UNK]", "[PAD]", "en:Leeds", "fr:Lyon", "de:Köln", "ja:京都", "ar:القاهرة", "[MASK2]"]

NORMALIZED = [
    "ﬁn ﬂeur ĳ ǆ ㎏ ㍿ ① ⑳ ℡ ™ ª ﷺ",
    "ｱﾊﾟｰﾄ ガ グ カﾞ \u30af\u3099 ＡＢＣ ！？ ～ ㈱ ㌔",
    "e\u0301\u0323 a\u0302\u0300 \u1100\u1161\u11a8 Tie\u0302\u0301ng Vie\u0323\u0302t กำ ำ",
    "\x00 \x01 a\x08b \x7f \u00ad so\u00adft \u200d \u2060 \ufe0f \ufffd",
    "¨ ´ ¯ ˘ ᾽ ἐνθάδ᾽ ▁ ▁▁ a▁b ▁c d▁",
    "[MASK] [PAD] [MASK2] <ent ent> <ent2 < s> </ s> <m ask>",
]
# Two segmentations have the same pieces in another order: how sums are rounded decides. In float64 the first two come
# out otherwise; sentencepiece 0.2.0, which compares before it rounds, differs in the others.
TIED = ["2222220220222000", "112010202202201121", "لمعلمعلملللل", "معلمعلممعلممعلل"]


def tied_words(rng, pieces):
    """Words of the letters of one piece."""
    longer = [piece for piece in pieces if len(piece) > 1]
    for _ in range(200):
        letters = rng.choice(longer)
        yield "".join(rng.choice(letters) for _ in range(rng.randint(3, 24)))


def train():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES.read_text("utf-8").splitlines()),
        model_writer=model,
        model_type="unigram",
        vocab_size=500,
        character_coverage=0.98,
        normalization_rule_name="nmt_nfkc",
        num_threads=1,
        minloglevel=2,
    )
    VOCABULARY.mkdir(exist_ok=True)
    (VOCABULARY / "sentencepiece.bpe.model").write_bytes(model.getvalue())
    ids = {title: index for index, title in enumerate(ENTITIES)}
    text = json.dumps(ids, ensure_ascii=False, indent=2)
    (VOCABULARY / "entity_vocab.json").write_text(text + "\n", "utf-8")


def ask():
    tokenizer = MLukeTokenizer.from_pretrained(VOCABULARY)
    assert tokenizer.task == PAIR
    spans = MLukeTokenizer.from_pretrained(VOCABULARY, task=SPANS)
    rng = random.Random(20220315)
    pieces = [tokenizer.sp_model.id_to_piece(i).strip("▁") for i in range(3, len(tokenizer.sp_model))]
    words = WORDS + [word for line in NORMALIZED for word in line.split(" ")]
    words += [*tied_words(rng, pieces)]
    write(
        OUTPUT,
        {
            **passport(VOCABULARY, sentencepiece=sentencepiece.__version__),
            "vocabSize": len(tokenizer),
            "cases": cases(MLukeTokenizer, VOCABULARY, rng, words, {PAIR: 3000, ENTITY: 1000, SPANS: 1300}),
            "differences": {
                "literal": case(tokenizer, "Write <ent> or <mask> or <s> in Leeds.", [(0, 5), (32, 37)]),
            },
            "tied": [case(spans, text, [(0, len(text))]) for text in TIED],
            "padded": padded(tokenizer, rng, words),
        },
    )


if __name__ == "__main__":
    assert transformers.__version__ == "4.57.6", transformers.__version__
    train() if sys.argv[1:] == ["--train"] else ask()
