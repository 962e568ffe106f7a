"""Answers of a graph that `relata model export --format onnx` wrote, by onnxruntime, tokenizers and numpy alone.

    pip install onnxruntime tokenizers numpy
    python answer.py EXPORTED TEXT START:END:TYPE …     relations between these entities, each pair in both directions
    python answer.py EXPORTED TEXT                      entities, and with `--task both` the relations between them

EXPORTED is the folder of the export. Offsets count characters, as Python does; the end is exclusive. The schema of the model is
applied as Relata applies it: labels that it excludes for the types of head and tail get probability 0, and pairs that the types
rule out are not asked, and have no relation. The limits maxDistance and maxPairs are not applied, and a symmetric relation is printed
in both directions, where Relata prints one. A text has to fit into maxLength tokens of model.onnx.json:
Relata reads longer ones in windows, this program refuses them. Inputs are padded to the sizes that an export has fixed.
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
        batch = self.size("texts", "input_ids", 0, 1)
        words = self.size("tokens", "input_ids", 1, len(ids))
        slots = self.size("entities", "entity_ids", 1, max(1, len(mentions)))
        width = self.size("tokens of a mention", "entity_position_ids", 2, max([1, *map(len, mentions)]))
        asked = self.size("pairs", "pairs", 0, len(pairs))
        pad = self.facts.get("entities", {}).get("pad", 0)
        padding = slots - len(mentions)
        # Answers to pairs of padding are cut off; each is any pair that the text has room for.
        pairs = [*pairs, *[(0, min(1, slots - 1))] * (asked - len(pairs))]
        values = {
            "input_ids": [[*ids, *[self.facts["tokens"]["pad"]] * (words - len(ids))]],
            "attention_mask": [[*[1] * len(ids), *[0] * (words - len(ids))]],
            "marker_positions": [[*(opened or []), *[0] * (slots - len(opened or []))]],
            "entity_ids": [[*entity_ids, *[pad] * padding]],
            "entity_attention_mask": [[*[1] * len(mentions), *[0] * padding]],
            "entity_position_ids": [[[*m, *[-1] * (width - len(m))] for m in [*mentions, *[()] * padding]]],
            "pairs": np.array(pairs, dtype=np.int64).reshape(-1, 2),
        }
        names = [one["name"] for one in self.facts["inputs"]]
        feeds = {name: np.asarray(values[name], dtype=np.int64) for name in names}
        for name in feeds:
            # A fixed batch is filled with the same text.
            if name != "pairs":
                feeds[name] = np.repeat(feeds[name], batch, axis=0)
        outputs = [one["name"] for one in self.facts["outputs"]]
        return dict(zip(outputs, self.session.run(outputs, feeds)))

    def size(self, what, name, axis, needed):
        """The size of an axis of an input: the number that the export has fixed, or else what is needed."""
        shape = next((one["shape"] for one in self.facts["inputs"] if one["name"] == name), None)
        if shape is None or not isinstance(shape[axis], int):
            return needed
        if shape[axis] < needed:
            raise ValueError(
                f"the graph was exported with room for {shape[axis]} {what}, and {needed} are needed: export it with a larger size"
            )
        return shape[axis]


def placed(model, text, spans, marked=()):
    """The ids of a text that is cut at its mentions, and the places of the tokens of each; `marked` are ids around them."""
    tokens = model.facts["tokens"]
    ids, boundaries, read = [tokens["cls"]], {}, 0
    for at in sorted({place for start, end, _ in spans for place in (start, end)}):
        # A blank belongs to the word that follows.
        cut = at - 1 if at > 0 and text[at - 1] == " " else at
        if cut > read:
            ids += model.encode(text[read:cut]).ids
            read = cut
        boundaries[at] = len(ids)
    ids += [*(model.encode(text[read:]).ids if read < len(text) else []), tokens["sep"]]
    runs = [[boundaries[start], boundaries[end]] for start, end, _ in spans]
    for (start, end), (first, last, _) in zip(runs, spans):
        if start == end:
            raise ValueError(f"the mention {first}:{last} has no token of its own")
    if marked:
        ids, runs = with_markers(ids, runs, marked)
    most = model.facts.get("maxMentionLength")
    return ids, [list(range(start, end))[:most] for start, end in runs]


def with_markers(ids, runs, marked):
    """Puts markers around runs of tokens: at one place inner ones close first, then outer ones open first."""
    order = []
    for i, (start, end) in enumerate(runs):
        order += [(start, 1, -end, i, i, 0), (end, 0, -start, -i, i, 1)]
    out, read, places = [], 0, [[0, 0] for _ in runs]
    for at, _, _, _, i, side in sorted(order):
        out += ids[read:at]
        read = at
        places[i][side] = len(out) + side
        out.append(marked[i][side])
    return out + ids[read:], places


def relation_logits(model, text, spans, pairs):
    """Logits of pairs of entities [pairs, labels]: of all from one run, or with markers around one pair a run."""
    facts = model.facts
    name = "relation_logits" if facts["task"] == "both" else "logits"
    if model.of_relations["encoding"] == "document":
        ids, mentions = placed(model, text, spans)
        by_type = facts.get("entities", {}).get("ofType", {"": 0})
        entity_ids = [by_type.get(kind, by_type[""]) for _, _, kind in spans]
        return model.run(ids, mentions, entity_ids, pairs)[name][: len(pairs)]
    if model.of_relations["markers"] == "typed":
        raise ValueError("the model reads types in the text: write them there first (docs/pair-encoding.md)")
    rows = []
    for head, tail in pairs:
        ids, mentions = placed(model, text, [spans[head], spans[tail]], facts["tokens"]["markers"])
        entity_ids = facts.get("entities", {}).get("mentions", [0, 0])
        rows.append(model.run(ids, mentions, entity_ids, [(0, 1)], [m[0] for m in mentions])[name][0])
    return np.stack(rows)


def mirror_labels(model):
    """By label the one that holds in the opposite direction: the label itself if symmetric, its inverse, or None."""
    labels, none = model.facts["labels"], model.facts["noRelationLabel"]
    rules = (model.of_relations.get("schema") or {}).get("relations", {})
    declared = []
    for label in labels:
        rule = rules.get(label, {})
        mirror = label if rule.get("symmetric") else rule.get("inverse")
        declared.append(labels.index(mirror) if mirror in labels and none not in (label, mirror) else None)
    mirrors = list(declared)
    for i, mirror in enumerate(declared):
        if mirror is not None and mirrors[mirror] is None:
            mirrors[mirror] = i
    return [m if m is not None and mirrors[m] == i else None for i, m in enumerate(mirrors)]


def allowed_labels(model, head, tail):
    """Which labels the schema allows between two types; all where a type is absent or in no rule."""
    labels, schema = model.facts["labels"], model.of_relations.get("schema") or {}
    # Where all pairs are candidates, the types of the rules exclude nothing.
    rules = schema.get("relations", {}) if schema.get("candidates") == "schema" else {}
    known = {kind for rule in rules.values() for one in rule["types"] or [] for kind in one[:2]} - {""}
    if head not in known or tail not in known:
        return np.full(len(labels), True)
    kinds = [rules[label]["types"] if label in rules else None for label in labels]
    joins = lambda i, a, b: kinds[i] is None or any(one[:2] == [a, b] for one in kinds[i])
    mirrors = mirror_labels(model)
    return np.array(
        [
            label == model.facts["noRelationLabel"] or joins(i, head, tail) or (mirrors[i] is not None and joins(mirrors[i], tail, head))
            for i, label in enumerate(labels)
        ]
    )


def may_be_related(model, head, tail):
    labels = model.facts["labels"]
    return any(ok and label != model.facts["noRelationLabel"] for ok, label in zip(allowed_labels(model, head, tail), labels))


def probabilities(model, logits, kinds, pairs, calibrated=True):
    """Probabilities [pairs, labels]: `kinds` are the types of the entities that `pairs` join; calibrated if the model is."""
    allowed = np.array([allowed_labels(model, kinds[head], kinds[tail]) for head, tail in pairs])
    return mirrored(model, unmirrored(model, np.asarray(logits, dtype=np.float64), allowed, calibrated), pairs)


def mirrored(model, rows, pairs):
    """Gives both directions of symmetric and inverse relations the mean of their probabilities."""
    mirrors, place = mirror_labels(model), {tuple(pair): i for i, pair in enumerate(pairs)}
    if all(mirror is None for mirror in mirrors):
        return rows
    has_mirror, out = np.array([mirror is not None for mirror in mirrors]), rows.copy()
    for i, (head, tail) in enumerate(pairs):
        back = place.get((tail, head))
        if back is None:
            continue
        for label, mirror in enumerate(mirrors):
            if mirror is not None:
                out[i, label] = (rows[i, label] + rows[back, mirror]) / 2
        if not model.facts["isMultiLabel"]:
            # The other labels share what is left, so that the sum is 1.
            left, others = max(0, 1 - out[i, has_mirror].sum()), out[i, ~has_mirror].sum()
            if others > 0:
                out[i, ~has_mirror] *= left / others
            else:
                out[i, model.facts["labels"].index(model.facts["noRelationLabel"])] = left
    return out


def unmirrored(model, logits, allowed, calibrated):
    calibration = model.of_relations.get("calibration")
    if calibration and calibrated:
        offsets = [calibration["offsets"].get(label, 0) for label in model.facts["labels"]]
        logits = (logits + np.array(offsets)) / calibration["temperature"]
        if "beta" in calibration:
            a, b, c = calibration["beta"]
            logits = b * np.logaddexp(0, logits) - a * np.logaddexp(0, -logits) + c
    # A label that the schema excludes cannot be, whatever the calibration makes of its logit.
    logits = np.where(allowed, logits, -np.inf)
    if model.facts["isMultiLabel"]:
        return 1 / (1 + np.exp(-logits))
    scores = np.exp(logits - logits.max(-1, keepdims=True))
    return scores / scores.sum(-1, keepdims=True)


def relations(model, text, spans):
    """(head, tail, label, probability) of every ordered pair; the answer is no relation where the types rule a pair out."""
    pairs = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
    schema, kinds = model.of_relations.get("schema") or {}, [kind for _, _, kind in spans]
    labels, none = model.facts["labels"], model.facts["noRelationLabel"]
    asked = [pair for pair in pairs if may_be_related(model, kinds[pair[0]], kinds[pair[1]])]
    answers = [(*pair, none, 1.0) for pair in pairs if pair not in asked]
    if not asked:
        return answers
    thresholds = schema.get("thresholds", {})
    logits = relation_logits(model, text, spans, asked)
    rows = probabilities(model, logits, kinds, asked)
    # Calibration changes probabilities, not answers; thresholds are for calibrated probabilities.
    deciding = probabilities(model, logits, kinds, asked, calibrated=False)
    for pair, probability, row in zip(asked, rows, deciding):
        best = [int(row.argmax())]
        if model.facts["isMultiLabel"] or thresholds:
            order = [i for i in np.argsort(-probability, kind="stable") if labels[i] != none]
            order = order if model.facts["isMultiLabel"] else order[:1]
            best = [i for i in order if probability[i] >= thresholds.get(labels[i], 0.5)] or [labels.index(none)]
        answers += [(*pair, labels[i], float(probability[i])) for i in best]
    return sorted(answers, key=lambda one: pairs.index(one[:2]))


def entities(model, text):
    """(start, end, type) of the entities of a text."""
    encoded = model.encode(text)
    ids = [model.facts["tokens"]["cls"], *encoded.ids, model.facts["tokens"]["sep"]]
    outputs = model.run(ids)
    # A graph with fixed sizes answers for padding too.
    logits = outputs.get("entity_logits", outputs.get("logits"))[0]
    logits = logits[: len(ids)] if model.of_entities["decoding"] == "flat" else logits[: len(ids), : len(ids)]
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


def span_of(given, text):
    """The span that START:END:TYPE names. It raises a ValueError that says what is wrong with it."""
    start, end, kind = [*given.split(":", 2), "", ""][:3]
    if not (start.isdecimal() and end.isdecimal()):
        raise ValueError(f"expected an entity as START:END:TYPE, found {given}")
    start, end = int(start), int(end)
    if not start < end <= len(text):
        raise ValueError(f"the entity {given} is no part of the text, which has {len(text)} characters")
    return start, end, kind


def main(folder, text, *given):
    model = Model(folder)
    task = model.facts.get("task")
    if task not in ("relations", "entities", "both"):
        raise ValueError(f"this program answers for relations and entities, and {folder} is a model of {task}: use `relata predict`")
    if given and task == "entities":
        raise ValueError(f"{folder} is a model that finds entities: give it the text alone")
    spans = [span_of(one, text) for one in given]
    if not spans and task == "relations":
        raise ValueError(f"{folder} is a model of relations, which does not find entities: give them as START:END:TYPE")
    if not spans:
        spans = entities(model, text)
        for start, end, kind in spans:
            print(f"{start}:{end}\t{kind}\t{text[start:end]}")
    if task in ("relations", "both"):
        for head, tail, label, probability in relations(model, text, spans):
            surfaces = [text[start:end] for start, end, _ in (spans[head], spans[tail])]
            print(f"{surfaces[0]}\t{label}\t{surfaces[1]}\t{probability:.4f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python answer.py EXPORTED TEXT [START:END:TYPE …]")
    try:
        main(*sys.argv[1:])
    except ValueError as error:
        sys.exit(f"answer.py: {error}")
