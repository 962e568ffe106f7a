"""Writes the same tiny classifiers in every form that transformers saves, with what it answers, into test/oracle/luke-folders.

    python scripts/oracle/luke_folders.py        (transformers 4.57.6, torch 2.13)

`pair-safetensors`, `pair-bin` and `pair-sharded` hold one pair classifier over the vocabulary of test/oracle/tiny-vocab,
with more entities than the special ones; `entity` and `span` hold LUKE's other heads. The tokenizer's files stand once, in
`tokenizer`, and belong to all of them; `mluke-pair` goes with test/oracle/tiny-mluke-vocab. answers.json has the logits of texts and spans (UTF-16 and code points).
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from transformers import (
    LukeConfig,
    LukeForEntityClassification,
    LukeForEntityPairClassification,
    LukeForEntitySpanClassification,
    LukeTokenizer,
    MLukeTokenizer,
)

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "test" / "oracle" / "tiny-vocab"
MLUKE_VOCABULARY = ROOT / "test" / "oracle" / "tiny-mluke-vocab"
OUTPUT = ROOT / "test" / "oracle" / "luke-folders"
LABELS = ["no_relation", "WHO_DO", "DO_WHAT"]
# Neither dense nor in the usual order: ids are to be read from the file.
ENTITIES = {"Lyon": 0, "[MASK]": 1, "Paris": 2, "[PAD]": 3, "Leeds": 4, "[MASK2]": 5, "[UNK]": 6, "Rome": 7}
TEXTS = [
    ("Je voudrais une attestation de paiement pour 2022.", [(0, 2), (3, 11), (12, 39), (45, 49)]),
    ("🎉 Zoé a reçu le colis à Évry", [(2, 5), (6, 12), (13, 21), (24, 28)]),
]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def save(model, name, **how):
    model.save_pretrained(OUTPUT / name, **how)


def main():
    shutil.rmtree(OUTPUT, ignore_errors=True)
    tokens = OUTPUT / "tokenizer"
    shutil.copytree(VOCABULARY, tokens, ignore=shutil.ignore_patterns("sentences.txt"))
    (tokens / "entity_vocab.json").write_text(json.dumps(ENTITIES, indent=1) + "\n")

    def tokenizer(task):
        return LukeTokenizer.from_pretrained(tokens, task=task)

    config = LukeConfig(
        vocab_size=len(tokenizer(None)), entity_vocab_size=len(ENTITIES), hidden_size=24, entity_emb_size=8,
        num_hidden_layers=2, num_attention_heads=12, intermediate_size=32, max_position_embeddings=66, type_vocab_size=1,
        layer_norm_eps=1e-5, initializer_range=0.2, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
    )
    torch.manual_seed(3)
    pair, entity, span = (
        kind(config).eval()
        for kind in (LukeForEntityPairClassification, LukeForEntityClassification, LukeForEntitySpanClassification)
    )
    save(pair, "pair-safetensors")
    save(pair, "pair-bin", safe_serialization=False)
    save(pair, "pair-sharded", max_shard_size="60KB")
    save(entity, "entity")
    save(span, "span")

    mluke_encode = MLukeTokenizer.from_pretrained(MLUKE_VOCABULARY, task="entity_pair_classification")
    config.vocab_size, config.use_entity_aware_attention = len(mluke_encode), False
    config.entity_vocab_size = max(mluke_encode.entity_vocab.values()) + 1
    mluke = LukeForEntityPairClassification(config).eval()
    save(mluke, "mluke-pair")

    cases = []
    for text, spans in TEXTS:
        case = {"text": text, "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans]}
        with torch.no_grad():
            asked = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
            encode = tokenizer("entity_pair_classification")
            case["pairs"] = [
                {"pair": [i, j], "logits": pair(**encode(text, entity_spans=[spans[i], spans[j]], return_tensors="pt")).logits[0].tolist()}
                for i, j in asked
            ]
            case["mlukePairs"] = [
                {"pair": [i, j], "logits": mluke(**mluke_encode(text, entity_spans=[spans[i], spans[j]], return_tensors="pt")).logits[0].tolist()}
                for i, j in asked
            ]
            encode = tokenizer("entity_classification")
            case["entities"] = [entity(**encode(text, entity_spans=[one], return_tensors="pt")).logits[0].tolist() for one in spans]
            encode = tokenizer("entity_span_classification")
            case["mentions"] = span(**encode(text, entity_spans=spans, return_tensors="pt")).logits[0].tolist()
        cases.append(case)
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    (OUTPUT / "answers.json").write_text(json.dumps({"versions": versions, "labels": LABELS, "cases": cases}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
