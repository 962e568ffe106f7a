"""Asks transformers and torch for states, logits, gradients and fifty AdamW steps of tiny encoders of words.

Writes test/oracle/encoder-families/: a model folder with its tokenizer for each new family, NAME.safetensors
(`classifier.weight`, `states`, `gradients/PARAMETER`, `trained/PARAMETER`) and answers.json (versions, batches, logits,
losses, settings). The folders of bert, roberta, xlm-roberta and camembert are those of word_encoders.py, of which only training is asked here.

    python scripts/oracle/encoder_families.py        (transformers 4.57.6, torch 2.13.0 on the CPU)

Mentions are read and weights drawn as in word_encoders.py. Training is AdamW with warm-up, linear decay and clipped gradients.
"""

import gzip
import hashlib
import json
import math
import random
import shutil
import tempfile
from pathlib import Path

import sentencepiece
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy
from transformers import AutoModel, AutoTokenizer, get_linear_schedule_with_warmup
from transformers.models.modernbert.modeling_modernbert import ModernBertRotaryEmbedding

from modernbert_files import gemma_tokenizer, modernbert_model, modernbert_tokenizer
from tokenizer_cases import WORDS, utf16
from word_encoders import LABELS, OUTPUT as EARLIER, SIZES, make_batch, mention_states

OUTPUT = EARLIER.parent / "encoder-families"
HIDDEN = SIZES["hidden_size"]
STEPS, WARMUP_RATIO, LEARNING_RATE, WEIGHT_DECAY, MAX_GRAD_NORM, BETAS, EPSILON = 50, 0.06, 3e-3, 0.01, 1.0, (0.9, 0.999), 1e-8


def distilbert(folder):
    earlier = json.loads(gzip.decompress((EARLIER / "tokenizers.json.gz").read_bytes()))
    files = next(one["files"] for one in earlier["tokenizers"] if one["name"] == "bert")
    (folder / "vocab.txt").write_text(files["vocab.txt"])
    tokenizer = transformers.DistilBertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=160)
    config = transformers.DistilBertConfig(
        vocab_size=len(tokenizer), dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=160,
        dropout=0.0, attention_dropout=0.0, pad_token_id=tokenizer.pad_token_id,
    )
    return tokenizer, transformers.DistilBertForMaskedLM(config)


def deberta(folder):
    """The tokenizer is the one that transformers makes of a file of sentencepiece like DeBERTa-v3's."""
    texts = (EARLIER.parent / "tiny-vocab" / "sentences.txt").read_text().splitlines() + WORDS
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts * 4), model_prefix=str(folder / "spm"), vocab_size=420, model_type="unigram",
        pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]",
        character_coverage=0.98, hard_vocab_limit=False, minloglevel=2, normalization_rule_name="nmt_nfkc",
    )
    tokenizer = transformers.DebertaV2TokenizerFast(vocab_file=str(folder / "spm.model"))
    config = transformers.DebertaV2Config(
        vocab_size=len(tokenizer) + 3, type_vocab_size=0, relative_attention=True, position_buckets=8,
        norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False,
        max_relative_positions=-1, layer_norm_eps=1e-7, pad_token_id=tokenizer.pad_token_id, **SIZES,
    )
    return tokenizer, transformers.DebertaV2ForMaskedLM(config)


def training_texts():
    return (EARLIER.parent / "tiny-vocab" / "sentences.txt").read_text().splitlines() + WORDS


def modernbert(folder):
    tokenizer = modernbert_tokenizer(training_texts())
    return tokenizer, modernbert_model(tokenizer)


def mmbert(folder):
    """mmBERT has one base of angles for both kinds of layers."""
    tokenizer = gemma_tokenizer(training_texts())
    return tokenizer, modernbert_model(tokenizer, local_rope_theta=160000.0)


FAMILIES = {"distilbert": distilbert, "deberta-v2": deberta, "modernbert": modernbert, "mmbert": mmbert}


def is_norm(name):
    return "norm" in name.lower() and name.endswith("weight")


def logits_of(encoder, classifier, batch):
    ids, mask = torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"])
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    mentions, pairs = mention_states(states, batch), torch.tensor(batch["pairs"])
    return states, torch.cat([mentions[pairs[:, 0]], mentions[pairs[:, 1]]], dim=1) @ classifier.T


def loss_of(encoder, classifier, batch):
    return cross_entropy(logits_of(encoder, classifier, batch)[1], torch.tensor(batch["labels"]))


def train(encoder, classifier, batches):
    named = [("classifier.weight", classifier), *encoder.named_parameters()]
    decayed = [p for name, p in named if not name.endswith(".bias") and not is_norm(name)]
    others = [p for name, p in named if name.endswith(".bias") or is_norm(name)]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=LEARNING_RATE, betas=BETAS, eps=EPSILON,
    )
    schedule = get_linear_schedule_with_warmup(optimizer, math.ceil(STEPS * WARMUP_RATIO), STEPS)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(encoder, classifier, batches[step % len(batches)])
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in named], MAX_GRAD_NORM)
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    return {"batches": batches, "losses": losses}


def answer(name, encoder, classifier, batch, batches, prefix):
    """States, logits and gradients, then the end of a training run, which changes the encoder."""
    states, logits = logits_of(encoder, classifier, batch)
    loss = cross_entropy(logits, torch.tensor(batch["labels"]))
    loss.backward()
    named = {f"{prefix}.{key}": value for key, value in encoder.named_parameters()} | {"classifier.weight": classifier}
    tensors = {"classifier.weight": classifier.detach().clone(), "states": states.detach()}
    tensors |= {f"gradients/{key}": value.grad.clone() for key, value in named.items() if value.grad is not None}
    training = train(encoder, classifier, batches)
    tensors |= {f"trained/{key}": value.detach() for key, value in named.items()}
    save_file({key: value.contiguous() for key, value in tensors.items()}, OUTPUT / f"{name}.safetensors")
    return {"name": name, "batch": batch, "logits": logits.tolist(), "loss": loss.item(), "training": training}


