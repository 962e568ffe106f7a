"""Writes a pair classifier of luke-base's size with random weights, as transformers saves it (1.1 GB), and its answers.

    python bench/reference/base_checkpoint.py OUT        (transformers 4.57.6, torch 2.13.0 on the CPU)

OUT gets config.json, pytorch_model.bin, the tokenizer's files (the words of test/oracle/tiny-vocab, 500,000 entity
titles) and reference.json: versions, and the logits of 16 pairs of examples/annotations.jsonlines, each encoded by
LukeTokenizer and scored alone. Spans there are in UTF-16 code units, as everywhere in this repository.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import LukeConfig, LukeForEntityPairClassification, LukeTokenizer

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = ROOT / "test" / "oracle" / "tiny-vocab"
EXAMPLES = ROOT / "examples" / "annotations.jsonlines"
SPECIAL_ENTITIES = ("[PAD]", "[UNK]", "[MASK]", "[MASK2]")
ENTITIES = 500_000
LABELS = ("no_relation", "WHO_DO", "DO_WHAT")
SENTENCES = 16


def make_tokenizer():
    titles = list(SPECIAL_ENTITIES) + [f"Title {i}" for i in range(len(SPECIAL_ENTITIES), ENTITIES)]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(VOCABULARY, folder, dirs_exist_ok=True)
        (Path(folder) / "entity_vocab.json").write_text(json.dumps({title: i for i, title in enumerate(titles)}))
        return LukeTokenizer.from_pretrained(folder, task="entity_pair_classification")


def make_model():
    """luke-base's sizes; a fresh model's biases, LayerNorms and even attention would hide mistakes, so they are not kept."""
    torch.manual_seed(0)
    config = LukeConfig(
        vocab_size=50267,
        entity_vocab_size=ENTITIES,
        max_position_embeddings=514,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)},
    )
    model = LukeForEntityPairClassification(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(".bias"):
                parameter.normal_(0, 0.02)
            elif name.endswith("LayerNorm.weight"):
                parameter.normal_(1, 0.1)
            elif "query" in name or ".key." in name:
                parameter.mul_(2)
    return model


def pairs():
    """The first annotated pair of every few documents whose mentions do not overlap (a difference on purpose)."""
    found = []
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        export = json.loads(line)
        text, ner = export["item"]["data"]["text"], export["annotation"]["ner"]
        entities = {e["ent_id"]: (e["start_char"], e["end_char"]) for e in ner["Entities"]["entities"]}
        for relation in ner["relations"][:1]:
            head, tail = entities[relation["src"]], entities[relation["dest"]]
            if head[1] <= tail[0] or tail[1] <= head[0]:
                found.append({"text": text, "head": head, "tail": tail})
    return found[:: len(found) // SENTENCES][:SENTENCES]


def code_points(text, span):
    """Python counts code points where JavaScript counts UTF-16 code units."""
    units = text.encode("utf-16-le")
    return tuple(len(units[: 2 * offset].decode("utf-16-le")) for offset in span)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    assert transformers.__version__ == "4.57.6", transformers.__version__
    out.mkdir(parents=True, exist_ok=True)
    tokenizer, model = make_tokenizer(), make_model()
    cases = pairs()
    for case in cases:
        spans = [code_points(case["text"], case[end]) for end in ("head", "tail")]
        encoded = tokenizer(case["text"], entity_spans=spans, return_tensors="pt")
        with torch.no_grad():
            case["logits"] = model(**encoded).logits[0].tolist()
        case["tokens"] = encoded["input_ids"].shape[1]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    reference = {"versions": versions, "cases": cases}
    (out / "reference.json").write_text(json.dumps(reference, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    tokenizer.save_pretrained(out)
    model.save_pretrained(out, safe_serialization=False)


if __name__ == "__main__":
    main()
