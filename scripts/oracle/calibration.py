"""Stores what scipy and scikit-learn say of calibration, for src/evaluation/calibration.test.ts: the parameters of each kind
with the least loss (scipy's L-BFGS-B, with bounds), the log loss of each on documents that were not fitted (scikit-learn's
log_loss), and expected calibration errors by their definition.

Run: python scripts/oracle/calibration.py   (writes test/oracle/calibration.json.gz)
"""

import gzip
import json
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logit, softmax
from sklearn.metrics import log_loss

stream = numpy.random.default_rng(20150101)
pull = 1.0
bounds = (1 / 4, 4)


def least(loss, slopes, shifts):
    start = numpy.array([1.0] * slopes + [0.0] * shifts)

    def pulled(parameters):
        value, gradient = loss(parameters)
        away = parameters - start
        return value + pull / 2 * (away**2).sum(), gradient + pull * away

    limits = [bounds] * slopes + [(None, None)] * shifts
    options = {"maxiter": 10000, "maxfun": 100000, "ftol": 1e-15, "gtol": 1e-9}
    return minimize(pulled, start, jac=True, method="L-BFGS-B", bounds=limits, options=options).x


def shift_of(kind, targets, multi_label):
    """The place of each label's shift, or -1; label 0 is that nothing holds."""
    labels = targets.shape[1]
    if kind == "temperature":
        return [-1] * labels
    if kind == "temperature+prior" and not multi_label:
        return [0] + [-1] * (labels - 1)
    if kind != "relation":
        return [-1] + [0] * (labels - 1)
    places, following = [-1], 1
    for label in range(1, labels):
        frequent = targets[:, label].sum() >= 10
        places.append(following if frequent else 0)
        following += frequent
    return places


def fitted(kind, logits, targets, offsets, multi_label):
    """A map of logits: a scale and offsets, or a, b and c of beta calibration (Kull et al. 2017). `targets` are 0 or 1 for each label."""
    x = logits + offsets
    count = max(200, 20 * int(targets[:, 1:].sum()))
    places = shift_of(kind, targets, multi_label)
    shifts = max(places) + 1
    if multi_label:
        rows, columns = numpy.nonzero(numpy.ones_like(x[:, 1:]))
        columns = columns + 1
        order = numpy.argsort(-x[rows, columns], kind="stable")[:count]
        rows, columns = rows[order], columns[order]
        z, y = x[rows, columns], targets[rows, columns]
        p = expit(z)
        slopes = [numpy.log(p), -numpy.log1p(-p)] if kind == "beta" else [z]
        design = numpy.stack(slopes + [numpy.array(places)[columns] == k for k in range(shifts)], 1).astype(float)

        def loss(parameters):
            value = design @ parameters
            return (numpy.logaddexp(0, value) - y * value).sum(), design.T @ (expit(value) - y)

        found = least(loss, len(slopes), shifts)
    else:
        chance = x[:, 1:].max(1) - x[:, 0]
        order = numpy.argsort(-chance, kind="stable")[:count]
        z, y = x[order], targets[order]
        design = numpy.stack([z] + [numpy.broadcast_to(numpy.array(places) == k, z.shape) for k in range(shifts)], 2).astype(float)

        def loss(parameters):
            value = design @ parameters
            error = softmax(value, 1) - y
            return -(log_softmax(value, 1) * y).sum(), numpy.einsum("nlk,nl->k", design, error)

        found = least(loss, 1, shifts)
    if kind == "beta":
        return {"temperature": 1.0, "offsets": list(offsets), "beta": found.tolist()}
    shift = [0.0 if place < 0 else found[1 + place] for place in places]
    return {"temperature": 1 / found[0], "offsets": [o + s / found[0] for o, s in zip(offsets, shift)]}


def mapped(fit, logits):
    z = (logits + fit["offsets"]) / fit["temperature"]
    if "beta" not in fit:
        return z
    a, b, c = fit["beta"]
    p = expit(z)
    return a * numpy.log(p) - b * numpy.log1p(-p) + c


