"""Stores what torch and scikit-learn say of calibration, for src/evaluation/calibration.test.ts: the temperature and shift
with the least loss (torch's L-BFGS), and expected calibration errors by their definition.

Run: python scripts/oracle/calibration.py   (writes test/oracle/calibration.json.gz)
"""

import gzip
import json
from pathlib import Path

import numpy
import torch

stream = numpy.random.default_rng(20150101)
pull = 1.0


def fitted(logits, targets, offsets, multi_label):
    """The scale and the shift of label 0 (of all others, where a pair may have several labels)."""
    x = torch.tensor(logits, dtype=torch.float64) + torch.tensor(offsets, dtype=torch.float64)
    y = torch.tensor(targets, dtype=torch.float64 if multi_label else torch.int64)
    parameters = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    shifted = torch.zeros(x.shape[1], dtype=torch.float64)
    shifted[0] = 1
    if multi_label:
        shifted = 1 - shifted
    optimizer = torch.optim.LBFGS([parameters], max_iter=500, tolerance_grad=1e-12, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        z = parameters[0] * x + parameters[1] * shifted
        if multi_label:
            value = torch.nn.functional.binary_cross_entropy_with_logits(z[:, 1:], y[:, 1:], reduction="sum")
        else:
            value = torch.nn.functional.cross_entropy(z, y, reduction="sum")
        value = value + pull / 2 * ((parameters[0] - 1) ** 2 + parameters[1] ** 2)
        value.backward()
        return value

    optimizer.step(loss)
    scale, shift = parameters.detach().tolist()
    return {"temperature": 1 / scale, "offsets": [o + shift * s / scale for o, s in zip(offsets, shifted.tolist())]}


def single(rows, labels, sharpness):
    targets = stream.integers(0, labels, rows) * (stream.random(rows) < 0.4)
    logits = stream.normal(0, 1, (rows, labels))
    logits[numpy.arange(rows), targets] += 1.5
    logits = logits * sharpness
    offsets = [0.5] + [0.0] * (labels - 1)
    logits = logits.astype(numpy.float32)
    return {"logits": logits.tolist(), "labels": [[int(t)] for t in targets], "given": offsets, **fitted(logits, targets, offsets, False)}


def several(rows, labels, sharpness):
    targets = (stream.random((rows, labels)) < 0.15).astype(int)
    targets[:, 0] = 0
    logits = ((stream.normal(-1.5, 1, (rows, labels)) + 2.5 * targets) * sharpness).astype(numpy.float32)
    offsets = [0.0] * labels
    lists = [[int(i) for i in numpy.flatnonzero(row)] or [0] for row in targets]
    return {"logits": logits.tolist(), "labels": lists, "given": offsets, **fitted(logits, targets, offsets, True)}


def calibration_error(probabilities, right):
    """Guo et al. (2017): 15 bins of equal width, open below and closed above."""
    edges = numpy.linspace(0, 1, 16)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (probabilities > low) & (probabilities <= high)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - probabilities[inside].mean())
    return float(error)


def reliability(count):
    probabilities = stream.random(count)
    right = stream.random(count) < probabilities**2
    return {"probabilities": probabilities.tolist(), "right": right.tolist(), "ece": calibration_error(probabilities, right)}


stored = {
    "torch": torch.__version__,
    "single": [single(200, 5, sharpness) for sharpness in (0.5, 1, 3)],
    "several": [several(200, 5, sharpness) for sharpness in (0.5, 1, 3)],
    "reliability": [reliability(count) for count in (1, 30, 1000)],
}
target = Path(__file__).parents[2] / "test" / "oracle" / "calibration.json.gz"
target.write_bytes(gzip.compress(json.dumps(stored, separators=(",", ":")).encode(), 9, mtime=0))
