"""Stores scikit-learn's scores of small label lists, for src/evaluation/scores.test.ts.

Run: python scripts/oracle/sklearn_scores.py   (writes test/oracle/sklearn-scores.json)
"""

import json
import random
from pathlib import Path

import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

stream = random.Random(20100715)


def draw(labels, count, weights=None):
    return stream.choices(labels, weights=weights, k=count)


def noisy(gold, labels, share_right):
    return [g if stream.random() < share_right else stream.choice(labels) for g in gold]


def inputs():
    """(name, number of labels, gold, predicted); id 0 is the no-relation label."""
    for num_labels in range(2, 13):
        labels = list(range(num_labels))
        gold = draw(labels, 20 + 7 * num_labels)
        yield f"random, {num_labels} labels", num_labels, gold, noisy(gold, labels, 0.6)
        rare = draw(labels, 60, [30] + [1] * (num_labels - 1))
        yield f"mostly no relation, {num_labels} labels", num_labels, rare, noisy(rare, labels, 0.8)
    for num_labels in (4, 7, 12):
        labels = list(range(num_labels))
        gold = draw(labels[:-1], 40)
        yield f"last label absent in gold, {num_labels}", num_labels, gold, noisy(gold, labels, 0.5)
        gold = draw(labels, 40)
        yield f"label 1 never predicted, {num_labels}", num_labels, gold, noisy([0 if g == 1 else g for g in gold], [0, 2], 0.7)
        gold = draw([0, 2], 25)
        yield f"empty classes, {num_labels}", num_labels, gold, noisy(gold, [0, 2], 0.5)
        gold = draw(labels[1:], 25)
        yield f"no-relation label nowhere, {num_labels}", num_labels, gold, noisy(gold, labels[1:], 0.5)
    gold = draw(range(5), 30)
    yield "perfect", 5, gold, list(gold)
    yield "all predicted no relation", 5, gold, [0] * 30
    yield "all wrong", 5, gold, [(g + 1) % 5 for g in gold]
    yield "no relation at all", 3, [0] * 10, [0] * 10
    yield "only false positives", 3, [0] * 10, [1, 2] * 5
    yield "one pair, right", 2, [1], [1]
    yield "one pair, missed", 2, [1], [0]


def answers(num_labels, gold, predicted):
    occurring = sorted({*gold, *predicted})
    relations = [label for label in occurring if label != 0]
    f1 = lambda labels, average: float(f1_score(gold, predicted, labels=labels, average=average, zero_division=0))
    every = list(range(num_labels))
    precision, recall, fscore, support = precision_recall_fscore_support(gold, predicted, labels=every, zero_division=0)
    return {
        "accuracy": float(accuracy_score(gold, predicted)),
        "micro_f1": f1(None, "micro"),
        "macro_f1": f1(None, "macro"),
        # scikit-learn has no answer for an empty list of labels.
        "relation_micro_f1": f1(relations, "micro") if relations else 0.0,
        "relation_macro_f1": f1(relations, "macro") if relations else 0.0,
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": fscore.tolist(),
        "support": support.tolist(),
        "confusion_matrix": confusion_matrix(gold, predicted, labels=every).tolist(),
    }


cases = [
    {"name": name, "num_labels": n, "gold": gold, "predicted": predicted, "answers": answers(n, gold, predicted)}
    for name, n, gold, predicted in inputs()
]
target = Path(__file__).parents[2] / "test" / "oracle" / "sklearn-scores.json"
lines = ",\n".join(json.dumps(case) for case in cases)
target.write_text(f'{{"scikit-learn": "{sklearn.__version__}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")
