"""Fine-tunes an encoder of words on SemEval-2010 Task 8 in PyTorch, by the recipe of `relata train --encoding pair`.

    python bench/reference/fine_tune_words.py MODEL TRAIN TEST [--epochs 8] [--seed 1] …   (transformers 4.57.6, torch 2.13.0)

Each sentence is read once for each ordered pair of its two entities, `@` around the head and `#` around the tail; the states of
the first of each stand side by side under dropout and one dense layer without bias. AdamW, a linear schedule with warm-up,
gradients clipped to norm 1, batches of similar length. The last weights are scored, as of `relata train --eval-steps 100000`, and with
`--held-out 0.05` those of the epoch that is best on that part of the sentences too, as `relata train --validation-size 0.05` keeps them. A sentence gets the relation of the pair that has one, of two the more
probable; the score is the official one (scorer v1.2, evaluation iii): macro F1 over nine relations, direction counted.
"""

import argparse
import copy
import random
import re

import torch
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup

NONE = "Other"


def read(path):
    """Sentences as (text, spans of both entities, relation, whether the first entity is its head)."""
    lines = open(path, encoding="utf-8").read().splitlines()
    sentences = []
    for line, label in zip(lines, lines[1:]):
        found = re.fullmatch(r'\d+\t"(.*)"\s*', line)
        if not found:
            continue
        first, inside, middle, other, last = re.fullmatch(
            r"(.*)<e1>(.*)</e1>(.*)<e2>(.*)</e2>(.*)", found[1]
        ).groups()
        text = first + inside + middle + other + last
        start = len(first) + len(inside) + len(middle)
        spans = [(len(first), len(first) + len(inside)), (start, start + len(other))]
        relation = re.sub(r"\(.*", "", label.strip())
        sentences.append((text, spans, relation, not label.strip().endswith("(e2,e1)")))
    return sentences


def encode(tokenizer, text, head, tail):
    """Ids with markers, and the places of the two that open."""
    markers = [tokenizer.convert_tokens_to_ids(sign) for sign in "@#"]
    ids, opened, read_to = [tokenizer.cls_token_id], [0, 0], 0
    for (start, end), side in sorted([(head, 0), (tail, 1)]):
        start -= text[:start].endswith(" ")
        ids += tokenizer.encode(text[read_to:start], add_special_tokens=False)
        opened[side], read_to = len(ids), end
        ids += [markers[side], *tokenizer.encode(text[start:end], add_special_tokens=False), markers[side]]
    return ids + [*tokenizer.encode(text[read_to:], add_special_tokens=False), tokenizer.sep_token_id], opened


def examples_of(tokenizer, sentences, labels):
    """Two examples a sentence: from the first entity to the second, and the reverse."""
    examples = []
    for text, (first, second), relation, is_forward in sentences:
        for head, tail, holds in ((first, second, is_forward), (second, first, not is_forward)):
            label = labels.index(relation if holds and relation in labels else NONE)
            examples.append((*encode(tokenizer, text, head, tail), label))
    return examples


def batches_of(examples, size, rng=None):
    """As the Trainer's group_by_length: groups of 50 batches, sorted by length; without `rng` the longest first."""
    order = list(range(len(examples)))
    if rng:
        rng.shuffle(order)
    group = 50 * size if rng else len(order)
    batches = []
    for start in range(0, len(order), group):
        part = sorted(order[start : start + group], key=lambda i: -len(examples[i][0]))
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    if rng:
        rng.shuffle(batches)
    return batches


class Classifier(torch.nn.Module):
    def __init__(self, model, labels, dropout):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(model, add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        self.dropout = torch.nn.Dropout(dropout)
        self.classifier = torch.nn.Linear(2 * size, labels, bias=False)
        torch.nn.init.normal_(self.classifier.weight, std=self.encoder.config.initializer_range)

    def forward(self, batch, pad):
        longest = max(len(ids) for ids, _, _ in batch)
        ids = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _, _ in batch])
        mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _, _ in batch])
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        opened = torch.tensor([opened for _, opened, _ in batch])
        rows = states[torch.arange(len(batch))[:, None], opened].flatten(1)
        return self.classifier(self.dropout(rows))


