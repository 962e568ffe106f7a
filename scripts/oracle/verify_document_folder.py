"""Checks by hand that transformers and Relata say the same of a model folder in document encoding.

    python scripts/oracle/verify_document_folder.py FOLDER [FOLDER ...]        (transformers 4.57.6, a built checkout)

Opens each folder with LukeForEntityPairClassification and its tokenizer, requires that no key is missing or unexpected,
reads each text once with all of its entities (`entities=["[TYPE:SUBJ]", …]` where the folder knows the type, else `[MASK]`),
applies the classifier to the states of head and tail of each pair, and compares the probabilities with those of
`relata predict`, for which a copy of the folder without the schema forbids no label, and without calibration has the probabilities of the logits. Exits 1 where they differ by more
than 1e-5.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoTokenizer, LukeForEntityPairClassification

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    (
        "Je voudrais une attestation de paiement pour 2022.",
        [(0, 2, "SUBJ"), (3, 11, "VERB"), (12, 39, "OBJ"), (45, 49, "TIME")],
    ),
    ("Anna read the contract of 2002 today", [(0, 4, "SUBJ"), (5, 9, "VERB"), (10, 22, "OBJ"), (26, 30, "UNKNOWN")]),
    ("🎉 Zoé a reçu le colis à Évry", [(2, 5, ""), (6, 12, "VERB"), (13, 21, "OBJ"), (24, 28, "PLACE")]),
    ("They wrote and they wrote again", [(0, 4, "SUBJ"), (5, 10, "VERB"), (15, 19, "SUBJ"), (20, 25, "VERB")]),
]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def predict(folder, lines):
    """Relations of each text, nothing left out by the schema."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "model"
        shutil.copytree(folder, copy)
        manifest = json.loads((copy / "relata.json").read_text())
        # Before version 2 the keys of the task stood at the top.
        task = manifest.get("task", manifest)
        assert task["encoding"] == "document", f"{folder} is in {task['encoding']} encoding: see verify_folder.py"
        task |= {"schema": None, "calibration": None}
        (copy / "relata.json").write_text(json.dumps(manifest))
        command = ["node", str(ROOT / "bin" / "relata.js"), "predict", str(copy), "-"]
        answer = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    return [json.loads(line)["relations"] for line in answer.splitlines()]


def pair_logits(model, tokenizer, text, spans):
    """Logits of every ordered pair of different mentions, by pair, from one reading of the text."""
    titles = [f"[TYPE:{kind}]" for _, _, kind in spans]
    entities = [title if title in tokenizer.entity_vocab else "[MASK]" for title in titles]
    inputs = tokenizer(text, entities=entities, entity_spans=[span[:2] for span in spans], return_tensors="pt")
    with torch.no_grad():
        states = model.luke(**inputs).entity_last_hidden_state[0]
        return {
            (i, j): model.classifier(torch.cat([states[i], states[j]]))
            for i in range(len(spans))
            for j in range(len(spans))
            if i != j
        }


def check(folder, model=None):
    """Compares the folder, or another model that is to answer as it does."""
    lost = {}
    if model is None:
        model, info = LukeForEntityPairClassification.from_pretrained(folder, output_loading_info=True)
        lost = {name: keys for name, keys in info.items() if keys}
    # The folder names the task of single pairs; a whole text is read with none.
    tokenizer = AutoTokenizer.from_pretrained(folder, task=None)
    model.eval()
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    several = model.config.problem_type == "multi_label_classification"
    lines, expected = [], []
    for text, spans in TEXTS:
        entities = [{"start": utf16(text, s), "end": utf16(text, e), "type": kind} for s, e, kind in spans]
        lines.append(json.dumps({"text": text, "entities": entities}))
        for pair, logits in pair_logits(model, tokenizer, text, spans).items():
            expected.append((pair, logits.sigmoid() if several else logits.softmax(-1)))
    found = [((one["head"], one["tail"]), one["probabilities"]) for relations in predict(folder, lines) for one in relations]
    assert [pair for pair, _ in found] == [pair for pair, _ in expected], "not the same pairs"
    worst = max(
        (row - torch.tensor([given[label] for label in labels])).abs().max().item()
        for (_, row), (_, given) in zip(expected, found, strict=True)
    )
    count = len(found)
    print(f"{folder}: {count} pairs, largest difference of a probability {worst:.1e}; missing or unexpected keys: {lost or 'none'}")
    return worst <= 1e-5 and not lost


if __name__ == "__main__":
    sys.exit(0 if all([check(Path(folder)) for folder in sys.argv[1:]]) else 1)
