"""Asks transformers and torch for logits, losses, gradients and training runs of tiny LUKE pair classifiers.

Writes test/oracle/luke-training/: answers.json (versions; for each model its config, batches, logits, losses, learning
rates, gradient norms) and one safetensors file per model with its tensors:

    weights/NAME            the weights, under their names in the state dict
    gradients/CASE/NAME     the loss's gradient; absent where torch has none (None), as for the pooler
    trained/NAME            the weights after the training run
    trained-head-rate/NAME  those after the same run with a learning rate of its own for the classifier

    python scripts/oracle/luke_training.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

Everything is float32 without dropout. Weights are far larger than a fresh model's, biases and LayerNorms included, so
that no gradient drowns in rounding; padding rows are random as well, so that reading one by mistake shows.
"""

import copy
import inspect
import json
import math
import random
from pathlib import Path

import safetensors
import torch
import transformers
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import LukeConfig, LukeForEntityPairClassification, get_linear_schedule_with_warmup

FOLDER = Path(__file__).resolve().parents[2] / "test" / "oracle" / "luke-training"
DEVIATION = 0.2
NUM_LABELS = 5
PAD, ENTITY_PAD = 1, 0

TOTAL_STEPS, WARMUP_RATIO, LEARNING_RATE, HEAD_LEARNING_RATE = 50, 0.06, 1e-2, 3e-2
WEIGHT_DECAY, MAX_GRAD_NORM, BETAS, EPSILON = 0.01, 1.0, (0.9, 0.999), 1e-8

# name: entity-aware attention, H, E, heads, layers, token types, trained
MODELS = {
    "aware": (True, 12, 8, 2, 2, 1, True),
    "plain": (False, 12, 8, 4, 2, 1, True),
    "aware-one-layer": (True, 8, 8, 1, 1, 2, False),
    "plain-one-layer": (False, 8, 4, 2, 1, 1, False),
    "aware-four-heads": (True, 8, 12, 4, 2, 2, False),
    "plain-one-head": (False, 8, 8, 1, 2, 2, False),
}


def make_model(name, seed):
    aware, hidden, entity_emb, heads, layers, types, _ = MODELS[name]
    config = LukeConfig(
        vocab_size=30,
        entity_vocab_size=6,
        hidden_size=hidden,
        entity_emb_size=entity_emb,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=2 * hidden - 4,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=16,
        type_vocab_size=types,
        initializer_range=DEVIATION,
        layer_norm_eps=1e-5,
        use_entity_aware_attention=aware,
        pad_token_id=PAD,
        num_labels=NUM_LABELS,
    )
    model = LukeForEntityPairClassification(config).train()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter_name, parameter in sorted(model.named_parameters()):
            parameter.normal_(0, DEVIATION, generator=generator)
            if parameter_name.endswith("LayerNorm.weight"):
                parameter.add_(1)
    return model


def make_batch(rng, word_counts, entity_counts):
    """Texts of these many words, each with these many entities, mentions of 1 to 4 words that may overlap; padded."""
    words, entities, mention = max(word_counts), max(entity_counts), 5
    batch = {
        "input_ids": [[0] + [rng.randrange(3, 30) for _ in range(n - 2)] + [2] + [PAD] * (words - n) for n in word_counts],
        "attention_mask": [[1] * n + [0] * (words - n) for n in word_counts],
        "entity_ids": [[rng.randrange(1, 6) for _ in range(m)] + [ENTITY_PAD] * (entities - m) for m in entity_counts],
        "entity_attention_mask": [[1] * m + [0] * (entities - m) for m in entity_counts],
        "entity_position_ids": [],
    }
    for n, m in zip(word_counts, entity_counts):
        slots = []
        for _ in range(m):
            length = rng.randrange(1, 5)
            start = rng.randrange(0, n - length + 1)
            slots.append([*range(start, start + length)] + [-1] * (mention - length))
        batch["entity_position_ids"].append(slots + [[-1] * mention] * (entities - m))
    return batch


def pair_batch(rng, word_counts, entity_counts):
    """The input of the classifier of transformers: one label per text, for its first two entities."""
    batch = make_batch(rng, word_counts, entity_counts)
    entities = max(entity_counts)
    batch["pairs"] = [[row * entities, row * entities + 1] for row in range(len(word_counts))]
    batch["labels"] = [rng.randrange(NUM_LABELS) for _ in word_counts]
    return batch


def many_pairs_batch(rng, word_counts, entity_counts, pairs):
    """`pairs` of (text, head, tail), in any order."""
    batch = make_batch(rng, word_counts, entity_counts)
    entities = max(entity_counts)
    batch["pairs"] = [[row * entities + head, row * entities + tail] for row, head, tail in pairs]
    batch["labels"] = [rng.randrange(NUM_LABELS) for _ in pairs]
    return batch