def of_family(name, folder):
    rng = random.Random(name)
    tokenizer, model = FAMILIES[name](folder)
    generator = torch.Generator().manual_seed(len(name))
    with torch.no_grad():
        for parameter_name, parameter in sorted(model.named_parameters()):
            parameter.normal_(0, 0.2, generator=generator)
            if is_norm(parameter_name):
                parameter.add_(1)
    tokenizer.save_pretrained(OUTPUT / name)
    model.save_pretrained(OUTPUT / name)
    encoder = AutoModel.from_pretrained(OUTPUT / name, attn_implementation="eager").eval()
    classifier = (torch.randn(LABELS, 2 * HIDDEN, generator=generator) * 0.2).requires_grad_()
    size = min(len(tokenizer), model.config.vocab_size)
    batches = [make_batch(rng, size, tokenizer.pad_token_id) for _ in range(6)]
    return answer(name, encoder, classifier, batches[0], batches[1:], encoder.base_model_prefix)


def rare_texts():
    """Texts of what is cut out before anything else, and of what NFC joins, in all orders."""
    parts = (
        "a", " a", "Word", " word", " ", "  ", "   ", "\n", "\n\n", "\t", "▁", "▁▁", "<table>", "</table", "[unused1]", "[MASK]", " [MASK]",
        "|||EMAIL_ADDRESS|||", "<mask>", "[CLS]", "e\u0301", "\u0301", "e\u0323\u0302", "\u212b", "\u1100\u1161\u11a8", "\uac00", "\u0344",
        "\u2126", "漢", "🙂", "ﬁ", "\u00a0", "\u3000", "0", "<0x41>", "é",
    )
    rng = random.Random("rare")
    return ["".join(rng.choices(parts, k=rng.randrange(1, 9))) for _ in range(600)] + ["", " " * 30, "\u0301a", "a" * 300]


def tokens(name):
    """Ids of 5,000 texts: a hash of each, and of 300 in full, with places in UTF-16 code units; of texts of rare parts too."""
    tokenizer = AutoTokenizer.from_pretrained(OUTPUT / name)
    texts = json.loads(gzip.decompress((EARLIER / "tokenizers.json.gz").read_bytes()))["texts"]

    def placed(text):
        found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, split_special_tokens=True)
        return [found["input_ids"], [[utf16(text, start), utf16(text, end)] for start, end in found["offset_mapping"]]]

    answers = [placed(text) for text in texts]
    hashes = [hashlib.sha256(json.dumps(one[0], separators=(",", ":")).encode()).hexdigest()[:8] for one in answers]
    packed = {"vocabSize": len(tokenizer), "hashes": hashes, "whole": answers[:300]}
    if name in ("modernbert", "mmbert"):
        packed["rare"] = [[text, *placed(text)] for text in rare_texts()]
    (OUTPUT / f"{name}-tokens.json.gz").write_bytes(gzip.compress(json.dumps(packed).encode(), mtime=0))
    whole = OUTPUT / name / "tokenizer.json"
    (OUTPUT / name / "tokenizer.json.gz").write_bytes(gzip.compress(whole.read_bytes(), mtime=0))
    whole.unlink()
    pieces = OUTPUT / name / "spm.model"
    if pieces.exists():
        (OUTPUT / f"{name}-spm.model.gz").write_bytes(gzip.compress(pieces.read_bytes(), mtime=0))
        pieces.unlink()


def of_earlier(name):
    encoder = AutoModel.from_pretrained(EARLIER / name, attn_implementation="eager").eval()
    classifier = load_file(EARLIER / f"{name}.safetensors")["classifier.weight"].requires_grad_()
    rng = random.Random(name)
    batches = [make_batch(rng, encoder.config.vocab_size, encoder.config.pad_token_id) for _ in range(6)]
    return answer(name, encoder, classifier, batches[0], batches[1:], encoder.base_model_prefix)


def angles():
    """Cosines and sines of ModernBERT's rotary positions, far from the start of a text too."""
    answers = []
    for theta in (160000.0, 10000.0):
        config = transformers.ModernBertConfig(hidden_size=256, num_attention_heads=4)
        config.rope_theta = theta
        places = [1, 100, 8191]
        cos, sin = ModernBertRotaryEmbedding(config)(torch.zeros(1), torch.tensor([places]))
        answers.append({"theta": theta, "positions": places, "cos": cos[0, :, :32].tolist(), "sin": sin[0, :, :32].tolist()})
    return answers


def main():
    assert transformers.__version__ == "4.57.6", transformers.__version__
    torch.set_num_threads(1)
    torch.manual_seed(1)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    models = [of_earlier(name) for name in ("bert", "roberta", "xlm-roberta", "camembert")]
    for name in FAMILIES:
        with tempfile.TemporaryDirectory() as temporary:
            models.append(of_family(name, Path(temporary)))
            tokens(name)
    settings = {
        "learningRate": LEARNING_RATE, "warmupRatio": WARMUP_RATIO, "weightDecay": WEIGHT_DECAY,
        "adamBeta1": BETAS[0], "adamBeta2": BETAS[1], "adamEpsilon": EPSILON, "maxGradNorm": MAX_GRAD_NORM,
    }
    versions = {"transformers": transformers.__version__, "torch": torch.__version__}
    text = json.dumps({"versions": versions, "settings": settings, "angles": angles(), "models": models}, separators=(",", ":"))
    (OUTPUT / "answers.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
