"""Asks transformers and torch for states, logits and gradients of tiny BERT, RoBERTa, XLM-R and CamemBERT encoders, and
for the token ids of generated texts.

Writes test/oracle/word-encoders/: a model folder for each encoder (bert and xlm-roberta bare, roberta and camembert with a
head of pre-training), beside it NAME.safetensors (`classifier.weight`, `states`, `gradients/PARAMETER`), answers.json
(versions, batches, logits, losses), and tokenizers.json.gz (files of each tokenizer, texts and their ids).

    python scripts/oracle/word_encoders.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

A mention is read as Relata reads it: entity id 0 is the mean of the states of its words, 1 the state of the first. Everything
is float32 without dropout; weights are far larger than a fresh model's, padding rows included, so that mistakes show.
"""

import gzip
import json
import random
import shutil
import tempfile
from pathlib import Path

import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import AutoModel, AutoTokenizer

from tokenizer_cases import WORDS, make_text

ROOT = Path(__file__).resolve().parents[2]
BPE = ROOT / "test" / "oracle" / "tiny-vocab"
SENTENCEPIECE = ROOT / "test" / "oracle" / "tiny-mluke-vocab" / "sentencepiece.bpe.model"
OUTPUT = ROOT / "test" / "oracle" / "word-encoders"
LABELS = 3
SIZES = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=160,
    hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, hidden_act="gelu",
)
# model_type: class that is saved, layer_norm_eps, token types
MODELS = {
    "bert": (transformers.BertConfig, transformers.BertModel, 1e-12, 2),
    "roberta": (transformers.RobertaConfig, transformers.RobertaForMaskedLM, 1e-5, 1),
    "xlm-roberta": (transformers.XLMRobertaConfig, transformers.XLMRobertaModel, 1e-5, 1),
    "camembert": (transformers.CamembertConfig, transformers.CamembertForMaskedLM, 1e-5, 1),
}


def make_tokenizers(folder):
    """The tokenizer of each encoder, saved as its class saves it."""
    wordpiece = tokenizers.BertWordPieceTokenizer()
    texts = (BPE / "sentences.txt").read_text().splitlines() + WORDS
    wordpiece.train_from_iterator(texts, vocab_size=500, min_frequency=1, show_progress=False)
    wordpiece.save_model(str(folder))
    vocab = str(folder / "vocab.txt")
    roberta = json.loads((BPE / "vocab.json").read_text())
    (folder / "vocab.json").write_text(json.dumps(roberta))
    return {
        "bert": transformers.BertTokenizerFast(vocab_file=vocab, model_max_length=160),
        "bert-cased": transformers.BertTokenizerFast(vocab_file=vocab, do_lower_case=False, model_max_length=160),
        "roberta": transformers.RobertaTokenizerFast(
            vocab_file=str(folder / "vocab.json"), merges_file=str(BPE / "merges.txt"), model_max_length=158
        ),
        "xlm-roberta": transformers.XLMRobertaTokenizerFast(vocab_file=str(SENTENCEPIECE), model_max_length=158),
        "camembert": transformers.CamembertTokenizerFast(vocab_file=str(SENTENCEPIECE), model_max_length=158),
    }


def make_batch(rng, vocab_size, pad):
    """Texts of 12, 7 and 9 words with 3, 2 and 1 mentions of 1 to 3 words; padded."""
    words, counts = [12, 7, 9], [3, 2, 1]
    first = 7
    batch = {
        "input_ids": [[rng.randrange(first, vocab_size) for _ in range(n)] + [pad] * (12 - n) for n in words],
        "attention_mask": [[1] * n + [0] * (12 - n) for n in words],
        "entity_ids": [[rng.randrange(2) for _ in range(m)] + [0] * (3 - m) for m in counts],
        "entity_attention_mask": [[1] * m + [0] * (3 - m) for m in counts],
        "entity_position_ids": [],
    }
    for n, m in zip(words, counts):
        slots = []
        for _ in range(m):
            length = rng.randrange(1, 4)
            start = rng.randrange(0, n - length + 1)
            slots.append([*range(start, start + length)] + [-1] * (3 - length))
        batch["entity_position_ids"].append(slots + [[-1] * 3] * (3 - m))
    batch["pairs"] = [[0, 1], [2, 0], [3, 4], [4, 3], [6, 6], [1, 2]]
    batch["labels"] = [rng.randrange(LABELS) for _ in batch["pairs"]]
    return batch


