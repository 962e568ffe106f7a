"""Tiny tokenizers and encoders built like those of ModernBERT and mmBERT, for encoder_families.py."""

import json

import transformers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

WORD = dict(single_word=False, lstrip=False, rstrip=False, special=False)
SPECIAL = WORD | {"special": True, "normalized": False}


def changed(tokenizer, change):
    content = json.loads(tokenizer.to_str())
    change(content)
    return Tokenizer.from_str(json.dumps(content))


def modernbert_tokenizer(texts):
    """Byte-level BPE after NFC, with words that are cut out of a text first: runs of blanks, and placeholders."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    trainer = trainers.BpeTrainer(vocab_size=520, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts * 2, trainer)
    size = tokenizer.get_vocab_size()
    words = [" " * n for n in range(24, 1, -1)] + ["|||EMAIL_ADDRESS|||"]
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    added = [{"content": word, **WORD, "normalized": True} for word in words]
    added += [{"content": token, **SPECIAL, "lstrip": token == "[MASK]"} for token in special]
    added += [{"content": f"[unused{n}]", **WORD, "normalized": True} for n in range(3)]
    tokenizer = changed(
        tokenizer,
        lambda content: content.update(added_tokens=[{"id": size + i, **token} for i, token in enumerate(added)]),
    )
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ids
    )
    names = dict(unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]")
    mask = AddedToken("[MASK]", lstrip=True, special=True, normalized=False)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, mask_token=mask, model_max_length=160,
        model_input_names=["input_ids", "attention_mask"], **names,
    )


def gemma_tokenizer(texts):
    """Gemma's BPE of characters, in which blanks are word marks and rare characters bytes; also with added words."""
    first = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    words = ["\n", "\n\n", "▁▁", "▁▁▁", "<table>", "</table>"]
    of_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=first + words + of_bytes, limit_alphabet=70, show_progress=False
    )
    tokenizer.train_from_iterator(texts * 2, trainer)
    added = [{"id": i, "content": token, **SPECIAL} for i, token in enumerate(first)]
    added += [{"id": len(first) + i, "content": word, **WORD, "normalized": False} for i, word in enumerate(words)]
    tokenizer = changed(tokenizer, lambda content: content.update(added_tokens=added))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<bos> $A <eos>", pair="<bos> $A <eos> $B <eos>", special_tokens=[("<bos>", 2), ("<eos>", 1)]
    )
    names = dict(bos_token="<bos>", eos_token="<eos>", unk_token="<unk>", pad_token="<pad>", mask_token="<mask>")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, cls_token="<bos>", sep_token="<eos>", model_max_length=160, **names
    )


def modernbert_model(tokenizer, hidden_size=16, **given):
    """Four layers, of which the second and the third see two words to each side; positions turn fast enough to be seen."""
    config = transformers.ModernBertConfig(
        vocab_size=len(tokenizer), hidden_size=hidden_size, num_hidden_layers=4, num_attention_heads=4, intermediate_size=24,
        max_position_embeddings=160, local_attention=4, pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, cls_token_id=tokenizer.cls_token_id,
        sep_token_id=tokenizer.sep_token_id, reference_compile=False, **given,
    )
    return transformers.ModernBertForMaskedLM(config)
