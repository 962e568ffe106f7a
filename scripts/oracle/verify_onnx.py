"""Checks by hand that examples/onnx/answer.py, which knows onnxruntime and tokenizers alone, answers as Relata does.

    pip install onnxruntime tokenizers numpy
    python scripts/oracle/verify_onnx.py FOLDER [FOLDER ...]        (onnxruntime 1.32.0, tokenizers 0.22.2, a built checkout)

Exports each model folder to ONNX and gives texts to the program and to `relata predict`: found entities, pairs that are asked and
labels are to be the same, and probabilities of pairs to differ by no more than 1e-6, all by the schema and thresholds of the model.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("answer", ROOT / "examples" / "onnx" / "answer.py")
answer = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(answer)

TEXTS = [
    (
        "Je voudrais une attestation de paiement pour 2022.",
        [(0, 2, "SUBJ"), (3, 11, "VERB"), (12, 39, "OBJ"), (45, 49, "TIME")],
    ),
    ("Anna read the contract of 2002 today", [(0, 4, "SUBJ"), (5, 9, "VERB"), (10, 22, "OBJ"), (26, 30, "UNKNOWN")]),
    ("🎉 Zoé a reçu le colis à Évry", [(2, 5, ""), (6, 12, "VERB"), (13, 21, "OBJ"), (24, 28, "PLACE")]),
    ("Bob reads", [(0, 9, "SUBJ"), (4, 9, "VERB"), (0, 3, "ZZZ")]),
    ("They wrote (and they) wrote… again", [(0, 4, "SUBJ"), (5, 10, "VERB"), (16, 20, "SUBJ"), (22, 27, "VERB")]),
    ("Anna lives in Oslo, and Tom lives in Paris", [(0, 4, "PER"), (14, 18, "CITY"), (24, 27, "PER"), (37, 42, "CITY")]),
]


def utf16(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2


def relata(*arguments, **more):
    command = ["node", str(ROOT / "bin" / "relata.js"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, **more).stdout


def predictions(folder, lines):
    return [json.loads(line) for line in relata("predict", folder, "-", "--threads", "1", input="\n".join(lines)).splitlines()]


def spans_of(text, prediction):
    return [(one["start"], one["end"], one["type"]) for one in prediction["entities"]]


def check(folder):
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        relata("model", "export", folder, place / "onnx", "--format", "onnx")
        model = answer.Model(place / "onnx")
        task = model.facts["task"]
        worst, pairs, found = 0.0, 0, 0
        given = [[{"start": utf16(text, s), "end": utf16(text, e), "type": kind} for s, e, kind in spans] for text, spans in TEXTS]
        if task in ("relations", "both"):
            lines = [json.dumps({"text": text, "entities": entities}) for (text, _), entities in zip(TEXTS, given)]
            for (text, spans), prediction in zip(TEXTS, predictions(folder, lines)):
                asked = [(one["head"], one["tail"]) for one in prediction["relations"]]
                labels = {}
                for head, tail, label, probability in answer.relations(model, text, spans):
                    labels.setdefault((head, tail), []).append(label)
                for one in prediction["relations"]:
                    expected = one.get("labels", [one["label"]])
                    found_labels = labels[one["head"], one["tail"]]
                    assert found_labels == expected, (text, one, found_labels)
                kinds = [kind for _, _, kind in spans]
                mirrors = any(one is not None for one in answer.mirror_labels(model))
                every = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
                every = [(i, j) for i, j in every if answer.may_be_related(model, kinds[i], kinds[j])]
                # Of a symmetric relation one direction is printed.
                assert set(asked) <= set(every) and (mirrors or set(asked) == set(every)), (text, asked, every)
                if not every:
                    continue
                scored = answer.probabilities(model, answer.relation_logits(model, text, spans, every), kinds, every)
                rows = [scored[every.index(pair)] for pair in asked]
                for row, one in zip(rows, prediction["relations"]):
                    theirs = [one["probabilities"][label] for label in model.facts["labels"]]
                    worst = max(worst, *(abs(a - b) for a, b in zip(row, theirs)))
                    pairs += 1
        if task in ("entities", "both"):
            lines = [json.dumps({"text": text}) for text, _ in TEXTS]
            for (text, _), prediction in zip(TEXTS, predictions(folder, lines)):
                ours = {(utf16(text, s), utf16(text, e), kind) for s, e, kind in answer.entities(model, text)}
                theirs = set(spans_of(text, prediction))
                assert ours == theirs, (text, ours, theirs)
                found += len(ours)
        print(f"{folder}: {task}, {pairs} pairs, largest difference of a probability {worst:.1e}, {found} entities the same")
        return worst <= 1e-6


if __name__ == "__main__":
    sys.exit(0 if all([check(Path(folder)) for folder in sys.argv[1:]]) else 1)
