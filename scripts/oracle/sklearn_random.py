"""Stores scikit-learn's scores of 1,000 random label sets, for src/evaluation/random-scores.test.ts: pairs with one label
each, also by the formula of TACRED's scorer, and pairs with several labels.

Run: python scripts/oracle/sklearn_random.py   (writes test/oracle/sklearn-random.json.gz)
"""

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import numpy
import sklearn
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

stream = random.Random(20260729)


def drawn_labels(num_labels):
    """Labels that may occur, with weights: all of them, some (empty classes), one alone, or no relation alone."""
    kind = stream.random()
    if kind < 0.05:
        return [0], [1]
    if kind < 0.15:
        return [stream.randrange(num_labels)], [1]
    labels = list(range(num_labels))
    if kind < 0.45:
        labels = sorted(stream.sample(labels, stream.randint(1, num_labels)))
    weights = [1 / (1 + i) ** stream.choice([0, 1, 2]) for i in range(len(labels))]
    return labels, weights


def single():
    num_labels = stream.randint(1, 12)
    count = stream.randint(1, 60)
    gold = stream.choices(*drawn_labels(num_labels), k=count)
    others = stream.choices(*drawn_labels(num_labels), k=count)
    share = stream.choice([0, 0.3, 0.6, 0.9, 1])
    predicted = [g if stream.random() < share else o for g, o in zip(gold, others)]
    return num_labels, gold, predicted


def tacred(gold, predicted):
    """Micro averages of scorer.py of TACRED (Zhang et al. 2017): id 0 is no_relation."""
    correct, guessed, of_gold = Counter(), Counter(), Counter()
    for g, p in zip(gold, predicted):
        if p != 0:
            guessed[p] += 1
        if g != 0:
            of_gold[g] += 1
        if g != 0 and g == p:
            correct[p] += 1
    precision = sum(correct.values()) / sum(guessed.values()) if guessed else 1.0
    recall = sum(correct.values()) / sum(of_gold.values()) if of_gold else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def averages(gold, predicted, labels):
    if not labels:
        return [0.0, 0.0]
    return [float(f1_score(gold, predicted, labels=labels, average=one, zero_division=0)) for one in ("micro", "macro")]


def answers_single(num_labels, gold, predicted):
    occurring = sorted({*gold, *predicted})
    every = list(range(num_labels))
    by_label = precision_recall_fscore_support(gold, predicted, labels=every, zero_division=0)
    return {
        "accuracy": float(accuracy_score(gold, predicted)),
        "all": averages(gold, predicted, occurring),
        "relations": averages(gold, predicted, [label for label in occurring if label != 0]),
        "tacred": tacred(gold, predicted),
        "labels": [values.tolist() for values in by_label],
    }


def several():
    """Sets of relations; an empty one has no relation."""
    num_labels = stream.randint(3, 9)  # scikit-learn takes one column for binary labels
    count = stream.randint(1, 40)
    relations = list(range(1, num_labels))
    draw = lambda: sorted(stream.sample(relations, min(len(relations), stream.choice([0, 0, 1, 1, 2, 3]))))
    gold = [draw() for _ in range(count)]
    share = stream.choice([0, 0.3, 0.6, 0.9, 1])
    predicted = [g if stream.random() < share else draw() for g in gold]
    if stream.random() < 0.1:
        predicted = [[] for _ in gold]
    return num_labels, gold, predicted


def answers_several(num_labels, gold, predicted):
    matrix = lambda sets: numpy.array([[int(label in one) for label in range(1, num_labels)] for one in sets])
    occurring = sorted({label - 1 for one in [*gold, *predicted] for label in one})
    by_label = precision_recall_fscore_support(matrix(gold), matrix(predicted), average=None, zero_division=0)
    return {
        "relations": averages(matrix(gold), matrix(predicted), occurring),
        "labels": [values.tolist() for values in by_label],
    }


def cases(make, answer, count):
    for _ in range(count):
        num_labels, gold, predicted = make()
        yield {"num_labels": num_labels, "gold": gold, "predicted": predicted, **answer(num_labels, gold, predicted)}


stored = {
    "scikit-learn": sklearn.__version__,
    "single": list(cases(single, answers_single, 700)),
    "several": list(cases(several, answers_several, 300)),
}
target = Path(__file__).parents[2] / "test" / "oracle" / "sklearn-random.json.gz"
target.write_bytes(gzip.compress(json.dumps(stored, separators=(",", ":")).encode(), 9, mtime=0))