def score(model, examples, sentences, labels, pad):
    model.eval()
    probabilities = torch.zeros(len(examples), len(labels))
    with torch.inference_mode():
        for batch in batches_of(examples, 64):
            probabilities[batch] = model([examples[i] for i in batch], pad).softmax(-1)
    none = labels.index(NONE)
    counts = {label: [0, 0, 0] for label in labels if label != NONE}  # right, predicted, gold
    for i, (_, _, relation, is_forward) in enumerate(sentences):
        found = []
        for side in (0, 1):
            value, label = probabilities[2 * i + side].max(-1)
            if label != none:
                found.append((value.item(), labels[label], side == 0))
        _, predicted, forward = max(found, default=(0, NONE, True))
        if relation in counts:
            counts[relation][2] += 1
        if predicted in counts:
            counts[predicted][1] += 1
            counts[predicted][0] += (predicted, forward) == (relation, is_forward)
    return sum(200 * right / max(1, said + gold) for right, said, gold in counts.values()) / len(counts)


def main():
    parser = argparse.ArgumentParser()
    for name in ("model", "train", "test"):
        parser.add_argument(name)
    for name, kind, default in (
        ("epochs", int, 8), ("batch-size", int, 32), ("learning-rate", float, 1e-4), ("head-learning-rate", float, 1e-3),
        ("dropout", float, 0.1), ("warmup-ratio", float, 0.06), ("weight-decay", float, 0.01), ("held-out", float, 0.0),
        ("seed", int, 1), ("threads", int, 1),
    ):
        parser.add_argument(f"--{name}", type=kind, default=default)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(given.threads)
    rng = random.Random(given.seed)
    sentences, test = read(given.train), read(given.test)
    labels = [NONE, *sorted({relation for _, _, relation, _ in sentences} - {NONE})]
    rng.shuffle(sentences)
    cut = round(given.held_out * len(sentences))
    held_out, sentences = sentences[:cut], sentences[cut:]
    tokenizer = AutoTokenizer.from_pretrained(given.model)
    pad = tokenizer.pad_token_id
    examples, chosen, asked = (examples_of(tokenizer, part, labels) for part in (sentences, held_out, test))
    model = Classifier(given.model, len(labels), given.dropout)
    groups = []
    for module, rate in ((model.encoder, given.learning_rate), (model.classifier, given.head_learning_rate)):
        for is_plain in (False, True):
            weights = [p for name, p in module.named_parameters() if is_plain == bool(re.search("bias|LayerNorm", name))]
            groups.append({"params": weights, "lr": rate, "weight_decay": 0 if is_plain else given.weight_decay})
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], eps=1e-8)
    steps = given.epochs * -(-len(examples) // given.batch_size)
    schedule = get_linear_schedule_with_warmup(optimizer, -int(-steps * given.warmup_ratio // 1), steps)
    best, weights = -1, None
    for epoch in range(given.epochs):
        model.train()
        total = 0
        for batch in batches_of(examples, given.batch_size, rng):
            part = [examples[i] for i in batch]
            loss = torch.nn.functional.cross_entropy(model(part, pad), torch.tensor([label for _, _, label in part]))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item() * len(part)
        reached = score(model, chosen, held_out, labels, pad) if held_out else 0
        print(f"epoch {epoch + 1}: loss {total / len(examples):.4f}" + (f", held out {reached:.2f}" if held_out else ""), flush=True)
        if held_out and reached > best:
            best, weights = reached, copy.deepcopy(model.state_dict())
    for name, chosen_weights in (("last epoch", None), ("best epoch", weights)):
        if chosen_weights:
            model.load_state_dict(chosen_weights)
        if name == "last epoch" or chosen_weights:
            reached = score(model, asked, test, labels, pad)
            print(f"{given.model} seed {given.seed}, {name}: official macro F1 {reached:.2f} on {len(test)} sentences", flush=True)


if __name__ == "__main__":
    main()
