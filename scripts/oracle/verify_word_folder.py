"""Checks by hand that transformers and Relata say the same of folders of BERT, RoBERTa, XLM-R or CamemBERT in pair encoding.

    python scripts/oracle/verify_word_folder.py FOLDER [FOLDER ...]        (transformers 4.57.6, a built checkout)

Opens each folder with AutoModel, requires that no weight is missing, runs the very program of its model card, and compares
its probabilities with those of `relata predict` on the card's text. Exits 1 if they differ by more than 1e-5.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from transformers import AutoModel

ROOT = Path(__file__).resolve().parents[2]
SPAN = re.compile(r"--span '?(\d+):(\d+)(?::([^' ]+))?'?")


def check(folder):
    _, info = AutoModel.from_pretrained(folder, output_loading_info=True)
    card = (folder / "README.md").read_text()
    program = re.search(r"```python\n(.*?)```", card, re.DOTALL)[1]
    names = {}
    exec(re.sub(r"^folder = .*$", f"folder = {str(folder)!r}", program, flags=re.MULTILINE), names)
    labels = names["model"].config.id2label
    theirs = {labels[i]: value for i, value in enumerate(names["logits"].softmax(-1).tolist())}
    shell = re.search(r"npx relata predict .*", card)[0]
    entities = [
        {"start": int(start), "end": int(end), **({"type": kind} if kind else {})} for start, end, kind in SPAN.findall(shell)
    ]
    question = {"text": re.search(r'--text "(.*?)"', shell)[1], "entities": entities, "pairs": [[0, 1]]}
    command = ["node", ROOT / "bin" / "relata.js", "predict", folder, "-", "--threads", "1"]
    answer = subprocess.run(command, input=json.dumps(question), check=True, capture_output=True, text=True).stdout
    (relation,) = json.loads(answer.splitlines()[0])["relations"]
    difference = abs(relation["probability"] - theirs[relation["label"]])
    print(f"{folder.name}: {relation['label']} {theirs[relation['label']]:.6f}, difference {difference:.1e}, missing {info['missing_keys']}")
    return difference <= 1e-5 and not info["missing_keys"] and relation["label"] == max(theirs, key=theirs.get)


if __name__ == "__main__":
    sys.exit(0 if all([check(Path(path).resolve()) for path in sys.argv[1:]]) else 1)
