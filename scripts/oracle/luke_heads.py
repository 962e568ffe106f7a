"""Asks transformers and torch for logits, losses and gradients of every head of LUKE, for one label and for many.

Writes test/oracle/luke-heads/ in the layout of luke_training.py: answers.json (for each model its head as well, for each
case its loss function) and one safetensors file per model with `weights/NAME` and `gradients/CASE/NAME`.

    python scripts/oracle/luke_heads.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

The pair classifier has the bias that transformers never gives it: LUKE's authors publish a checkpoint with one.
"""

import json
import random

import safetensors
import torch
import transformers
from luke_training import DEVIATION, NUM_LABELS, PAD, config_file, make_batch
from luke_training import FOLDER as TRAINING_FOLDER
from safetensors.torch import save_file
from transformers import (
    LukeConfig,
    LukeForEntityClassification,
    LukeForEntityPairClassification,
    LukeForEntitySpanClassification,
)

FOLDER = TRAINING_FOLDER.with_name("luke-heads")
IGNORED = -100
CLASSES = {
    "pair": LukeForEntityPairClassification,
    "entity": LukeForEntityClassification,
    "span": LukeForEntitySpanClassification,
}

# name: head, entity-aware attention, H, E, heads, layers
MODELS = {
    "pair-with-bias": ("pair", True, 8, 8, 2, 1),
    "entity-aware": ("entity", True, 8, 4, 2, 1),
    "entity-plain": ("entity", False, 8, 8, 1, 1),
    "span-aware": ("span", True, 8, 8, 2, 1),
    "span-plain": ("span", False, 8, 4, 2, 2),
}


def make_model(name, seed):
    head, aware, hidden, entity_emb, heads, layers = MODELS[name]
    config = LukeConfig(
        vocab_size=30,
        entity_vocab_size=6,
        hidden_size=hidden,
        entity_emb_size=entity_emb,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=16,
        type_vocab_size=1,
        initializer_range=DEVIATION,
        layer_norm_eps=1e-5,
        use_entity_aware_attention=aware,
        pad_token_id=PAD,
        num_labels=NUM_LABELS,
    )
    model = CLASSES[head](config).train()
    if head == "pair":
        model.classifier = torch.nn.Linear(2 * hidden, NUM_LABELS, bias=True)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter_name, parameter in sorted(model.named_parameters()):
            parameter.normal_(0, DEVIATION, generator=generator)
            if parameter_name.endswith("LayerNorm.weight"):
                parameter.add_(1)
    return model


def make_cases(head, rng):
    """One batch with labels of both kinds. The spans are any words, in any order, apart from the mentions."""
    word_counts = [6, 13, 8, 5]
    entity_counts = [2, 2, 2, 2] if head == "pair" else [3, 1, 2, 4]
    batch = make_batch(rng, word_counts, entity_counts)
    entities = max(entity_counts)
    batch["pairs"] = [[row * entities, row * entities + 1] for row in range(len(word_counts))] if head == "pair" else []
    if head == "span":
        for key in ("entity_start_positions", "entity_end_positions"):
            batch[key] = [
                [rng.randrange(n) for _ in range(m)] + [0] * (entities - m) for n, m in zip(word_counts, entity_counts)
            ]

    def one():
        return rng.randrange(NUM_LABELS)

    def many():
        return [rng.randrange(2) for _ in range(NUM_LABELS)]

    if head == "span":
        single = [[one() for _ in range(m)] + [IGNORED] * (entities - m) for m in entity_counts]
        single[0][1] = IGNORED
        # transformers counts padding entities in the mean of this loss; here they are entities without any label.
        multi = [[many() for _ in range(m)] + [[0] * NUM_LABELS] * (entities - m) for m in entity_counts]
    else:
        single = [one() for _ in word_counts]
        single[2] = IGNORED
        multi = [many() for _ in word_counts]
    return {
        "single-label": ("cross_entropy", {**batch, "labels": single}),
        "multi-label": ("binary_cross_entropy_with_logits", {**batch, "labels": multi}),
    }


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    FOLDER.mkdir(exist_ok=True)
    models = []
    for seed, name in enumerate(MODELS, start=2120):
        head = MODELS[name][0]
        model = make_model(name, seed)
        tensors = {f"weights/{key}": value.clone() for key, value in model.state_dict().items()}
        answers = {"name": name, "head": head, "config": config_file(model.config), "cases": []}
        for case, (loss_function, batch) in make_cases(head, random.Random(seed)).items():
            model.zero_grad()
            answer = model(**{key: torch.tensor(value) for key, value in batch.items() if key != "pairs"})
            answer.loss.backward()
            answers["cases"].append(
                {
                    "name": case,
                    "loss_function": loss_function,
                    "batch": batch,
                    "logits": answer.logits.reshape(-1, NUM_LABELS).tolist(),
                    "loss": answer.loss.item(),
                }
            )
            for key, parameter in model.named_parameters():
                if parameter.grad is not None:
                    tensors[f"gradients/{case}/{key}"] = parameter.grad.clone()
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
