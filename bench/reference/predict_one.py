"""Opens a pair classifier with transformers, labels one pair and prints it as JSON: what bench/cold-start.js compares with.

    python bench/reference/predict_one.py FOLDER --text TEXT --span START:END --span START:END [--threads 2]
"""

import argparse
import json

import torch
from peak_memory import peak_memory
from transformers import LukeForEntityPairClassification, LukeTokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--text", required=True)
    parser.add_argument("--span", action="append", required=True)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    spans = [tuple(int(offset) for offset in span.split(":")) for span in given.span]

    tokenizer = LukeTokenizer.from_pretrained(given.folder, task="entity_pair_classification")
    model = LukeForEntityPairClassification.from_pretrained(given.folder).eval()
    with torch.inference_mode():
        logits = model(**tokenizer(given.text, entity_spans=spans, return_tensors="pt")).logits[0]
    best = int(logits.argmax())
    answer = {"label": model.config.id2label[best], "probability": float(logits.softmax(-1)[best])}
    print(json.dumps(answer), flush=True)
    print(json.dumps({"peakMemory": peak_memory()}))


if __name__ == "__main__":
    main()
