"""Writes tiny classifiers with entities for types, and what they say of every pair of a text read once, into test/oracle/luke-documents.

    python scripts/oracle/luke_documents.py        (transformers 4.57.6, torch 2.13)

`aware` has LUKE's entity-aware attention, `plain` has none; both have the words of test/oracle/tiny-vocab and the entities
of entity_vocab.json, some of them titles `[TYPE:…]`. answers.json has, by model, the logits of every ordered pair: the
encoder reads a text with all of its entities, and the classifier the states of head and tail. Spans are UTF-16 offsets.
"""

import json
import shutil
from pathlib import Path

import torch
import transformers
from transformers import LukeConfig, LukeForEntityPairClassification, LukeTokenizer

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "test" / "oracle" / "tiny-vocab"
OUTPUT = ROOT / "test" / "oracle" / "luke-documents"
LABELS = ["no_relation", "WHO_DO", "DO_WHAT"]
# Neither dense nor in the usual order: ids are to be read from the file.
ENTITIES = {
    "Lyon": 0, "[MASK]": 1, "[TYPE:VERB]": 2, "Paris": 3, "[PAD]": 4, "[MASK2]": 5, "[UNK]": 6, "[TYPE:SUBJ]": 7,
    "[TYPE:TIME]": 8,
}
# fmt: off
TEXTS = [
    ("Je voudrais une attestation de paiement pour 2022.", [(0, 2, "SUBJ"), (3, 11, "VERB"), (12, 39, "OBJ"), (45, 49, "TIME")]),
    # Out of their order, of no type, of one that has no entity.
    ("🎉 Zoé a reçu le colis à Évry", [(24, 28, "PLACE"), (13, 21, ""), (6, 12, "VERB"), (2, 5, "SUBJ")]),
    # Nested, overlapping, twice the same.
    ("Anna and Ben read it today", [(0, 12, "SUBJ"), (0, 4, "SUBJ"), (9, 17, "VERB"), (9, 17, "VERB"), (21, 26, "TIME")]),
    # A mention of more tokens than count for its position.
    ("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h wrote", [(0, 67, "SUBJ"), (68, 73, "VERB")]),
]
# fmt: on


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def pair_logits(model, tokenizer, text, spans):
    titles = [f"[TYPE:{kind}]" for _, _, kind in spans]
    entities = [title if title in ENTITIES else "[MASK]" for title in titles]
    inputs = tokenizer(text, entities=entities, entity_spans=[span[:2] for span in spans], return_tensors="pt")
    with torch.no_grad():
        states = model.luke(**inputs).entity_last_hidden_state[0]
        return [
            {"pair": [i, j], "logits": model.classifier(torch.cat([states[i], states[j]])).tolist()}
            for i in range(len(spans))
            for j in range(len(spans))
            if i != j
        ]


def main():
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    vocabulary = OUTPUT / "entity_vocab.json"
    vocabulary.write_text(json.dumps(ENTITIES, indent=1) + "\n")
    tokenizer = LukeTokenizer(
        VOCABULARY / "vocab.json", VOCABULARY / "merges.txt", vocabulary, additional_special_tokens=["<ent>", "<ent2>"]
    )
    assert len(tokenizer) == len(LukeTokenizer.from_pretrained(VOCABULARY))
    answers = {}
    for name, is_aware in [("aware", True), ("plain", False)]:
        config = LukeConfig(
            vocab_size=len(tokenizer), entity_vocab_size=len(ENTITIES), hidden_size=16, entity_emb_size=8,
            num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=82,
            type_vocab_size=1, layer_norm_eps=1e-5, initializer_range=0.2, pad_token_id=1, bos_token_id=0, eos_token_id=2,
            use_entity_aware_attention=is_aware,
            id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
        )
        torch.manual_seed(5)
        model = LukeForEntityPairClassification(config).eval()
        model.save_pretrained(OUTPUT / name)
        answers[name] = [pair_logits(model, tokenizer, text, spans) for text, spans in TEXTS]
    cases = [
        {
            "text": text,
            "spans": [{"start": utf16(text, start), "end": utf16(text, end), "type": kind} for start, end, kind in spans],
            "logits": {name: of_texts[i] for name, of_texts in answers.items()},
        }
        for i, (text, spans) in enumerate(TEXTS)
    ]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    stored = {"versions": versions, "cases": cases}
    (OUTPUT / "answers.json").write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