def mention_states(states, batch):
    rows = []
    for text, ids, positions in zip(states, batch["entity_ids"], batch["entity_position_ids"]):
        for entity, places in zip(ids, positions):
            own = text[[place for place in places if place >= 0]]
            rows.append(torch.zeros_like(text[0]) if len(own) == 0 else own[0] if entity == 1 else own.mean(0))
    return torch.stack(rows)


def answer(name, tokenizer, rng):
    config_class, model_class, epsilon, types = MODELS[name]
    pad = tokenizer.pad_token_id
    config = config_class(
        vocab_size=len(tokenizer), type_vocab_size=types, layer_norm_eps=epsilon, pad_token_id=pad,
        bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id, **SIZES,
    )
    model = model_class(config).eval()
    generator = torch.Generator().manual_seed(len(name))
    with torch.no_grad():
        for parameter_name, parameter in sorted(model.named_parameters()):
            parameter.normal_(0, 0.2, generator=generator)
            if parameter_name.endswith("LayerNorm.weight"):
                parameter.add_(1)
    model.save_pretrained(OUTPUT / name)
    encoder = AutoModel.from_pretrained(OUTPUT / name).eval()
    classifier = (torch.randn(LABELS, 2 * SIZES["hidden_size"], generator=generator) * 0.2).requires_grad_()
    batch = make_batch(rng, len(tokenizer), pad)
    ids, mask = torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"])
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    mentions = mention_states(states, batch)
    pairs = torch.tensor(batch["pairs"])
    logits = torch.cat([mentions[pairs[:, 0]], mentions[pairs[:, 1]]], dim=1) @ classifier.T
    loss = cross_entropy(logits, torch.tensor(batch["labels"]))
    loss.backward()
    prefix = "bert" if name == "bert" else "roberta"
    gradients = {f"{prefix}.{key}": value.grad for key, value in encoder.named_parameters() if value.grad is not None}
    gradients["classifier.weight"] = classifier.grad
    tensors = {"classifier.weight": classifier.detach(), "states": states.detach()}
    tensors |= {f"gradients/{key}": value for key, value in gradients.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, OUTPUT / f"{name}.safetensors")
    return {"name": name, "batch": batch, "logits": logits.tolist(), "loss": loss.item()}


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    rng = random.Random(20190726)
    with tempfile.TemporaryDirectory() as temporary:
        made = make_tokenizers(Path(temporary))
        texts = [make_text(rng, [word for word in WORDS if not word.startswith("[")])[0] for _ in range(5000)]
        answers = []
        for name, tokenizer in made.items():
            folder = Path(temporary) / name
            tokenizer.save_pretrained(folder)
            loaded = AutoTokenizer.from_pretrained(folder)
            ids = loaded(texts, add_special_tokens=False)["input_ids"]
            files = {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.suffix != ".model"}
            # The rules of normalization are most of the file, and the same for both.
            if name == "camembert":
                del files["tokenizer.json"]
            answers.append({"name": name, "files": files, "vocabSize": len(loaded), "ids": ids})
    packed = json.dumps({"texts": texts, "tokenizers": answers}, ensure_ascii=False).encode()
    (OUTPUT / "tokenizers.json.gz").write_bytes(gzip.compress(packed, mtime=0))
    models = [answer(name, made[name], rng) for name in MODELS]
    versions = {"transformers": transformers.__version__, "torch": torch.__version__, "tokenizers": tokenizers.__version__}
    (OUTPUT / "answers.json").write_text(json.dumps({"versions": versions, "models": models}) + "\n")


if __name__ == "__main__":
    main()