def make_cases(rng):
    # A third slot no pair reads, real or padding; in the last text the tail itself is padding, masked as a key.
    one = pair_batch(rng, [6, 13, 8, 5], [3, 2, 3, 1])
    # Positions count ids that are not padding, whatever the mask says: they differ here in both directions.
    one["attention_mask"][0][3] = 0
    one["input_ids"][1][5] = PAD
    order = [(3, 1, 0), (0, 0, 7), (0, 7, 0), (1, 0, 1), (0, 3, 7), (3, 4, 2), (0, 2, 5), (1, 1, 0), (3, 0, 4), (0, 6, 0)]
    many = many_pairs_batch(rng, [13, 6, 8, 10], [8, 2, 3, 5], order)  # nothing is asked of text 2
    return {"one-pair": one, "many-pairs": many}


def loss_and_logits(model, batch):
    """The model's own answer; for pairs other than (0, 1) of each text, its head applied by hand to its entity states."""
    tensors = {key: torch.tensor(value) for key, value in batch.items()}
    pairs, labels = tensors.pop("pairs"), tensors.pop("labels")
    states = model.luke(**tensors).entity_last_hidden_state
    flat = states.reshape(-1, states.shape[-1])
    logits = model.classifier(model.dropout(torch.cat([flat[pairs[:, 0]], flat[pairs[:, 1]]], dim=1)))
    loss = cross_entropy(logits, labels)
    entities = states.shape[1]
    if pairs.tolist() == [[row * entities, row * entities + 1] for row in range(len(labels))]:
        answer = model(**tensors, labels=labels)
        torch.testing.assert_close(answer.logits, logits)
        torch.testing.assert_close(answer.loss, loss)
        return answer.loss, answer.logits
    return loss, logits


def is_decayed(name):
    return not name.endswith(".bias") and not name.endswith("LayerNorm.weight")


def train(model, batches, head_learning_rate=None):
    """The classifier stands in groups of its own where it has a rate of its own."""
    groups = []
    for is_head in (False, True):
        named = [(name, p) for name, p in model.named_parameters() if name.startswith("classifier.") == is_head]
        rate = head_learning_rate if is_head and head_learning_rate else LEARNING_RATE
        groups += [
            {"params": [p for name, p in named if is_decayed(name)], "weight_decay": WEIGHT_DECAY, "lr": rate},
            {"params": [p for name, p in named if not is_decayed(name)], "weight_decay": 0.0, "lr": rate},
        ]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=BETAS, eps=EPSILON)
    warmup_steps = math.ceil(TOTAL_STEPS * WARMUP_RATIO)  # TrainingArguments.get_warmup_steps
    schedule = get_linear_schedule_with_warmup(optimizer, warmup_steps, TOTAL_STEPS)
    losses, rates, norms = [], [], []
    for step in range(TOTAL_STEPS):
        optimizer.zero_grad()
        loss, _ = loss_and_logits(model, batches[step % len(batches)])
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_GRAD_NORM).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    assert min(norms) < MAX_GRAD_NORM < max(norms), "the run should have clipped steps and others"
    return {
        "settings": {
            "learningRate": LEARNING_RATE,
            **({"headLearningRate": head_learning_rate} if head_learning_rate else {}),
            "warmupRatio": WARMUP_RATIO,
            "weightDecay": WEIGHT_DECAY,
            "adamBeta1": BETAS[0],
            "adamBeta2": BETAS[1],
            "adamEpsilon": EPSILON,
            "maxGradNorm": MAX_GRAD_NORM,
        },
        "batches": batches,
        "losses": losses,
        "learningRates": rates,
        "gradientNorms": norms,
    }


def config_file(config):
    """The keys of config.json that describe a LUKE model."""
    own = [key for key in inspect.signature(LukeConfig.__init__).parameters if key not in ("self", "kwargs")]
    return {key: value for key, value in config.to_dict().items() if key in own or key == "id2label"}


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    models = []
    for seed, name in enumerate(MODELS, start=2020):
        rng = random.Random(seed)
        model = make_model(name, seed)
        tensors = {f"weights/{key}": value.clone() for key, value in model.state_dict().items()}
        answers = {"name": name, "config": config_file(model.config), "cases": []}
        for case, batch in make_cases(rng).items():
            model.zero_grad()
            loss, logits = loss_and_logits(model, batch)
            loss.backward()
            answers["cases"].append({"name": case, "batch": batch, "logits": logits.tolist(), "loss": loss.item()})
            for key, parameter in model.named_parameters():
                if parameter.grad is not None:
                    tensors[f"gradients/{case}/{key}"] = parameter.grad.clone()
        if MODELS[name][-1]:
            counts = [[2, 2, 2, 2], [3, 2, 1, 2], [2, 2, 2, 2], [2, 1, 2, 3], [2, 2, 2, 2]]
            batches = [pair_batch(rng, [rng.randrange(4, 14) for _ in row], row) for row in counts]
            again = copy.deepcopy(model)
            answers["training"] = train(model, batches)
            tensors |= {f"trained/{key}": value for key, value in model.state_dict().items()}
            answers["headRateTraining"] = train(again, batches, HEAD_LEARNING_RATE)
            tensors |= {f"trained-head-rate/{key}": value for key, value in again.state_dict().items()}
        models.append(answers)
        save_file({key: value.contiguous() for key, value in tensors.items()}, FOLDER / f"{name}.safetensors")
    versions = {
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
    }
    text = json.dumps({"versions": versions, "models": models}, separators=(",", ":"), allow_nan=False)
    (FOLDER / "answers.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
