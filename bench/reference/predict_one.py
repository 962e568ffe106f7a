"""Opens a pair classifier with transformers, labels one pair and prints it as JSON: what bench/cold-start.js compares with.

    python bench/reference/predict_one.py FOLDER --text TEXT --span START:END --span START:END
"""

import argparse
import json
import resource
import sys

import torch
from transformers import LukeForEntityPairClassification, LukeTokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--text", required=True)
    parser.add_argument("--span", action="append", required=True)
    given = parser.parse_args()
    spans = [tuple(int(offset) for offset in span.split(":")) for span in given.span]

    tokenizer = LukeTokenizer.from_pretrained(given.folder, task="entity_pair_classification")
    model = LukeForEntityPairClassification.from_pretrained(given.folder).eval()
    with torch.inference_mode():
        logits = model(**tokenizer(given.text, entity_spans=spans, return_tensors="pt")).logits[0]
    best = int(logits.argmax())
    answer = {"label": model.config.id2label[best], "probability": float(logits.softmax(-1)[best])}
    print(json.dumps(answer), flush=True)
    # In KiB, but in bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"peakMemory": peak}))


if __name__ == "__main__":
    main()
