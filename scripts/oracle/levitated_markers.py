"""Asks transformers and torch for states, logits and gradients of tiny encoders of words with levitated markers.

Writes test/oracle/levitated-markers/: NAME.ATTENTION.STATE.safetensors (`classifier.weight`, `states` of words and markers,
`gradients/PARAMETER`) and answers.json (versions, batches, logits, losses). The encoders are those of test/oracle/word-encoders
and of test/oracle/encoder-families.

    python scripts/oracle/levitated_markers.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

A text's tokens are its words, the opening markers of its mentions, and the closing ones; position_ids of a marker are those of
the mention's first or last word, and a 3-D attention mask says what may be attended to. Mentions are nested, overlapping, one
token long and equal. Marker ids are the last of the vocabulary. ModernBERT makes its masks itself, of two axes and by places in the
sequence, so it is given those of positions in their stead; DeBERTa is given the buckets of relative positions, a text at a time.
"""

import json
import random
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import AutoModel
from transformers.models.deberta_v2.modeling_deberta_v2 import make_log_bucket_position

ROOT = Path(__file__).resolve().parents[2]
ENCODERS = ROOT / "test" / "oracle" / "word-encoders"
FAMILIES = ROOT / "test" / "oracle" / "encoder-families"
OUTPUT = ROOT / "test" / "oracle" / "levitated-markers"
LABELS, HIDDEN = 3, 16
WORDS = [12, 7, 9]
# Of each text the first and the last word of every mention: nested, overlapping, one word, equal.
MENTIONS = [[(1, 6), (2, 3), (5, 9), (2, 3)], [(0, 0), (6, 6)], [(3, 4)]]
PAIRS = [[0, 1], [2, 0], [3, 1], [4, 5], [5, 4], [8, 8]]


def make_batch(rng, vocab_size, pad):
    ids = [[rng.randrange(7, vocab_size - 8) for _ in range(n)] + [pad] * (12 - n) for n in WORDS]
    openings = [vocab_size - 8 + 2 * rng.randrange(4) for text in MENTIONS for _ in text]
    slots = iter(openings)
    entity_ids = [[next(slots) for _ in text] + [0] * (4 - len(text)) for text in MENTIONS]
    positions = [
        [[*range(first, last + 1)] + [-1] * (5 + first - last) for first, last in text] + [[-1] * 6] * (4 - len(text))
        for text in MENTIONS
    ]
    return {
        "input_ids": ids,
        "attention_mask": [[1] * n + [0] * (12 - n) for n in WORDS],
        "entity_ids": entity_ids,
        "entity_attention_mask": [[1] * len(text) + [0] * (4 - len(text)) for text in MENTIONS],
        "entity_position_ids": positions,
        "pairs": PAIRS,
        "labels": [rng.randrange(LABELS) for _ in PAIRS],
    }


def marked(batch, pad, after_padding, attention):
    """input_ids, position_ids [3, 20] and attention_mask [3, 20, 20] of words and markers."""
    ids, positions, masks = [], [], []
    for text, mask, entities, spans in zip(batch["input_ids"], batch["attention_mask"], batch["entity_ids"], MENTIONS):
        place = [(pad + 1 + i if m else pad) if after_padding else i for i, m in enumerate(mask)]
        filler = 4 - len(spans)
        padding = pad if after_padding else 0
        own = entities[: len(spans)]
        ids.append(text + own + [pad] * filler + [one + 1 for one in own] + [pad] * filler)
        positions.append(
            place + [place[first] for first, _ in spans] + [padding] * filler
            + [place[last] for _, last in spans] + [padding] * filler
        )
        allowed = torch.zeros(20, 20)
        allowed[:, :12] = torch.tensor(mask)
        for i in range(len(spans)):
            for j in range(len(spans)):
                if attention == "all" or i == j:
                    for query in (12 + i, 16 + i):
                        for key in (12 + j, 16 + j):
                            allowed[query, key] = 1
        masks.append(allowed)
    return torch.tensor(ids), torch.tensor(positions), torch.stack(masks)


def with_masks_of_positions(encoder, positions):
    """Lets ModernBERT's local layers see by positions, of a mask [batch, n, n]."""
    reach = encoder.config.local_attention // 2
    is_near = (positions[:, :, None] - positions[:, None, :]).abs() <= reach

    def masks(mask, output_attentions=False):
        least = torch.finfo(torch.float32).min
        bias = torch.where(mask == 1, 0.0, least)[:, None]
        return bias, torch.where((mask == 1) & is_near, 0.0, least)[:, None]

    encoder._update_attention_mask = masks


def deberta_states(encoder, ids, positions, mask):
    """The states of DeBERTa with relative positions of its tokens' own, which it takes of one text at a time."""
    config, states = encoder.config, []
    for text, places, allowed in zip(ids, positions, mask):
        relative = make_log_bucket_position(places[:, None] - places[None, :], config.position_buckets, config.max_position_embeddings)
        encoder.encoder.get_rel_pos = lambda *_, **__: relative[None].long()
        embedded = encoder.embeddings(input_ids=text[None])
        states.append(encoder.encoder(embedded, allowed[None], return_dict=True).last_hidden_state[0])
    return torch.stack(states)


def answer(name, attention, state):
    folder = FAMILIES / name if (FAMILIES / name).exists() else ENCODERS / name
    encoder = AutoModel.from_pretrained(folder).eval()
    pad = encoder.config.pad_token_id
    rng = random.Random(20211109)
    batch = make_batch(rng, encoder.config.vocab_size, pad)
    width = 2 * HIDDEN if state == "both" else HIDDEN
    generator = torch.Generator().manual_seed(width)
    classifier = (torch.randn(LABELS, 2 * width, generator=generator) * 0.2).requires_grad_()
    ids, positions, mask = marked(batch, pad, name == "roberta", attention)
    if name == "modernbert":
        with_masks_of_positions(encoder, positions)
    if name == "deberta-v2":
        states = deberta_states(encoder, ids, positions, mask)
    else:
        states = encoder(input_ids=ids, position_ids=positions, attention_mask=mask).last_hidden_state
    opening, closing = states[:, 12:16], states[:, 16:]
    mentions = torch.cat([opening, closing], -1) if state == "both" else (opening + closing) / 2
    pairs = torch.tensor(PAIRS)
    rows = mentions.reshape(12, width)[pairs].reshape(len(PAIRS), 2 * width)
    logits = rows @ classifier.T
    loss = cross_entropy(logits, torch.tensor(batch["labels"]))
    loss.backward()
    prefix = encoder.base_model_prefix
    tensors = {"classifier.weight": classifier.detach(), "states": states.detach(), "gradients/classifier.weight": classifier.grad}
    for key, value in encoder.named_parameters():
        if value.grad is not None:
            tensors[f"gradients/{prefix}.{key}"] = value.grad
    file = f"{name}.{attention}.{state}"
    save_file({key: value.contiguous() for key, value in tensors.items()}, OUTPUT / f"{file}.safetensors")
    return {"name": name, "attention": attention, "state": state, "batch": batch, "logits": logits.tolist(), "loss": loss.item()}


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    cases = [("bert", "all", "both"), ("bert", "pair", "mean"), ("roberta", "pair", "both"), ("roberta", "all", "mean")]
    models = [answer(*case) for case in [*cases, *((name, *how) for name in ("modernbert", "deberta-v2") for how in (("all", "both"), ("pair", "mean")))]]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    (OUTPUT / "answers.json").write_text(json.dumps({"versions": versions, "models": models}) + "\n")


if __name__ == "__main__":
    main()
