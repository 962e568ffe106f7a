"""Answers of a graph that `relata model export --format onnx` wrote, by onnxruntime, tokenizers and numpy alone.

    pip install onnxruntime tokenizers numpy
    python answer.py EXPORTED TEXT START:END:TYPE …     relations between these entities, each pair in both directions
    python answer.py EXPORTED TEXT                      entities, and with `--task both` the relations between them

EXPORTED is the folder of the export. Offsets count characters, as Python does; the end is exclusive. A text has to fit into
maxLength tokens of model.onnx.json: Relata reads longer ones in windows, this program refuses them.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


class Model:
    def __init__(self, folder):
        folder = Path(folder)
        self.facts = json.loads((folder / "model.onnx.json").read_text(encoding="utf-8"))
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        # The name of a special token in a text is text.
        self.tokenizer.encode_special_tokens = True
        answers = self.facts["answers"]
        # A model with two heads has the facts of both.
        self.of_relations, self.of_entities = answers.get("relations", answers), answers.get("entities", answers)

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def run(self, ids, mentions=(), entity_ids=(), pairs=(), opened=None):
        """Runs the graph on one text; a graph that reads mentions is given one of padding where there are none."""
        if len(ids) > self.facts["maxLength"]:
            raise ValueError(f"the text has {len(ids)} tokens with the special ones, and {self.facts['maxLength']} fit")
        slots = max(1, len(mentions))
        width = max([1, *map(len, mentions)])
        pad = self.facts.get("entities", {}).get("pad", 0)
        padding = slots - len(mentions)
        values = {
            "input_ids": [ids],
            "attention_mask": [[1] * len(ids)],
            "marker_positions": [opened],
            "entity_ids": [[*entity_ids, *[pad] * padding]],
            "entity_attention_mask": [[*[1] * len(mentions), *[0] * padding]],
            "entity_position_ids": [[[*m, *[-1] * (width - len(m))] for m in [*mentions, *[()] * padding]]],
            "pairs": np.array(pairs, dtype=np.int64).reshape(-1, 2),
        }
        names = [one["name"] for one in self.facts["inputs"]]
        feeds = {name: np.asarray(values[name], dtype=np.int64) for name in names}
        outputs = [one["name"] for one in self.facts["outputs"]]
        return dict(zip(outputs, self.session.run(outputs, feeds)))


def placed(model, text, spans, marked=()):
    """The ids of a text that is cut at its mentions, and the places of the tokens of each; `marked` are ids around them."""
    tokens = model.facts["tokens"]
    ids, before, after, read = [tokens["cls"]], {}, {}, 0
    for at in sorted({place for start, end, _ in spans for place in (start, end)}):
        # A blank belongs to the word that follows.
        cut = at - 1 if at > 0 and text[at - 1] == " " else at
        if cut > read:
            ids += model.encode(text[read:cut]).ids
            read = cut
        after[at] = len(ids)
        ids += [marked[i][1] for i, span in enumerate(spans) if marked and span[1] == at]
        before[at] = len(ids)
        ids += [marked[i][0] for i, span in enumerate(spans) if marked and span[0] == at]
    ids += [*(model.encode(text[read:]).ids if read < len(text) else []), tokens["sep"]]
    most = model.facts.get("maxMentionLength")
    ends = [after[end] + bool(marked) for _, end, _ in spans]
    return ids, [list(range(before[start], end))[:most] for (start, _, _), end in zip(spans, ends)]


def relation_logits(model, text, spans, pairs):
    """Logits of pairs of entities [pairs, labels]: of all from one run, or with markers around one pair a run."""
    facts = model.facts
    name = "relation_logits" if facts["task"] == "both" else "logits"
    if model.of_relations["encoding"] == "document":
        ids, mentions = placed(model, text, spans)
        by_type = facts.get("entities", {}).get("ofType", {"": 0})
        entity_ids = [by_type.get(kind, by_type[""]) for _, _, kind in spans]
        return model.run(ids, mentions, entity_ids, pairs)[name]
    if model.of_relations["markers"] == "typed":
        raise ValueError("the model reads types in the text: write them there first (docs/pair-encoding.md)")
    rows = []
    for head, tail in pairs:
        ids, mentions = placed(model, text, [spans[head], spans[tail]], facts["tokens"]["markers"])
        entity_ids = facts.get("entities", {}).get("mentions", [0, 0])
        rows.append(model.run(ids, mentions, entity_ids, [(0, 1)], [m[0] for m in mentions])[name][0])
    return np.stack(rows)


def probabilities(model, logits):
    """Probabilities [pairs, labels], calibrated if the model is."""
    calibration = model.of_relations.get("calibration")
    if calibration:
        offsets = [calibration["offsets"].get(label, 0) for label in model.facts["labels"]]
        logits = (logits + np.array(offsets)) / calibration["temperature"]
        if "beta" in calibration:
            a, b, c = calibration["beta"]
            logits = b * np.logaddexp(0, logits) - a * np.logaddexp(0, -logits) + c
    if model.facts["isMultiLabel"]:
        return 1 / (1 + np.exp(-logits))
    scores = np.exp(logits - logits.max(-1, keepdims=True))
    return scores / scores.sum(-1, keepdims=True)


def relations(model, text, spans):
    """(head, tail, label, probability) of every ordered pair; without the rules of the schema, which Relata applies."""
    pairs = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
    if not pairs:
        return []
    labels, none = model.facts["labels"], model.facts["noRelationLabel"]
    thresholds = (model.of_relations.get("schema") or {}).get("thresholds", {})
    logits = relation_logits(model, text, spans, pairs)
    answers = []
    for pair, row, probability in zip(pairs, logits, probabilities(model, logits)):
        # Calibration changes probabilities, not answers; thresholds are for calibrated probabilities.
        best = [int(row.argmax())]
        if model.facts["isMultiLabel"] or thresholds:
            order = [i for i in np.argsort(-probability) if labels[i] != none]
            order = order if model.facts["isMultiLabel"] else order[:1]
            best = [i for i in order if probability[i] >= thresholds.get(labels[i], 0.5)] or [labels.index(none)]
        answers += [(*pair, labels[i], float(probability[i])) for i in best]
    return answers


def entities(model, text):
    """(start, end, type) of the entities of a text."""
    encoded = model.encode(text)
    ids = [model.facts["tokens"]["cls"], *encoded.ids, model.facts["tokens"]["sep"]]
    outputs = model.run(ids)
    logits = outputs.get("entity_logits", outputs.get("logits"))[0]
    labels = model.of_entities["labels"]
    places = []
    for start, end in encoded.offsets:
        surface = text[start:end]
        start, end = end - len(surface.lstrip()), end - len(surface) + len(surface.rstrip())
        places.append((start, max(start, end)))
    visible = [start < end for start, end in places]
    # Tokens that share a character do not part there.
    bounds = [True, *[b[0] >= a[1] for a, b in zip(encoded.offsets, encoded.offsets[1:])], True]
    if model.of_entities["decoding"] == "flat":
        spans = best_tags(logits[1:-1], labels, bounds, visible)
    else:
        first, last, kinds = np.nonzero(logits[1:-1, 1:-1] > 0)
        spans = [(i, j + 1, labels[k]) for i, j, k in zip(first, last, kinds)]
        spans = [(i, j, kind) for i, j, kind in spans if i < j and bounds[i] and bounds[j] and visible[i]]
    found = set()
    for start, end, kind in spans:
        shown = [place for place, seen in zip(places[start:end], visible[start:end]) if seen]
        if shown:
            found.add((shown[0][0], shown[-1][1], kind))
    return sorted(found, key=lambda one: (one[0], -one[1]))


def best_tags(logits, labels, bounds, visible):
    """The most probable sequence of tags that is one (Viterbi), as spans of tokens: I- goes on with B- or I- of its type."""
    if len(logits) == 0:
        return []
    scores = logits - np.logaddexp.reduce(logits, -1, keepdims=True)
    goes_on = np.array([[b[0] == "I" and a[0] != "O" and a[2:] == b[2:] for b in labels] for a in labels])
    is_new = np.array([label[0] != "I" for label in labels])
    is_outside = np.array([label == "O" for label in labels])
    begins = lambda token: is_new if visible[token] else is_outside
    best, ways = np.where(begins(0), scores[0], -np.inf), []
    for token in range(1, len(scores)):
        # Inside of a character an entity goes on, or none is there.
        new = begins(token) & (True if bounds[token] else is_outside)
        before = np.full(len(labels), True) if bounds[token] else is_outside
        allowed = goes_on | (before[:, None] & new[None, :])
        paths = np.where(allowed, best[:, None], -np.inf)
        ways.append(paths.argmax(0))
        best = paths.max(0) + scores[token]
    path = [int(best.argmax())]
    for way in reversed(ways):
        path.append(int(way[path[-1]]))
    spans = []
    for token, tag in enumerate(reversed(path)):
        if labels[tag][0] == "B":
            spans.append([token, token + 1, labels[tag][2:]])
        elif labels[tag][0] == "I":
            spans[-1][1] = token + 1
    return spans


def main(folder, text, *given):
    model = Model(folder)
    spans = [(int(start), int(end), kind[0] if kind else "") for start, end, *kind in (one.split(":", 2) for one in given)]
    if not spans:
        spans = entities(model, text)
        for start, end, kind in spans:
            print(f"{start}:{end}\t{kind}\t{text[start:end]}")
    if model.facts["task"] in ("relations", "both"):
        for head, tail, label, probability in relations(model, text, spans):
            surfaces = [text[start:end] for start, end, _ in (spans[head], spans[tail])]
            print(f"{surfaces[0]}\t{label}\t{surfaces[1]}\t{probability:.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