def judged(fit, logits, targets, given, multi_label):
    """Sums of scikit-learn's log loss: of all answers, and of the relations given."""
    z = mapped(fit, logits)
    p = expit(z) if multi_label else softmax(z, 1)
    if multi_label:
        every = log_loss(targets[:, 1:].ravel(), p[:, 1:].ravel(), normalize=False)
    else:
        every = log_loss(targets.argmax(1), p, normalize=False, labels=range(p.shape[1]))
    ofGiven = log_loss(targets[given], p[given], normalize=False, labels=[0, 1]) if given.any() else 0.0
    return {"all": float(every), "given": float(ofGiven)}


def trial(kind, logits, targets, documents, offsets, given, multi_label):
    """Each fifth of the documents is judged by a fit on the others."""
    sums = {"all": 0.0, "given": 0.0}
    for fold in range(5):
        part = documents % 5 == fold
        if kind == "none":
            fit = {"temperature": 1.0, "offsets": [0.0] * logits.shape[1]}
        elif kind == "prior":
            fit = {"temperature": 1.0, "offsets": list(offsets)}
        else:
            fit = fitted(kind, logits[~part], targets[~part], offsets, multi_label)
        found = judged(fit, logits[part], targets[part], given[part], multi_label)
        sums = {name: sums[name] + found[name] for name in sums}
    return sums


def case(logits, targets, offsets, multi_label):
    """Ten examples are a document."""
    logits = logits.astype(numpy.float32)
    offsets = numpy.array(offsets)
    wide = logits.astype(float)
    documents = numpy.arange(len(logits)) // 10
    given = numpy.zeros(targets.shape, bool)
    if multi_label:
        relations = wide[:, 1:]
        given[:, 1:] = relations >= numpy.sort(relations.ravel())[::-1][int(targets[:, 1:].sum()) - 1]
    else:
        best = wide.argmax(1)
        given[numpy.arange(len(wide)), best] = best != 0
    kinds = ["temperature", "temperature+prior", "relation"] + (["beta"] if multi_label else [])
    before = ["none"] + (["prior"] if offsets.any() else [])
    return {
        "logits": [[float(value) for value in row] for row in logits],
        "labels": [[int(i) for i in numpy.flatnonzero(row[1:]) + 1] or [0] for row in targets],
        "given": offsets.tolist(),
        "fits": {kind: fitted(kind, wide, targets, offsets, multi_label) for kind in kinds},
        "trials": {k: trial(k, wide, targets, documents, offsets, given, multi_label) for k in before + kinds},
    }


def single(rows, labels, sharpness, thinned):
    right = stream.integers(0, labels, rows) * (stream.random(rows) < 0.4)
    logits = stream.normal(0, 1, (rows, labels))
    logits[numpy.arange(rows), right] += 1.5
    return case(logits * sharpness, numpy.eye(labels, dtype=int)[right], [thinned] + [0.0] * (labels - 1), False)


def several(rows, labels, sharpness, thinned):
    targets = (stream.random((rows, labels)) < 0.1).astype(int)
    targets[:, 0] = 0
    targets[:, 1] = stream.random(rows) < 0.01
    logits = (stream.normal(-1.5, 1, (rows, labels)) + 2.5 * targets) * sharpness
    targets[:, 0] = ~targets.any(1)
    return case(logits, targets, [0.0] + [thinned] * (labels - 1), True)


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
    "versions": {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "single": [single(300, 5, 0.5, 0.0), single(300, 5, 3, 0.5), single(1300, 3, 6, 0.0)],
    "several": [several(200, 4, 0.2, 0.0), several(300, 6, 2, -0.7), several(300, 5, 9, 0.0)],
    "reliability": [reliability(count) for count in (1, 30, 1000)],
}
target = Path(__file__).parents[2] / "test" / "oracle" / "calibration.json.gz"
target.write_bytes(gzip.compress(json.dumps(stored, separators=(",", ":")).encode(), 9, mtime=0))
