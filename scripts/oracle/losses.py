"""Asks PyTorch for cross entropy with label smoothing and for focal loss, each with its gradient.

Run: python scripts/oracle/losses.py   (writes test/oracle/losses.json; torch 2.13.0 on the CPU, in double precision)

One label a row: `torch.nn.functional.cross_entropy(weight=, label_smoothing=)`, and the focal loss of Lin et al. (2017),
(1 - p)^gamma times the cross entropy of each row. Several labels a row: `binary_cross_entropy_with_logits(pos_weight=)` with
targets moved towards one half, and `sigmoid_focal_loss` of torchvision 0.28 (ops/focal_loss.py), copied here without alpha.
"""

import json
import platform
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, log_softmax

ROWS, LABELS = 7, 4
random = torch.Generator().manual_seed(1)
logits = 3 * torch.randn(ROWS, LABELS, generator=random, dtype=torch.float64)
# Answers that are very sure: right and wrong.
logits[0] = torch.tensor([30.0, -30.0, 0.0, 1.0])
logits[1] = torch.tensor([-20.0, 20.0, 2.0, 1.0])
labels = torch.tensor([0, 0, 1, 2, 3, 3, 1])
several = (torch.rand(ROWS, LABELS, generator=random) < 0.4).to(torch.float64)
weights = torch.tensor([0.5, 2.0, 1.0, 4.0], dtype=torch.float64)


def focal(values, gamma):
    logp = log_softmax(values, dim=1).gather(1, labels[:, None])[:, 0]
    return (-((1 - logp.exp()) ** gamma) * logp).mean()


def sigmoid_focal_loss(inputs, targets, gamma):
    p = torch.sigmoid(inputs)
    ce_loss = binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    return (ce_loss * ((1 - p_t) ** gamma)).mean()


def case(kind, loss, **settings):
    values = logits.clone().requires_grad_()
    result = loss(values)
    result.backward()
    return {"kind": kind, **settings, "loss": result.item(), "gradient": values.grad.flatten().tolist()}


def single(smoothing, weight):
    return lambda values: cross_entropy(values, labels, weight=weight, label_smoothing=smoothing)


def multi(smoothing, weight):
    soft = several * (1 - smoothing) + smoothing / 2
    return lambda values: binary_cross_entropy_with_logits(values, soft, pos_weight=weight)


cases = []
for smoothing in (0.05, 0.1, 0.5):
    for weight in (None, weights):
        shown = None if weight is None else weight.tolist()
        cases.append(case("single", single(smoothing, weight), labelSmoothing=smoothing, weights=shown))
        cases.append(case("multi", multi(smoothing, weight), labelSmoothing=smoothing, weights=shown))
for gamma in (0.5, 1.0, 2.0, 5.0):
    cases.append(case("single", lambda values: focal(values, gamma), focalGamma=gamma))
    cases.append(case("multi", lambda values: sigmoid_focal_loss(values, several, gamma), focalGamma=gamma))

target = Path(__file__).parents[2] / "test" / "oracle" / "losses.json"
answer = {
    "versions": {"python": platform.python_version(), "torch": torch.__version__},
    "logits": logits.tolist(), "labels": labels.tolist(), "several": several.tolist(), "cases": cases,
}
target.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
