"""Stores the scores of seqeval and nervaluate of 5,000 random answers, for src/evaluation/entities.

A case is a list of texts, each with its gold and its found spans, [start, end, type] with an exclusive end. Flat cases are
tags as well, which seqeval reads in strict mode (IOB2). Nested, overlapping and repeated spans are no tags: seqeval has no
answer there, and nervaluate gets the spans themselves. nervaluate depends on the order of spans; it gets that of the text.

Where seqeval has no number (the mean over no types) the stored one is 0.

Run: python scripts/oracle/entity_scores.py   (writes test/oracle/entity-scores.json.gz)
"""

import gzip
import json
import math
import random
import warnings
from importlib.metadata import version
from pathlib import Path

from nervaluate import Evaluator
from seqeval.metrics.v1 import precision_recall_fscore_support  # what mode="strict" calls
from seqeval.scheme import IOB2

warnings.simplefilter("ignore")
stream = random.Random(20130614)
TYPES = "ABCDE"
MODES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


def flat_spans(length, types, density):
    """Spans that do not overlap, some of them side by side."""
    spans, at = [], 0
    while at < length:
        if stream.random() < density:
            end = min(length, at + stream.choice([1, 1, 1, 2, 2, 3, 5]))
            spans.append([at, end, stream.choice(types)])
            at = end
        else:
            at += 1
    return spans


def free_spans(length, types, count):
    """Spans anywhere: nested, crossing, equal."""
    spans = []
    for _ in range(count):
        start = stream.randrange(length)
        spans.append([start, stream.randint(start + 1, min(length, start + 6)), stream.choice(types)])
        if stream.random() < 0.15:
            spans.append(list(stream.choice(spans)))
    return spans


def noisy(gold, length, types, flat):
    """Found spans that resemble the gold ones: some missed, moved, of another type, some out of nothing."""
    share = stream.choice([0.0, 0.1, 0.3, 0.6])
    found = []
    for start, end, kind in gold:
        fate = stream.random()
        if fate < share / 3:
            continue
        if fate < share * 2 / 3:
            start, end = max(0, start - stream.randint(0, 1)), min(length, end + stream.randint(-1, 1))
            start, end = (start, end) if start < end else (start, start + 1)
        elif fate < share:
            kind = stream.choice(types)
        found.append([start, end, kind])
        if not flat and stream.random() < share / 3:
            found.append([start, end, kind])
    if stream.random() < share:
        found += free_spans(length, types, stream.randint(1, 2))
    return unnested(found) if flat else found


def unnested(spans):
    kept, last = [], 0
    for span in sorted(spans):
        if span[0] >= last:
            kept.append(span)
            last = span[1]
    return kept


def text_of(flat, types):
    length = stream.choice([1, 3, 6, 10, 10, 16])
    if stream.random() < 0.02:
        length = 300
    gold = flat_spans(length, types, stream.choice([0.15, 0.4, 0.9])) if flat else free_spans(length, types, stream.randint(0, 4))
    if length == 300:
        # Long spans: one shared character is less than the percent that nervaluate asks for.
        gold = [[stream.randrange(40), stream.randrange(100, 260), stream.choice(types)]]
        end = gold[0][0] + stream.randint(1, 4)
        found = [[gold[0][0], end, gold[0][2]], [end, 290, stream.choice(types)]]
        return {"length": length, "gold": gold, "found": found}
    found = noisy(gold, length, types, flat) if stream.random() < 0.8 else (
        flat_spans(length, types, 0.4) if flat else free_spans(length, types, stream.randint(0, 4))
    )
    fate = stream.random()
    return {"length": length, "gold": [] if fate < 0.06 else gold, "found": [] if 0.04 < fate < 0.12 else found}


def tags(spans, length):
    out = ["O"] * length
    for start, end, kind in spans:
        out[start:end] = ["B-" + kind] + ["I-" + kind] * (end - start - 1)
    return out


def whole(number):
    """A ratio in billionths."""
    return 0 if math.isnan(number) else round(float(number) * 10**9)


def seqeval_answer(texts):
    gold = [tags(text["gold"], text["length"]) for text in texts]
    found = [tags(text["found"], text["length"]) for text in texts]
    ask = lambda average: precision_recall_fscore_support(gold, found, average=average, scheme=IOB2, zero_division=0)
    if not any(text["gold"] or text["found"] for text in texts):
        return [[0] * 3] * 3 + [[]]
    per_type = [[whole(value) for value in values] for values in list(ask(None))[:3]] + [ask(None)[3].tolist()]
    return [[whole(value) for value in list(ask(average))[:3]] for average in ("micro", "macro", "weighted")] + [per_type]


def nervaluate_answer(texts):
    entities = lambda spans: [{"label": kind, "start": start, "end": end - 1} for start, end, kind in sorted(spans)]
    gold, found = ([entities(text[side]) for text in texts] for side in ("gold", "found"))
    results = Evaluator(gold, found, tags=list(TYPES), loader="dict").evaluate()
    counts = lambda result: [result.correct, result.incorrect, result.partial, result.missed, result.spurious]
    return [
        [
            counts(results["overall"][name]),
            [whole(getattr(results["overall"][name], ratio)) for ratio in ("precision", "recall", "f1")],
            [counts(results["entities"][kind][name]) for kind in sorted(results["entities"])],
        ]
        for name in MODES.values()
    ]


def shuffled(spans):
    return stream.sample(spans, len(spans))


cases = []
for number in range(5000):
    flat = number % 3 != 0
    types = TYPES[: stream.choice([1, 2, 3, 5])]
    texts = [text_of(flat, types) for _ in range(stream.choice([1, 1, 2, 3]))]
    is_flat = all(text[side] == unnested(text[side]) for text in texts for side in ("gold", "found"))
    cases.append([
        [[shuffled(text["gold"]), shuffled(text["found"])] for text in texts],
        seqeval_answer(texts) if is_flat else None,
        nervaluate_answer(texts),
    ])

versions = {name: version(name) for name in ("seqeval", "nervaluate")}
head = json.dumps({**versions, "modes": list(MODES)})
lines = "\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
target = Path(__file__).parents[2] / "test" / "oracle" / "entity-scores.json.gz"
target.write_bytes(gzip.compress(f"{head}\n{lines}\n".encode(), 9, mtime=0))
flat_cases = sum(case[1] is not None for case in cases)
print(f"{len(cases)} cases, {flat_cases} of them flat, {target.stat().st_size} bytes")
