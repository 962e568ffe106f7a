"""Asks PEFT for logits, gradients and training runs of tiny LUKE and BERT pair classifiers with LoRA adapters, one of them with
rows of its own in the table of words (`trainable_token_indices`), of a token of the base and of new ones.

Writes test/oracle/lora/NAME/base (config.json, model.safetensors: the model before) and NAME/adapter (as PEFT saves it, with
random A, B, rows and classifier; with config.json where the vocabulary grew), NAME.safetensors (gradients/NAME, trained/NAME: adapter and classifier after 20 steps of AdamW)
and answers.json (versions, batches, logits before and after, losses).

    python scripts/oracle/lora.py        (peft 0.21.2, transformers 4.57.6, torch 2.13.0 on the CPU)

BERT has no class of pairs: `Pairs` is an encoder named `bert` and a `classifier` on the first words of two mentions.
"""

import json
import random
import shutil
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

OUTPUT = Path(__file__).resolve().parents[2] / "test" / "oracle" / "lora"
STEPS, RATE, DECAY = 20, 1e-2, 0.01
LABELS = 3
SIZES = dict(
    vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=40,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.2, pad_token_id=1,
)
NAMES = {
    "luke": [
        *(f"attention.self.{name}" for name in ("query", "key", "value", "w2e_query", "e2w_query", "e2e_query")),
        "attention.output.dense", "intermediate.dense", "output.dense",
    ],
    "bert": ["query", "value"],
    "bert-tokens": ["query", "value"],
}
# The base has 60 rows.
TOKENS = {"bert-tokens": [7, 60, 61, 62]}


class Pairs(torch.nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.bert = bert
        self.classifier = torch.nn.Linear(2 * bert.config.hidden_size, LABELS, bias=False)

    def forward(self, input_ids, attention_mask, first, second):
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        rows = torch.arange(len(states))
        return self.classifier(torch.cat([states[rows, first], states[rows, second]], dim=1))


def make_model(name):
    if name == "luke":
        config = transformers.LukeConfig(
            entity_vocab_size=4, entity_emb_size=8, use_entity_aware_attention=True, type_vocab_size=1, layer_norm_eps=1e-5,
            num_labels=LABELS, **SIZES,
        )
        return transformers.LukeForEntityPairClassification(config)
    return Pairs(transformers.BertModel(transformers.BertConfig(**SIZES)))


def randomize(model, seed, pattern=lambda name: True):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if pattern(name):
                parameter.normal_(0, 0.2, generator=generator)
                if name.endswith("LayerNorm.weight"):
                    parameter.add_(1)


def make_batch(rng, tokens):
    words = [12, 7, 9]
    mentions = [(2, 6), (1, 3), (5, 7)]
    ids = [[rng.randrange(5, 60) for _ in range(n)] + [1] * (12 - n) for n in words]
    for i, token in enumerate(tokens):
        ids[i % 3][mentions[i % 3][i // 3]] = token
    return {
        "input_ids": ids,
        "attention_mask": [[1] * n + [0] * (12 - n) for n in words],
        "entity_ids": [[2, 3]] * 3 ,
        "entity_attention_mask": [[1, 1]] * 3,
        "entity_position_ids": [[[a, a + 1], [b, -1]] for a, b in mentions],
        "labels": [rng.randrange(LABELS) for _ in words],
    }


def arguments(name, batch):
    tensors = {key: torch.tensor(value) for key, value in batch.items() if key != "labels"}
    if name == "luke":
        return tensors
    places = tensors["entity_position_ids"]
    return {
        "input_ids": tensors["input_ids"], "attention_mask": tensors["attention_mask"],
        "first": places[:, 0, 0], "second": places[:, 1, 0],
    }


def logits_of(model, name, batch):
    output = model(**arguments(name, batch))
    return output.logits if name == "luke" else output


def plain(name):
    return name.replace("base_model.model.", "").replace(".default", "").replace(".modules_to_save", "")


def answer(name, rng):
    folder = OUTPUT / name
    model = make_model(name)
    randomize(model, 1)
    encoder = model if name == "luke" else model.bert
    encoder.save_pretrained(folder / "base")
    tokens = TOKENS.get(name, [])
    if tokens:
        encoder.resize_token_embeddings(max(tokens) + 1, mean_resizing=False)
        encoder.config.save_pretrained(folder / "adapter")
    config = LoraConfig(
        r=2, lora_alpha=3, target_modules=NAMES[name], modules_to_save=["classifier"],
        trainable_token_indices={"embeddings.word_embeddings": tokens} if tokens else None,
    )
    adapted = get_peft_model(model, config)
    own = ("lora_", "modules_to_save", "trainable_tokens_delta")
    randomize(adapted, 2, lambda parameter: any(part in parameter for part in own))
    adapted.peft_config["default"].base_model_name_or_path = "../base"
    adapted.save_pretrained(folder / "adapter")
    (folder / "adapter" / "README.md").unlink()
    batch = make_batch(rng, tokens)
    labels = torch.tensor(batch["labels"])
    before = logits_of(adapted, name, batch)
    cross_entropy(before, labels).backward()
    learning = {key: value for key, value in adapted.named_parameters() if value.requires_grad}
    tensors = {f"gradients/{plain(key)}": value.grad.clone() for key, value in learning.items() if value.grad is not None}
    optimizer = torch.optim.AdamW(learning.values(), lr=RATE, weight_decay=DECAY)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = cross_entropy(logits_of(adapted, name, batch), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning.values(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    tensors |= {f"trained/{plain(key)}": value.detach() for key, value in learning.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, OUTPUT / f"{name}.safetensors")
    after = logits_of(adapted, name, batch)
    return {"name": name, "batch": batch, "before": before.tolist(), "after": after.tolist(), "losses": losses}


def main():
    assert peft.__version__ == "0.21.2", peft.__version__
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    torch.manual_seed(0)
    rng = random.Random(20210617)
    models = [answer(name, rng) for name in NAMES]
    versions = {"peft": peft.__version__, "transformers": transformers.__version__, "torch": torch.__version__}
    (OUTPUT / "answers.json").write_text(json.dumps({"versions": versions, "models": models}) + "\n")


if __name__ == "__main__":
    main()
