"""Asks transformers for the types that a folder of `relata train --task entity-typing` gives, in a few texts.

Writes test/oracle/entity-typing/answers.json beside the folder's own files, which are committed with it.

    python scripts/oracle/entity_typing.py        (transformers 4.57.6, torch 2.13.0 on the CPU, a built checkout)

The folder is made anew: the tiny checkpoint of test/oracle/luke-folders, trained for some steps on the bundled example.
It has to open as LukeForEntityClassification with no key missing or unexpected. With folders as arguments, nothing is
written: their probabilities are compared with those of `relata predict`, and it exits 1 where they differ by more than 1e-5.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from transformers import AutoTokenizer, LukeForEntityClassification

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "test" / "oracle"
TEXTS = [
    ("Je voudrais une attestation de paiement pour 2022.", [(0, 2), (3, 11), (12, 39), (45, 49)]),
    ("Anna read the contract of 2002 today", [(0, 4), (10, 22), (26, 30)]),
    ("🎉 Zoé a reçu le colis à Évry", [(2, 5), (6, 12), (13, 21), (24, 28)]),
]


def relata(*arguments, **options):
    command = ["node", str(ROOT / "bin" / "relata.js"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def train(folder):
    """Ten steps from a checkpoint of a few thousand weights."""
    with tempfile.TemporaryDirectory() as place:
        start = Path(place) / "start"
        shutil.copytree(ORACLE / "luke-folders" / "entity", start)
        shutil.copytree(ORACLE / "luke-folders" / "tokenizer", start, dirs_exist_ok=True)
        trained = Path(place) / "trained"
        settings = ["--model", start, "--max-steps", 10, "--learning-rate", 0.01, "--threads", 1, "--train-documents", 40]
        relata("train", ROOT / "examples" / "annotations.jsonlines", "--task", "entity-typing", "--output", trained, *settings)
        shutil.rmtree(folder, ignore_errors=True)
        # Report, card and log are of no interest here.
        shutil.copytree(trained, folder, ignore=shutil.ignore_patterns("metrics.jsonl", "report.html", "README.md"))


def ask(folder):
    """The probabilities of each span of each text."""
    model, info = LukeForEntityClassification.from_pretrained(folder, output_loading_info=True)
    lost = {name: keys for name, keys in info.items() if keys}
    assert not lost, lost
    tokenizer = AutoTokenizer.from_pretrained(folder, task="entity_classification")
    model.eval()
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    cases = []
    for text, spans in TEXTS:
        rows = []
        for span in spans:
            with torch.no_grad():
                rows.append(model(**tokenizer(text, entity_spans=[span], return_tensors="pt")).logits.softmax(-1)[0].tolist())
        cases.append({"text": text, "spans": [[utf16(text, start), utf16(text, end)] for start, end in spans], "probabilities": rows})
    return labels, cases


def verify(folder):
    labels, cases = ask(folder)
    lines = "\n".join(json.dumps({"text": case["text"], "entities": case["spans"]}) for case in cases)
    answers = [json.loads(line) for line in relata("predict", folder, "-", input=lines).splitlines()]
    worst = max(
        abs(expected - entity["probabilities"][label])
        for case, answer in zip(cases, answers, strict=True)
        for row, entity in zip(case["probabilities"], answer["entities"], strict=True)
        for expected, label in zip(row, labels, strict=True)
    )
    print(f"{folder}: largest difference of a probability {worst:.1e}")
    return worst <= 1e-5


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(0 if all([verify(Path(folder)) for folder in sys.argv[1:]]) else 1)
    folder = ORACLE / "entity-typing"
    train(folder)
    labels, cases = ask(folder)
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    (folder / "answers.json").write_text(json.dumps({"versions": versions, "labels": labels, "cases": cases}, indent=1) + "\n")
