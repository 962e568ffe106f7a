"""Stores what the official scorer of SemEval-2010 Task 8 prints, for src/evaluation/semeval2010.test.ts.

Run: python scripts/oracle/semeval2010_scorer.py PATH/semeval2010_task8_scorer-v1.2.pl
(writes test/oracle/semeval2010-scorer.json; needs perl and the scorer of the task's release, which is not ours to ship)
"""

import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

scorer = Path(sys.argv[1])
stream = random.Random(20100322)
relations = [
    "Cause-Effect",
    "Component-Whole",
    "Content-Container",
    "Entity-Destination",
    "Entity-Origin",
    "Instrument-Agency",
    "Member-Collection",
    "Message-Topic",
    "Product-Producer",
]


def every_label(names):
    return ["Other"] + [f"{name}({order})" for name in names for order in ("e1,e2", "e2,e1")]


def answer(gold, labels):
    """None is a skipped sentence."""
    kind = stream.random()
    if kind < 0.5:
        return gold
    if kind < 0.65 and gold != "Other":
        return gold.replace("e1,e2", "x").replace("e2,e1", "e1,e2").replace("x", "e2,e1")
    if kind < 0.7:
        return None
    return stream.choice(labels)


def score(gold, predicted):
    with tempfile.TemporaryDirectory() as folder:
        key, proposed = Path(folder, "key.txt"), Path(folder, "proposed.txt")
        key.write_text("".join(f"{i}\t{label}\n" for i, label in enumerate(gold)))
        proposed.write_text("".join(f"{i}\t{label}\n" for i, label in enumerate(predicted) if label is not None))
        output = subprocess.run(["perl", scorer, proposed, key], capture_output=True, text=True, check=True).stdout
    official = output[output.index("-- OFFICIAL >>>") :]
    percents = lambda pattern: [float(number) for number in re.search(pattern, official, re.DOTALL).groups()]
    return {
        "official": percents(r"macro-averaged F1 = ([\d.]+)%")[0],
        "micro": percents(r"Micro-averaged.*?P =.*?= +([\d.]+)% +R =.*?= +([\d.]+)% +F1 = +([\d.]+)%"),
        "macro": percents(r"MACRO-averaged.*?P = +([\d.]+)%\s+R = +([\d.]+)%\s+F1 = +([\d.]+)%"),
        "relations": {
            name: [float(p), float(r), float(f)]
            for name, p, r, f in re.findall(
                r"([A-Z]\w+-\w+) :    P = .*?= +([\d.]+)% +R = .*?= +([\d.]+)% +F1 = +([\d.]+)%", official
            )
        },
    }


cases = []
for count, names in [(40, relations), (120, relations), (400, relations), (60, relations[:4]), (30, relations[5:7])]:
    for _ in range(2):
        gold = stream.choices(every_label(names), k=count)
        # Predictions come from all nine: some of relations that the key never has.
        predicted = [answer(label, every_label(relations)) for label in gold]
        cases.append({"gold": gold, "predicted": predicted, "answers": score(gold, predicted)})

target = Path(__file__).parents[2] / "test" / "oracle" / "semeval2010-scorer.json"
sha256 = hashlib.sha256(scorer.read_bytes()).hexdigest()
lines = ",\n".join(json.dumps(case) for case in cases)
target.write_text(
    f'{{"scorer": "semeval2010_task8_scorer-v1.2.pl", "sha256": "{sha256}", "cases": [\n{lines}\n]}}\n', encoding="utf-8"
)
