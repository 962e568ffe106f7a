"""Writes a RoBERTa of the sizes of a folder of luke-mini, with its words and random weights.

    python bench/reference/small_roberta.py LUKE-MINI OUTPUT [--seed 1]   (transformers 4.57.6, torch 2.13.0)

So two encoders can be compared that differ in how they show mentions alone: LUKE has entities, RoBERTa has markers in the text. LUKE-MINI is the
output folder of a run of `relata train --model luke-mini` on the same training texts: its vocabulary was learnt from them.
"""

import argparse
import json
import os

import torch
from transformers import RobertaConfig, RobertaModel, RobertaTokenizerFast

parser = argparse.ArgumentParser()
parser.add_argument("luke")
parser.add_argument("output")
parser.add_argument("--seed", type=int, default=1)
given = parser.parse_args()

with open(os.path.join(given.luke, "config.json"), encoding="utf-8") as file:
    luke = json.load(file)
torch.manual_seed(given.seed)
same = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_dropout_prob", "attention_probs_dropout_prob",
    "max_position_embeddings", "type_vocab_size", "initializer_range", "layer_norm_eps", "hidden_act",
)  # fmt: skip
tokenizer = RobertaTokenizerFast(
    vocab_file=os.path.join(given.luke, "vocab.json"), merges_file=os.path.join(given.luke, "merges.txt")
)
config = RobertaConfig(vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.bos_token_id,
                       eos_token_id=tokenizer.eos_token_id, **{name: luke[name] for name in same})  # fmt: skip
model = RobertaModel(config, add_pooling_layer=False)
model.save_pretrained(given.output)
tokenizer.save_pretrained(given.output)
print(f"{given.output}: {sum(weight.numel() for weight in model.parameters()):,} random weights, {len(tokenizer):,} pieces")
