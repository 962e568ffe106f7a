"""Checks by hand that transformers and Relata say the same of a model folder, whoever wrote it.

    python scripts/oracle/verify_folder.py FOLDER [FOLDER ...]        (transformers 4.57.6, a built checkout)
    python scripts/oracle/verify_folder.py MODEL.zip                  (what "Download the folder" of a page gives)

Opens each folder with LukeForEntityPairClassification and its tokenizer, requires that no key is missing or unexpected,
and compares the probabilities of some pairs with those of `relata predict`. Exits 1 where they differ by more than 1e-5.
For a folder with typed markers the types are written into the texts first, as its model card says. Calibration, which
transformers knows nothing of, is taken out of a copy first.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from transformers import AutoTokenizer, LukeForEntityPairClassification

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    ("Je voudrais une attestation de paiement pour 2022.", [(0, 2), (3, 11), (12, 39), (45, 49)]),
    ("Anna read the contract of 2002 today", [(0, 4), (10, 22), (26, 30)]),
    ("🎉 Zoé a reçu le colis à Évry", [(2, 5), (6, 12), (13, 21), (24, 28)]),
]


# Of the mentions of a text, in turn.
TYPES = ["SUBJ", "verbForm", "", "TIME_OF"]
WORDS = {"SUBJ": "subj", "verbForm": "verb form", "TIME_OF": "time of"}


def with_types(text, mentions):
    """The text and the two spans with the words of the types before the mentions, which do not overlap."""
    places = {}
    for (start, end), kind in sorted(mentions, reverse=True):
        mark = f"* {WORDS[kind]} * " if kind else ""
        text = text[:start] + mark + text[start:]
        places = {span: (begin + len(mark), stop + len(mark)) for span, (begin, stop) in places.items()}
        places[start, end] = (start, end + len(mark))
    return text, [places[span] for span, _ in mentions]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def uncalibrated(source, place):
    """A copy of a folder, or the one of a zip, whose probabilities are those of the logits; and its task in relata.json."""
    folder = Path(place) / "model"
    if source.suffix == ".zip":
        with zipfile.ZipFile(source) as packed:
            packed.extractall(place)
        [folder] = Path(place).iterdir()
    else:
        shutil.copytree(source, folder)
    manifest = folder / "relata.json"
    if not manifest.exists():
        return folder, {}
    facts = json.loads(manifest.read_text())
    # Before version 2 the keys of the task stood at the top.
    task = facts.get("task", facts)
    if task.get("calibration"):
        task["calibration"] = None
        manifest.write_text(json.dumps(facts))
    return folder, task


def check(source, model=None):
    """Compares the folder, or another model that is to answer as it does."""
    with tempfile.TemporaryDirectory() as place:
        folder, task = uncalibrated(source, place)
        return compare(source, folder, task.get("markers") == "typed", model)


def compare(source, folder, is_typed, model):
    lost = {}
    if model is None:
        model, info = LukeForEntityPairClassification.from_pretrained(folder, output_loading_info=True)
        lost = {name: keys for name, keys in info.items() if keys}
    tokenizer = AutoTokenizer.from_pretrained(folder, task="entity_pair_classification")
    model.eval()
    lines, expected = [], []
    for text, spans in TEXTS:
        pairs = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
        entities = [
            {"start": utf16(text, start), "end": utf16(text, end), "type": kind} for (start, end), kind in zip(spans, TYPES)
        ]
        lines.append(json.dumps({"text": text, "entities": entities, "pairs": pairs}))
        for head, tail in pairs:
            marked, places = text, [spans[head], spans[tail]]
            if is_typed:
                marked, places = with_types(text, [(spans[head], TYPES[head]), (spans[tail], TYPES[tail])])
            inputs = tokenizer(marked, entity_spans=places, return_tensors="pt")
            with torch.no_grad():
                expected.append(model(**inputs).logits.softmax(-1)[0])
    command = ["node", str(ROOT / "bin" / "relata.js"), "predict", str(folder), "-"]
    answer = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    found = [pair["probabilities"] for line in answer.splitlines() for pair in json.loads(line)["relations"]]
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    worst = max(abs(row[i].item() - probabilities[label]) for row, probabilities in zip(expected, found, strict=True) for i, label in enumerate(labels))
    print(f"{source}: {len(found)} pairs, largest difference of a probability {worst:.1e}; missing or unexpected keys: {lost or 'none'}")
    return worst <= 1e-5 and not lost


if __name__ == "__main__":
    sys.exit(0 if all([check(Path(folder)) for folder in sys.argv[1:]]) else 1)
