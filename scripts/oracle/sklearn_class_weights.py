"""Stores scikit-learn's balanced class weights of small label lists, for src/training/class-weights.test.ts.

Run: python scripts/oracle/sklearn_class_weights.py   (writes test/oracle/sklearn-class-weights.json)
"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.utils.class_weight import compute_class_weight

# How often each label id occurs; scikit-learn has no weight for one that never does.
all_counts = [[5], [1, 1], [90, 9, 1], [1000, 0, 3], [0, 7, 0, 2], [3, 1, 4, 1, 5, 9, 2, 6], [89700, 1]]


def answers(counts):
    labels = numpy.repeat(numpy.arange(len(counts)), counts)
    present = numpy.unique(labels)
    weights = compute_class_weight("balanced", classes=present, y=labels)
    return {str(label): float(weight) for label, weight in zip(present, weights)}


cases = [{"counts": counts, "weights": answers(counts)} for counts in all_counts]
target = Path(__file__).parents[2] / "test" / "oracle" / "sklearn-class-weights.json"
lines = ",\n".join(json.dumps(case) for case in cases)
target.write_text(f'{{"scikit-learn": "{sklearn.__version__}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")
